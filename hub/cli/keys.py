"""``hub keys``: the key file, its rotation, and what is still under an old key."""

import asyncio
import base64
import contextlib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.db.rewrapping import SECRETS
from hub.db.sealed_rows import SealedRows
from hub.db.secrets import SecretStore
from hub.db.store import open_store
from hub.errors import BadInput
from hub.keys import FileKeys, rotate_keys
from hub.keys.document import read_keys
from hub.opening import key_provider_of
from hub.settings import Settings, read_settings

app = typer.Typer(help="The hub's key file.", no_args_is_help=True)

ConfigOption = Annotated[Path | None, typer.Option(help="The settings file, which names the key file.")]


class Rotated(StrEnum):
    """What a key file holds that can be rotated."""

    SEALING = "sealing"
    SIGNING = "signing"
    LOG = "log"


class Status(msgspec.Struct, frozen=True):
    """Which keys are current, and how many rows are not under them. Ids tell nothing of keys."""

    sealing: str
    signing: str | None
    former_signing: tuple[str, ...]
    log: str | None  # the verifying half of the key that signs checkpoints, in hexadecimal
    former_log: tuple[str, ...]
    wrapping: str
    old: Mapping[str, int]  # by table


@app.command("create")
def create(file: Annotated[Path, typer.Argument(help="Where the keys will stand.")]) -> None:
    """Make a new key file that only its owner can read. An existing file is never touched."""
    FileKeys.create(file)
    typer.echo(
        "The keys are made. Whoever loses this file loses every link and every name in the evidence: back it up."
    )


@app.command("rotate")
def rotate(
    what: Annotated[
        Rotated,
        typer.Argument(help="sealing: what stored values are sealed with; signing: signatures; log: checkpoints."),
    ],
    file: Annotated[Path | None, typer.Option(help="The key file.")] = None,
    config: ConfigOption = None,
) -> None:
    """Add a new current key to the key file; a running hub takes it within a second.

    Former keys stay in it. Of the log's former key only the verifying half does, with its word for the new one.
    """
    path = read_settings(config).keys if config is not None else file
    if path is None or (file is not None and config is not None):
        raise BadInput("Name the key file with --file, or the settings file with --config.")
    current = rotate_keys(path, what.value)
    typer.echo(f"The current {what} key is now {current}. Back the key file up: what comes now opens with it only.")


@app.command("status")
def status(
    config: Annotated[Path, typer.Option(help="The settings file.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say which keys are current, and how many rows of each table are still under an old one."""
    told = asyncio.run(_status(read_settings(config)))
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    console = Console()
    console.print(f"Sealing:  {told.sealing}", highlight=False)
    console.print(f"Signing:  {told.signing or 'no key; run: hub keys rotate signing'}", highlight=False)
    console.print(f"Log:      {told.log or 'no key; run: hub keys rotate log'}", highlight=False)
    console.print(f"Wrapping: {told.wrapping}", highlight=False)
    table = Table("Table", "Rows under an old key")
    for name, count in told.old.items():
        table.add_row(name, str(count))
    console.print(table)


async def _status(settings: Settings) -> Status:
    keys = FileKeys.read(settings.keys)
    async with contextlib.AsyncExitStack() as opened:
        store = open_store(settings.store)
        opened.push_async_callback(store.close)
        provider = key_provider_of(settings.key_provider, keys)
        opened.push_async_callback(provider.close)
        secrets = await SecretStore(store, provider).old_count()
        rows = await SealedRows(store, keys, pause=0).old_counts()
        held = read_keys(settings.keys)
        kids = held.document.kids()
        return Status(
            sealing=keys.current().hex(),
            signing=kids[0] if kids else None,
            former_signing=tuple(kids[1:]),
            log=held.log.public.hex() if held.log else None,
            former_log=tuple(base64.b64decode(one.public).hex() for one in held.log.endorsements) if held.log else (),
            wrapping=await provider.current(),
            old={SECRETS: secrets, **rows},
        )
