"""``hub connector check``: a partner's system tried at the partner's own desk, as the hub will try it."""

import asyncio
import sys
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from hub.cli.connector import AsJson, ManifestFile, print_checked
from hub.conformance.checking import MADE, SECONDS, Manner, check_source
from hub.conformance.checking import Progress as Begun
from hub.conformance.page import page
from hub.conformance.report import CheckResult, Outcome, Report, encoded
from hub.connectors.credentials import Credentials
from hub.connectors.manifest import Manifest
from hub.connectors.manifests import check_manifest, self_contained
from hub.opening import connector_of

CANNOT_BE_RUN = 2
_MARKS = {
    Outcome.PASSED: Text("passed", style="green"),
    Outcome.FAILED: Text("failed", style="bold red"),
    Outcome.NOT_APPLICABLE: Text("does not apply", style="dim"),
    Outcome.NOT_TRIED: Text("not tried", style="yellow"),
}


def check(
    manifest: ManifestFile,
    secrets: Annotated[
        Path, typer.Option("--secrets", help="A folder with the secret that the manifest names.")
    ] = Path("secrets"),
    html: Annotated[Path | None, typer.Option("--html", help="Write the report as a page to read.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=1, max=600, help="Seconds for all of it.")] = SECONDS,
    as_json: AsJson = False,
) -> None:
    """Try your system as the hub will. Exits 0 where it passes, 1 where it does not, 2 where nothing can be tried."""
    read = _usable(manifest)
    report = asyncio.run(_checked(read, secrets, timeout))
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
    if as_json:
        sys.stdout.write(encoded(report).decode() + "\n")
    else:
        show(report, Console(soft_wrap=True))
    if any(one.id == MADE for one in report.checks):
        raise typer.Exit(CANNOT_BE_RUN)
    raise typer.Exit(0 if report.passed else 1)


def _usable(path: Path) -> Manifest:
    """The manifest with its mapping inside. Ends the command where it has mistakes, or nothing here can call."""
    checked = check_manifest(path.read_text(encoding="utf-8", errors="replace"), beside=path.parent)
    if checked.manifest is None:
        print_checked(path.name, checked)
        raise typer.Exit(CANNOT_BE_RUN)
    if checked.manifest.kind == "exchange":
        typer.echo("A client of your own answers here, and this command calls nobody: have the hub test it.", err=True)
        raise typer.Exit(CANNOT_BE_RUN)
    return self_contained(checked.manifest, path.parent)


async def _checked(manifest: Manifest, secrets: Path, seconds: float) -> Report:
    build = partial(connector_of, credentials=Credentials(None, secrets))
    columns = (TextColumn("{task.completed:>2}/{task.total}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)

        def say(begun: Begun) -> None:
            shown.update(task, completed=begun.number, total=begun.of, description=escape(begun.title))

        manner = Manner(made="at the partner's desk", called=True, seconds=seconds, say=say)
        return await check_source(manifest, build, manner)


def show(report: Report, console: Console) -> None:
    """The report in a terminal: every check, then what to mend."""
    for group, checks in groupby(report.checks, lambda one: one.group):
        console.print(f"\n[bold]{escape(group)}[/]")
        for one in checks:
            _show_check(one, console)
    console.print(f"\n[bold {'green' if report.passed else 'red'}]{escape(report.says)}[/]", highlight=False)
    if not report.passed:
        console.print("Mend first:", style="bold")
    for number, one in enumerate(report.hindrances, 1):
        console.print(f"{number}. {one.title}: {one.mend}", markup=False, highlight=False)


def _show_check(check: CheckResult, console: Console) -> None:
    console.print(Text("  ").append_text(_MARKS[check.outcome]).append(f"  {check.title}"), highlight=False)
    if check.outcome in {Outcome.FAILED, Outcome.NOT_TRIED}:
        for told in (*check.seen, check.mend):
            console.print(f"      {told}", markup=False, highlight=False) if told else None
