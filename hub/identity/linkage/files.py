"""Two files of people and the pairs that are known to be one person, as they are handed in."""

from pathlib import Path

import msgspec

from hub.errors import BadInput
from hub.identity.linkage.tables import Cells, Table, read_table
from hub.identity.matching.description import Description

COLUMNS = ("given_name", "family_name", "birth_date", "postcode", "address_line", "nhs_number", "other_id")

Pair = tuple[int, int]  # positions of a left and of a right row


class People(msgspec.Struct, frozen=True):
    """One file's people in its order, under their ids."""

    name: str
    ids: tuple[str, ...]
    described: tuple[Description, ...]
    columns: tuple[str, ...]

    def positions(self) -> dict[str, int]:
        """Where each id stands."""
        return {one: place for place, one in enumerate(self.ids)}


class Files(msgspec.Struct, frozen=True):
    """What is linked: a file with another, or, where ``right`` is ``left`` itself, with itself."""

    left: People
    right: People

    @property
    def one_file(self) -> bool:
        """Whether a file is compared with itself."""
        return self.left is self.right


def read_files(left: Path, right: Path | None) -> Files:
    """The file or files to link. Raises BadInput."""
    people = read_people(left)
    return Files(people, people if right is None else read_people(right))


def read_people(path: Path) -> People:
    """Everybody in a file. Any column but ``id`` may be absent, any cell but an id empty. Raises BadInput."""
    table = read_table(path, needed=("id",), known=("id", *COLUMNS))
    if not set(COLUMNS).intersection(table.columns):
        raise BadInput(f"{table.name}, line 1: there is nothing to compare. Give at least one of {', '.join(COLUMNS)}.")
    seen: dict[str, int] = {}
    for row in table.rows:
        one = _cell(table, row, "id")
        if one in seen:
            raise BadInput(
                f"{table.name}, line {row.line}, column `id`: this id stands on line {seen[one]} already. "
                "Give every row an id of its own."
            )
        seen[one] = row.line
    described = tuple(Description.of_row(row.by_column) for row in table.rows)
    return People(table.name, tuple(seen), described, tuple(one for one in table.columns if one != "id"))


def read_truth(path: Path, files: Files) -> frozenset[Pair]:
    """The pairs that are one person, each once. Raises BadInput where an id is in no file."""
    table = read_table(path, needed=("left", "right"), known=("left", "right"))
    left, right = files.left.positions(), files.right.positions()
    pairs = set()
    for row in table.rows:
        pair = (
            _place(table, row, "left", left, files.left.name),
            _place(table, row, "right", right, files.right.name),
        )
        if files.one_file and pair[0] == pair[1]:
            raise BadInput(f"{table.name}, line {row.line}: this pairs a row with itself. Take the line out.")
        pairs.add((min(pair), max(pair)) if files.one_file else pair)
    if not pairs:
        raise BadInput(f"{table.name} names no pair. Without true pairs nothing can be measured.")
    return frozenset(pairs)


def _place(table: Table, row: Cells, column: str, places: dict[str, int], file: str) -> int:
    place = places.get(_cell(table, row, column))
    if place is None:
        raise BadInput(
            f"{table.name}, line {row.line}, column `{column}`: {file} has no row with this id. "
            "Column `left` names ids of the first file, `right` those of the second, or of the same one."
        )
    return place


def _cell(table: Table, row: Cells, column: str) -> str:
    if column not in row.by_column:
        raise BadInput(f"{table.name}, line {row.line}, column `{column}` is empty. Every row needs one.")
    return row.by_column[column]
