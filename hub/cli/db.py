"""``hub db``: the hub's own store."""

from pathlib import Path
from typing import Annotated

import typer

from hub.db.upgrade import upgrade
from hub.settings import read_settings

app = typer.Typer(help="The hub's own store.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``upgrade`` a named command."""


@app.command("upgrade")
def upgrade_store(config: Annotated[Path, typer.Option(help="The settings file.")]) -> None:
    """Bring the store's tables to this version. Safe to repeat; resumes where it was interrupted."""
    upgrade(read_settings(config).store)
    typer.echo("The store is at this version.")
