"""The figures of the matcher: measured once, shown as tables."""

from collections.abc import Callable, Iterable

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.matching.families import Families, families
from benchmarks.matching.linkages import Linkage, linkages
from benchmarks.matching.page import written
from benchmarks.matching.speed import Speed, speeds


class Figures(msgspec.Struct, frozen=True):
    """How well and how fast people are recognised."""

    linkages: tuple[Linkage, ...]
    families: Families
    speed: tuple[Speed, ...]


def measured(say: Callable[[str], object]) -> Figures:
    """Measure everything once; ``say`` is told what is under way."""
    linked = linkages(say)
    say("families")
    confused = families()
    say("speed of the scorer and of its peers")
    return Figures(tuple(linked), confused, tuple(speeds()))


def show(figures: Figures, console: Console) -> None:
    """Print the figures as tables."""
    confused = figures.families
    console.print(_table("Linkage at probability 0.5, on the same pairs", figures.linkages))
    console.print(_table("People who are easily confused", confused.kinds))
    console.print(
        f"{confused.wrong_automatic} wrong automatic links, where {confused.pairs_of_different_people:,} pairs of "
        f"different people look alike. Of {confused.true_pairs:,} true pairs {confused.true_automatic:,} are "
        f"automatic, {confused.true_to_a_human:,} wait for a human."
    )
    console.print(_table("Pairs per second on one core", figures.speed))


def _table(title: str, rows: Iterable[msgspec.Struct]) -> Table:
    told = [msgspec.structs.asdict(row) for row in rows]
    table = Table(title=title, title_justify="left")
    for name, value in told[0].items():
        table.add_column(name.replace("_", " "), justify="left" if isinstance(value, str) else "right")
    for row in told:
        table.add_row(*map(written, row.values()))
    return table
