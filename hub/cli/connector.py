"""``hub connector``: a partner's manifest, at the partner's own desk. Nothing here needs a running hub."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from hub.connectors.manifest import Manifest
from hub.connectors.manifests import (
    Change,
    Checked,
    Mistake,
    check_manifest,
    manifest_diff,
    manifest_schema,
    read_manifest,
)
from hub.connectors.manifests.blanks import BLANK
from hub.connectors.manifests.scaffold import scaffold

app = typer.Typer(name="connector", help="Begin, check and compare a partner's manifest.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
ManifestFile = Annotated[Path, typer.Argument(help="A manifest, in TOML or JSON.", exists=True, dir_okay=False)]


class Kind(StrEnum):
    """What there is a scaffold of."""

    REST_JSON = "rest_json"
    SQL = "sql"
    FHIR_R4 = "fhir_r4"


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a manifest, for an editor."""
    _print_json(manifest_schema())


@app.command("new")
def new(
    source: Annotated[str, typer.Argument(metavar="ID", help="A short name: education-derwent.")],
    kind: Annotated[Kind, typer.Option(help="What the system speaks.")],
    into: Annotated[Path, typer.Option(help="The folder to write into.", file_okay=False)] = Path(),
) -> None:
    """Write a new manifest to fill in. A file that is there is never touched."""
    path = scaffold(kind, source, into)
    told = f"Wrote {path}. Fill in what says {BLANK}, then: hub connector lint {path}"
    Console().print(told, highlight=False, markup=False, soft_wrap=True)


@app.command("lint")
def lint(
    manifest: ManifestFile,
    *,
    for_registration: Annotated[
        bool, typer.Option("--for-registration", help="Ask for everything that an approved source needs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell every mistake of a manifest in one run, each with its line and what to write. Exits 1 on a mistake."""
    text = manifest.read_text(encoding="utf-8", errors="replace")
    checked = check_manifest(text, beside=manifest.parent, for_registration=for_registration)
    if as_json:
        _print_json({"mistakes": checked.mistakes, "warnings": checked.warnings})
    else:
        print_checked(manifest.name, checked)
    raise typer.Exit(1 if checked.mistakes else 0)


@app.command("diff")
def diff(old: ManifestFile, new: ManifestFile, *, as_json: AsJson = False) -> None:
    """Tell what differs between two versions of a manifest, and what of it widens access."""
    before: Manifest = read_manifest(old)
    after: Manifest = read_manifest(new)
    changes = manifest_diff(before, after)
    if as_json:
        _print_json({"old": before.version, "new": after.version, "changes": changes})
    else:
        _print_changes(before, after, changes)


def print_checked(file: str, checked: Checked) -> None:
    """Every mistake and warning, each with its line and what to write."""
    console = Console(soft_wrap=True)
    for one in (*checked.mistakes, *checked.warnings):
        console.print(_line(file, one), style="yellow" if one.warning else "red", markup=False, highlight=False)
        console.print(f"    {one.instead}", markup=False, highlight=False)
    counted = f"{_counted(len(checked.mistakes), 'mistake')}, {_counted(len(checked.warnings), 'warning')}."
    console.print(counted if checked.mistakes else f"{file} is a usable manifest. {counted}", highlight=False)


def _line(file: str, one: Mistake) -> str:
    told = f'; you wrote "{one.given}"' if one.given else ""
    kind = "warning: " if one.warning else ""
    return f"{one.file or file}:{one.line}:{one.column}: {kind}{one.where or 'document'}: {one.says}{told}."


def _print_changes(before: Manifest, after: Manifest, changes: tuple[Change, ...]) -> None:
    console = Console()
    if not changes:
        console.print("Nothing differs but perhaps the version.")
        return
    table = Table("Field", "Before", "After", Column("What it means", overflow="fold"))
    for one in changes:
        says = f"[red]widens[/]: {escape(one.says)}" if one.widens else escape(one.says)
        table.add_row(*map(escape, (one.path, one.before or "", one.after or "")), says)
    console.print(table)
    widening = sum(one.widens for one in changes)
    counted = f"{_counted(len(changes), 'change')}, {widening} of which widening."
    console.print(f"Version {before.version} to {after.version}: {counted}", highlight=False)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _print_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
