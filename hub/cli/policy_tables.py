"""What the commands about policies and agreements share: options, loading, and how cells are printed."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Column, Table

from hub.domain.codes import Agency
from hub.errors import ConfigurationError
from hub.policy.comparing import boxes
from hub.policy.policies import Policies, shipped_policies

PolicyFolder = Annotated[
    Path | None, typer.Option("--policies", help="A policy folder; left out, the shipped one.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
OPENS_EXIT = 3  # so that a gate can stop a change that widens access


def whole(title: str) -> Column:
    """A column that never cuts a name short."""
    return Column(title, overflow="fold")


def loaded_policies(folder: Path | None) -> Policies:
    """The policies of a folder, or the shipped ones. Says what is wrong with them and exits with 1."""
    try:
        return Policies.load(folder or shipped_policies(), None, ())
    except ConfigurationError as fault:
        Console(stderr=True).print(fault.message, style="red", markup=False)
        raise typer.Exit(1) from fault


def print_cells(title: str, columns: Sequence[str], cells: Iterable[Sequence[str]], order: Sequence[int]) -> None:
    """Cells as rows that are exactly them: a row is every combination of what stands in its columns."""
    table = Table(*map(whole, columns), title=title, title_justify="left", show_lines=True)
    for row in boxes(cells, order):
        table.add_row(*(_said(part) for part in row))
    Console().print(table)


def print_json(value: Any) -> None:
    """Print a value for a machine."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2).decode() + "\n")


def _said(part: frozenset[str]) -> str:
    every = frozenset(Agency)
    rest = sorted(part - every) if part >= every else sorted(part)
    return ", ".join([*(["any agency"] if part >= every else []), *map(str, rest)])
