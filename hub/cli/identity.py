"""``hub identity``: measure a matching model on files whose true pairs are known, and train one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hub.errors import BadInput
from hub.identity.linkage.figures import LINK, Figures, evaluate
from hub.identity.linkage.files import read_files, read_truth
from hub.identity.linkage.frequencies import with_frequencies_of
from hub.identity.linkage.keeping import keep, read_settings
from hub.identity.linkage.training import trained
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import read_model, shipped_path

app = typer.Typer(help="Measure and train the model that recognises people.", no_args_is_help=True)

LeftFile = Annotated[Path, typer.Argument(help="CSV in UTF-8: `id`, and any of the columns that can be compared.")]
RightFile = Annotated[
    Path | None, typer.Argument(help="A second file; left out, the first is compared with itself.", show_default=False)
]
_BETWEEN_STROKES = 200  # rows between two strokes of the progress bar


@app.command("evaluate")
def evaluate_command(
    left: LeftFile,
    truth: Annotated[Path, typer.Option(help="CSV with columns `left` and `right`: ids that are one person.")],
    right: RightFile = None,
    model: Annotated[Path | None, typer.Option(help="A model in Splink's JSON; left out, the shipped one.")] = None,
    at: Annotated[float, typer.Option(min=0.0, max=1.0, help="The probability from which a pair is a link.")] = LINK,
    share: Annotated[
        float | None,
        typer.Option(help="The share of true pairs among all pairs; left out, estimated from the scores."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Score two files with the hub's own matcher and compare with the truth.

    Prints how many links it finds and how many of them are right, and what the hub would link by
    itself, would send to a person, and would wrongly link.
    """
    if share is not None and not 0 < share < 1:
        raise BadInput("The share of true pairs among all pairs lies between 0 and 1.")
    files = read_files(left, right)
    pairs = read_truth(truth, files)
    matcher = Matcher(with_frequencies_of(read_model(model or shipped_path()), files))
    with _progress("Scoring") as advance:
        figures = evaluate(files, pairs, matcher, advance, at=at, share=share).figures
    if as_json:
        typer.echo(msgspec.json.encode(figures))
    else:
        _show(figures)


@app.command("train")
def train_command(
    left: LeftFile,
    out: Annotated[Path, typer.Option(help="Where to write the model: a name ending in .json.")],
    right: RightFile = None,
    truth: Annotated[
        Path | None, typer.Option(help="CSV with columns `left` and `right`: ids that are one person.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--from", help="The model whose structure is fitted; left out, the shipped one.")
    ] = None,
) -> None:
    """Fit a model with Splink to one or two files, with their true pairs where they are known.

    What the files do not show, and the prior, stay as in the starting model. Needs Splink (make .venv/ready).
    """
    if out.suffix != ".json":
        raise BadInput(f"{out.name} does not end in .json. Models are kept as JSON.")
    path = start or shipped_path()
    model = read_model(path)
    files = read_files(left, right)
    pairs = read_truth(truth, files) if truth else None
    told = Console(stderr=True)
    with told.status("Training") as status:

        def say(doing: str) -> None:
            told.print(doing, highlight=False)
            status.update(doing)

        settings = trained(read_settings(path), files, pairs, model.nicknames, say)
    for written in keep(out, settings, path, model, files):
        typer.echo(written)


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, moved by calling what this gives with how many rows are done, and of how many."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(doing, total=None)

        def advance(done: int, rows: int) -> None:
            if done % _BETWEEN_STROKES == 0 or done == rows:
                progress.update(task, completed=done, total=rows)

        yield advance


_SECTIONS = {
    "Files": ("left_rows", "right_rows", "true_links", "share_of_true_pairs"),
    "The scorer": ("at", "precision", "recall", "f1"),
    "After the safety rules": tuple(f"{name}_after_safety_rules" for name in ("precision", "recall", "f1")),
    "What the hub would do": (
        "automatic_links",
        "wrong_automatic_links",
        "pairs_sent_to_a_human",
        "true_links_automatic",
        "true_links_sent_to_a_human",
        "true_links_missed",
        "true_links_never_scored",
    ),
    "Work": ("pairs_scored", "pairs_per_second", "seconds", "blocks_divided", "blocks_left_out"),
}
_SHARES = ("precision", "recall", "f1", "at")


def _show(figures: Figures) -> None:
    table = Table(title="Linkage beside the truth", title_justify="left", show_header=False)
    table.add_column("Figure")
    table.add_column("Value", justify="right")
    for title, names in _SECTIONS.items():
        table.add_section()
        table.add_row(f"[bold]{title}", "")
        for name in names:
            table.add_row(name.replace("_", " ").capitalize(), _written(name, getattr(figures, name)))
    Console().print(table)


def _written(name: str, value: float) -> str:
    if name.startswith(_SHARES):
        return f"{value:.4f}"
    if name == "share_of_true_pairs":
        return f"{value:.2e}"
    return f"{value:,.1f}" if name == "seconds" else f"{value:,.0f}"
