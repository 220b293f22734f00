"""``python -m benchmarks.matching``: how well and how fast people are recognised. ``make bench`` shows it too."""

import argparse
import sys
from datetime import UTC, datetime

import msgspec
from rich.console import Console

from benchmarks.matching.page import PAGE, page
from benchmarks.matching.report import measured, show


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description="Link data sets with the hub's matcher, and with its peers.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name} anew")
    arguments = parser.parse_args()
    figures = measured(Console(stderr=True).log)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(figures) + b"\n")
    elif arguments.page:
        today = datetime.now(UTC).date()
        PAGE.write_text(page(figures.linkages, figures.families, figures.speed, today), encoding="utf-8")
    else:
        show(figures, Console())


main()
