"""Reading the tables that people hand in: CSV with one header row, and a sentence for everything wrong with them.

A sentence names the file, the line and the column, never a value.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from hub.errors import BadInput

_DELIMITERS = ",;\t|"


class Cells(msgspec.Struct, frozen=True):
    """One row of a table: the line on which it ends, and its cells by column, stripped; empty ones left out."""

    line: int
    by_column: dict[str, str]


class Table(msgspec.Struct, frozen=True):
    """One file's rows, under the columns that were asked for and are there."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]


def read_table(path: Path, *, needed: Sequence[str], known: Sequence[str]) -> Table:
    """Every row of a CSV file. Columns that are not known are left out. Raises BadInput."""
    text = _text(path)
    if not text.strip():
        raise BadInput(f"{path.name} is empty. It needs a header row with {_listed(needed)}.")
    header_line = text.lstrip().split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(header_line, needed), strict=True)
    rows = _rows(path.name, reader)
    _, header = next(rows)
    names = [cell.strip().casefold() for cell in header]
    _check_header(path.name, names, needed, known)
    places = [(name, place) for place, name in enumerate(names) if name in known]
    told = tuple(_cells(path.name, line, row, len(names), places) for line, row in rows)
    return Table(path.name, tuple(name for name, _ in places), told)


def _text(path: Path) -> str:
    """The file's text. Raises BadInput where it is none."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise BadInput(f"{path.name} could not be read: {fault.strerror or 'unknown fault'}.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(f"{path.name} is UTF-16. Save it as CSV in UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise BadInput(f"{path.name}, line {line}: this is not UTF-8. Save the file as CSV in UTF-8.") from None


def _delimiter(header: str, needed: Sequence[str]) -> str:
    """The delimiter under which the header has the needed columns; a comma where none does."""

    def has_all(delimiter: str) -> bool:
        names = {cell.strip().strip('"').strip().casefold() for cell in header.split(delimiter)}
        return names.issuperset(needed)

    return next((one for one in _DELIMITERS if has_all(one)), ",")


def _rows(name: str, reader: "Iterator[list[str]]") -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the line on which it ends."""
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadInput(
                f"{name}, line {_line(reader)}: a quoted cell does not end where it should, or is too long. "
                'Close its quotation marks, and write a quotation mark inside a cell as "".'
            ) from None
        if any(cell.strip() for cell in row):
            yield _line(reader), row


def _line(reader: "Iterator[list[str]]") -> int:
    line: int = getattr(reader, "line_num", 0)
    return line


def _check_header(name: str, names: Sequence[str], needed: Sequence[str], known: Sequence[str]) -> None:
    missing = [one for one in needed if one not in names]
    if missing:
        raise BadInput(
            f"{name}, line 1: there is no column {_listed(missing)}. The header row needs {_listed(needed)}; "
            f"it may have {_listed([one for one in known if one not in needed]) or 'nothing else'}. "
            "Separate columns with commas."
        )
    twice = sorted({one for one in names if one in known and names.count(one) > 1})
    if twice:
        raise BadInput(f"{name}, line 1: the column {_listed(twice)} stands there twice. Keep one of them.")


def _cells(name: str, line: int, row: Sequence[str], width: int, places: Sequence[tuple[str, int]]) -> Cells:
    if len(row) != width:
        raise BadInput(
            f"{name}, line {line}: {len(row)} cells stand where the header has {width} columns. "
            "Put a cell that holds the separator into quotation marks, and give every row every column."
        )
    told = {column: row[place].strip() for column, place in places}
    return Cells(line, {column: cell for column, cell in told.items() if cell})


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in names)
