"""``python -m benchmarks.matching``: how well and how fast people are recognised."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.matching.families import families
from benchmarks.matching.linkages import linkages
from benchmarks.matching.page import PAGE, page, written
from benchmarks.matching.speed import speeds


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description="Link data sets with the hub's matcher, and with its peers.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name} anew")
    arguments = parser.parse_args()
    say = Console(stderr=True).log
    linked = linkages(say)
    say("families")
    confused = families()
    say("speed")
    fast = speeds()
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode({"linkages": linked, "families": confused, "speed": fast}) + b"\n")
        return
    if arguments.page:
        PAGE.write_text(page(linked, confused, fast, datetime.now(UTC).date()), encoding="utf-8")
        return
    console = Console()
    console.print(_table("Linkage at probability 0.5, on the same pairs", linked))
    console.print(_table("People who are easily confused", confused.kinds))
    console.print(
        f"{confused.wrong_automatic} wrong automatic links, where {confused.pairs_of_different_people:,} pairs of "
        f"different people look alike. Of {confused.true_pairs:,} true pairs {confused.true_automatic:,} are "
        f"automatic, {confused.true_to_a_human:,} wait for a human."
    )
    console.print(_table("Pairs per second on one core", fast))


def _table(title: str, rows: Iterable[msgspec.Struct]) -> Table:
    told = [msgspec.structs.asdict(row) for row in rows]
    table = Table(title=title, title_justify="left")
    for name, value in told[0].items():
        table.add_column(name.replace("_", " "), justify="left" if isinstance(value, str) else "right")
    for row in told:
        table.add_row(*map(written, row.values()))
    return table


main()
