"""The figures as a page of the documentation."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

COMMAND = "python -m benchmarks.matching --page"
PAGE = Path(__file__).parents[2] / "docs" / "matching-figures.md"
_WORDS = "What the words mean stands in [matching.md](matching.md)."


def page(linked: Iterable[msgspec.Struct], confused: Any, fast: Iterable[msgspec.Struct], measured: date) -> str:
    """Everything that was measured, in Markdown."""
    parts = (
        "# How well and how fast people are recognised",
        f"Measured on {measured.isoformat()} by `{COMMAND}`, which writes this page anew. {_WORDS}",
        "## Beside Splink, at probability 0.5, on the same pairs",
        _table(linked),
        "## People who are easily confused",
        _said(confused),
        _table(confused.kinds),
        "## Pairs per second on one core",
        _table(fast),
    )
    return "\n\n".join(parts) + "\n"


def written(value: object) -> str:
    """A figure as people read it."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, float):
        return f"{value:.4f}" if value <= 1 else f"{value:,.1f}" if value < 1_000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _said(confused: Any) -> str:
    return (
        "Made-up pairs of every kind, with numbers on both sides, on one and on none, and addresses likewise. "
        f"**{confused.wrong_automatic} wrong automatic links**, where {confused.pairs_of_different_people:,} pairs of "
        f"different people look alike. Of {confused.true_pairs:,} true pairs {confused.true_automatic:,} are automatic "
        f"and {confused.true_to_a_human:,} wait for a human."
    )


def _table(rows: Iterable[msgspec.Struct]) -> str:
    told = [msgspec.structs.asdict(row) for row in rows]
    sides = ["---" if isinstance(value, str) else "--:" for value in told[0].values()]
    lines = [[name.replace("_", " ").capitalize() for name in told[0]], sides]
    lines += [[written(value) for value in row.values()] for row in told]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
