"""``hub keys``: the key file."""

from pathlib import Path
from typing import Annotated

import typer

from hub.keys import FileKeys

app = typer.Typer(help="The hub's key file.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``create`` a named command."""


@app.command("create")
def create(file: Annotated[Path, typer.Argument(help="Where the keys will stand.")]) -> None:
    """Make a new key file that only its owner can read. An existing file is never touched."""
    FileKeys.create(file)
    typer.echo(
        "The keys are made. Whoever loses this file loses every link and every name in the evidence: back it up."
    )
