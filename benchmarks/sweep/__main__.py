"""``python -m benchmarks.sweep``: print the page of the corruption sweep, or write it."""

import argparse
import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks.sweep.whole import swept


def main() -> None:
    """Sweep once."""
    parser = argparse.ArgumentParser(description="How a live find bears mistakes in names, birth dates and homes.")
    parser.add_argument("--write", type=Path, help="the page to write; printed where none is named")
    arguments = parser.parse_args()
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("asking about children", total=None)
        found = asyncio.run(swept(lambda done, of: progress.update(task, completed=done, total=of)))
    if arguments.write:
        arguments.write.write_text(found.page, encoding="utf-8")
    else:
        print(found.page, end="")


if __name__ == "__main__":
    main()
