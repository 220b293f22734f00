"""``python -m benchmarks.review``: live a year, read its work list, and print the page of figures, or write it."""

import argparse
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console
from rich.progress import Progress

from benchmarks.review.effects import effects
from benchmarks.review.lived import lived
from benchmarks.review.measuring import measured, standard
from benchmarks.review.page import page
from benchmarks.review.small import small
from hub.demo.year.plan import year
from hub.logs import configure_logs


def main() -> None:
    """Live a year once: some minutes."""
    parser = argparse.ArgumentParser(description="What review finds and misses in a year of invented traffic.")
    parser.add_argument("--write", type=Path, help="the page to write; printed where none is named")
    parser.add_argument("--log", type=Path, help="a folder to keep the year in: measured again, it is not lived anew")
    arguments = parser.parse_args()
    configure_logs()
    plan, town = year()
    with (
        tempfile.TemporaryDirectory() as folder,
        Progress(console=Console(stderr=True), transient=True) as progress,
    ):
        task = progress.add_task("living a year", total=len(plan.deeds))
        kept = arguments.log or Path(folder)
        came = uvloop.run(lived(plan, town, kept, lambda done, _: progress.update(task, completed=done)))
    text = page(measured(came, standard(came)), list(effects(came)), small())
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
