"""Rows under headings, as any terminal can show them: nothing is cut, and no partner's text is taken for markup."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

READABLE_TABLE = 72  # columns of a terminal; in less, a table's own columns are too narrow to read
Cell = str | Text


class Listing(NamedTuple):
    """Rows under headings: a table, or one below the other where a table would be too narrow to read."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def show(self, console: Console) -> None:
        """Print all of it. A word longer than its column goes on in the next line."""
        if console.width < READABLE_TABLE:
            console.print(Text(self.title, style="italic", overflow="fold"))
            for row in self.rows:
                console.print(Padding(self._lines(row), (0, 0, 1, 0)))
            return
        table = Table(title=Text(self.title), title_justify="left", expand=True)
        for heading in self.headings:
            table.add_column(heading, overflow="fold")
        for row in self.rows:
            table.add_row(*(_text(cell) for cell in row))
        console.print(table)

    def _lines(self, row: Sequence[Cell]) -> Text:
        told = zip(self.headings, row, strict=True)
        lines = [Text.assemble((f"{heading}: ", "bold"), _text(cell)) for heading, cell in told if str(cell)]
        return Text("\n", overflow="fold").join(lines)


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun: 1 entry, 2 entries."""
    return f"{number} {one if number == 1 else many}"


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)
