"""``hub audit origin`` and ``hub audit gap``: what a witness has to know of a log, and going on after a gap."""

import asyncio
import hashlib
import secrets
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.leaves import Origin
from hub.audit.log import utc_now
from hub.audit.notes import Kind, VerifierKey
from hub.audit.resuming import resume
from hub.audit.witnessed import WitnessedLog
from hub.domain.acts import Action
from hub.errors import ConfigurationError
from hub.keys import FileKeys
from hub.settings import Settings, read_settings
from hub.witnessing.gap import GapRecord, find_gap, record_of, signed_record
from hub.witnessing.remote import RemoteWitness

ConfigOption = Annotated[Path, typer.Option("--config", "--settings", help="The settings file.")]


class Known(NamedTuple):
    """A log as witnesses know it."""

    origin: str
    vkey: str


def origin(
    config: ConfigOption,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Print what a witness's administrator has to know of this hub's log: its origin and its present public key."""
    settings = read_settings(config)
    told = _known(asyncio.run(_origin(settings)), FileKeys.read(settings.keys))
    typer.echo(msgspec.json.encode(told._asdict()) if as_json else f"Origin  {told.origin}\nKey     {told.vkey}")


def gap(
    config: ConfigOption,
    reason: Annotated[str, typer.Option("--reason", help="Why the log goes on although entries are missing.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Go on with a log that is not what its witnesses cosigned. Stop the hub first.

    Signs a record of what is missing, keeps it in the log, and lets the log go on under a new origin.
    """
    settings = read_settings(config)
    keys = FileKeys.read(settings.keys)
    record = asyncio.run(_record(settings, keys, reason, by))
    note = signed_record(record, keys)
    act = Act(
        action=Action.RESUME_AFTER_GAP,
        request_id=secrets.token_urlsafe(18),
        outcome=Outcome.DONE,
        policy_version="",  # whoever signs the record decides, and no policy
        reasons=(record.new_origin, f"record-{hashlib.sha256(note.encode()).hexdigest()}"),
    )
    resume(settings.audit, keys, Origin(record.size, record.new_origin, note), act, utc_now)
    told = _known(record.new_origin, keys)
    if as_json:
        typer.echo(msgspec.json.encode({**told._asdict(), "record": note}))
        return
    typer.echo(f"The gap is recorded, and the log goes on as {told.origin}.")
    typer.echo("Nothing is disclosed until a witness follows it. Have each witness's administrator run:")
    typer.echo(f"hub witness trust FOLDER {told.origin} {told.vkey}")


async def _origin(settings: Settings) -> str:
    standing = await WitnessedLog(settings.audit).standing()
    name = standing.origins[-1].name if standing.origins else settings.audit_origin
    if name is None:
        raise ConfigurationError("This log has no name yet: set audit_origin in the settings, or start the hub once.")
    return name


async def _record(settings: Settings, keys: FileKeys, reason: str, by: str) -> GapRecord:
    log = WitnessedLog(settings.audit)
    witnesses = [RemoteWitness(one.name, one.url, one.vkey) for one in settings.witnessing.witnesses]
    try:
        found = await find_gap(log, keys, witnesses, settings.audit_origin)
        root = await log.root(found.own.checkpoint.size)
    finally:
        for one in witnesses:
            await one.close()
    return record_of(found, root, reason=reason, by=by, at=utc_now())


def _known(origin: str, keys: FileKeys) -> Known:
    return Known(origin, VerifierKey(origin, Kind.LOG, keys.log_key().public).render())
