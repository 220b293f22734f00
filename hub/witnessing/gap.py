"""Going on after a gap: the signed record of what is missing, who goes on all the same, and why.

It hides nothing: the former name of the log ends with what the witnesses cosigned, and a new one begins.
"""

import asyncio
import base64
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.audit.notes import Kind, VerifierKey, signed
from hub.audit.witnessed import WitnessedLog
from hub.errors import BadInput
from hub.keys import LogKeys
from hub.witnessing.own import Own, contradiction, own_checkpoint
from hub.witnessing.remote import RemoteWitness
from hub.witnessing.showing import Broken, Shower, Unanswered

HEADING = "partnership-hub gap record"


class Seen(msgspec.Struct, frozen=True):
    """What one witness cosigned. ``note`` has its signature and the log's, where the witness shows it."""

    witness: str  # its verifier key; its name alone where only the log's own tables know of it
    size: int
    note: str | None


class GapRecord(msgspec.Struct, frozen=True):
    """Signed by the log's key under its former name."""

    old_origin: str
    new_origin: str
    size: int  # of the log as it goes on
    root: str  # base64
    seen: tuple[Seen, ...]
    reason: str
    by: str
    at: str  # RFC 3339, UTC

    def text(self) -> str:
        """What is signed: a heading, and the record as one line of JSON."""
        return f"{HEADING}\n{msgspec.json.encode(self).decode()}\n"


class Gap(NamedTuple):
    """A log that does not continue what was cosigned of it."""

    own: Own
    numbered: int  # which origin comes next: the first was 1
    base: str  # the first origin
    seen: tuple[Seen, ...]


async def find_gap(log: WitnessedLog, keys: LogKeys, witnesses: Sequence[RemoteWitness], named: str | None) -> Gap:
    """The gap between a log and its witnesses. Raises BadInput where there is none, or nobody to say so."""
    own = await own_checkpoint(log, keys, named, [one.key.name for one in witnesses])
    if own is None or not own.checkpoint.size:
        raise BadInput(
            "This log has no entry yet, and so no gap. Put back a copy of the database, or name another log."
        )
    kept = await contradiction(log, own, [one.key for one in witnesses])
    shower, known = Shower(log, keys), {one.witness: one.size for one in own.kept}
    told = await asyncio.gather(*(shower.show(one, own, known.get(one.key.name, 0)) for one in witnesses))
    if kept is None and not any(isinstance(one, Broken) for one in told):
        silent = [one.why for one in told if isinstance(one, Unanswered)]
        if told and len(silent) < len(told):
            raise BadInput("There is no gap: the log is as its witnesses saw it. Start the hub.")
        said = " ".join(["No witness says that there is a gap.", *silent])
        raise BadInput(f"{said} Start one that the settings name, or mend the way to it, and run this again.")
    seen = [
        await _seen(witness, own, one.size)
        for witness, one in zip(witnesses, told, strict=True)
        if isinstance(one, Broken)
    ]
    origins = (await log.standing()).origins
    return Gap(own, len(origins) + 1, origins[0].name, tuple(seen) or _kept(own))


def record_of(gap: Gap, root: bytes, *, reason: str, by: str, at: datetime) -> GapRecord:
    """The record of a gap. Raises BadInput without a reason or a name."""
    if not reason.strip() or not by.strip():
        raise BadInput("A gap record says why the log goes on, and who decided it: --reason and --by.")
    return GapRecord(
        old_origin=gap.own.checkpoint.origin,
        new_origin=f"{gap.base}/{gap.numbered}",
        size=gap.own.checkpoint.size,
        root=base64.b64encode(root).decode(),
        seen=gap.seen,
        reason=reason.strip(),
        by=by.strip(),
        at=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    )


def signed_record(record: GapRecord, keys: LogKeys) -> str:
    """The record as a signed note."""
    key, text = keys.log_key(), record.text()
    return signed(text, VerifierKey(record.old_origin, Kind.LOG, key.public), key.sign(text.encode())).render()


async def _seen(witness: RemoteWitness, own: Own, size: int) -> Seen:
    note = await witness.newest(own.checkpoint.origin)
    return Seen(witness.key.render(), size, None if note is None else note.render())


def _kept(own: Own) -> tuple[Seen, ...]:
    """What the log itself kept of it, where no witness says anything."""
    return tuple(Seen(one.witness, one.size, None) for one in own.kept)
