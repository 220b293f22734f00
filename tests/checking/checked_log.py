"""A log with something of everything: months, batches, a key that was rotated, destroyed contents, a gap, a witness."""

import asyncio
from datetime import timedelta
from itertools import count
from pathlib import Path

from hub.audit.checking.check import Known, check_log
from hub.audit.checking.cosigned import Elsewhere, kept_elsewhere
from hub.audit.checking.findings import Checked
from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.leaves import Origin
from hub.audit.log import AuditLog
from hub.audit.notes import (
    Kind,
    SignedNote,
    VerifierKey,
    cosignature,
    cosignature_message,
    parse_checkpoint,
    parse_note,
)
from hub.audit.resuming import resume
from hub.audit.shredding import Shredder
from hub.audit.snapshot import snapshot_of
from hub.audit.witnessed import Cosigned, WitnessedLog
from hub.domain.acts import Action
from hub.domain.people import PersonReference
from hub.keys import FileKeys, rotate_keys
from hub.keys.witness_keys import WitnessKey
from hub.witnessing.gap import GapRecord, Seen, signed_record
from tests.audit.audit_samples import ABOUT, NOW, act, disclosure, question

ORIGIN = "checked.example/log"
ELSE = PersonReference(family_name="Else", birth_date=ABOUT.birth_date)
_NEWEST = "SELECT size, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
_KEYS = """
SELECT id, min(leaves.idx) FROM audit_keys JOIN audit_leaves AS leaves ON leaves.key = id
WHERE leaves.subject IS NOT NULL GROUP BY id ORDER BY 2
"""


class CheckedLog:
    """The log, the hub's keys, and what a witness kept of it elsewhere."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url, self.key_file = url, folder / "keys.json"
        self.keys = FileKeys.create(self.key_file)
        self.witness = WitnessKey.create(folder / "witness.json", "witness.example")
        self.elsewhere: list[Elsewhere] = []
        self._clock = (NOW + timedelta(hours=5 * hours) for hours in count())
        self._ids = count()

    @property
    def vkey(self) -> VerifierKey:
        """The witness's key."""
        return VerifierKey(self.witness.name, Kind.WITNESS, self.witness.public)

    def check(self, **known: object) -> Checked:
        """What a check by the hub's own people says."""
        has = {"keys": self.keys, "witnesses": (self.vkey,), "elsewhere": tuple(self.elsewhere), **known}
        return check_log(self.url, Known(**has), lambda _done, _all: None)

    async def write(self, *batches: int) -> None:
        """Questions and acts, so many at once."""
        log = await AuditLog.open(self.url, self.keys, origin=ORIGIN, clock=lambda: next(self._clock), patience=30)
        for batch in batches:
            await asyncio.gather(*(self._one(log, next(self._ids)) for _ in range(batch)))
        await log.close()

    async def cosign(self) -> None:
        """The witness cosigns the newest checkpoint, and somebody keeps that elsewhere."""
        (size, text), *_ = self.all(_NEWEST)
        note = parse_note(text)
        at = int(NOW.timestamp()) + size
        line = cosignature(self.vkey, at, self.witness.sign(cosignature_message(note.text, at)))
        origin = parse_checkpoint(note.text).origin
        await WitnessedLog(self.url).keep(Cosigned(size, self.vkey.name, line.render(), at, origin))
        self.elsewhere.append(kept_elsewhere(SignedNote(note.text, (*note.signatures, line)).render()))

    def rotate(self) -> None:
        """The log gets a new key."""
        rotate_keys(self.key_file, "log")
        self.keys = FileKeys.read(self.key_file)

    async def destroy(self, keys: int) -> None:
        """Contents are destroyed: the last of so many keys, after an act that names them."""
        doomed = [key for key, _ in self.all(_KEYS)][-keys:]
        log = await AuditLog.open(self.url, self.keys, clock=lambda: next(self._clock), patience=30)
        named = tuple(one.reason for one in await Shredder(self.url, self.keys).named(doomed))
        await log.record(act("shred", action=Action.SHRED_AUDIT, reference=None, reasons=named))
        await log.close()
        await Shredder(self.url, self.keys).destroy(doomed)

    async def go_on_after_gap(self) -> None:
        """The log takes a new name, with a signed record of why."""
        size = self.all(_NEWEST)[0][0]
        root = self.check(elsewhere=()).root
        seen = (Seen(self.vkey.render(), size + 3, None),)
        record = GapRecord(
            ORIGIN, f"{ORIGIN}/2", size, root, seen, "a disk was lost", "Dana Operator", "2026-03-20T00:00:00Z"
        )
        note = signed_record(record, self.keys)
        told = Act(action=Action.RESUME_AFTER_GAP, request_id="gap", outcome=Outcome.DONE, policy_version="policy-1")
        await asyncio.to_thread(
            resume, self.url, self.keys, Origin(size, record.new_origin, note), told, lambda: next(self._clock)
        )

    def all(self, statement: str) -> list[tuple[object, ...]]:
        """Rows, as they stand."""
        with snapshot_of(self.url) as seen:
            return seen.all(statement)

    async def _one(self, log: AuditLog, number: int) -> None:
        about = {"reference": ABOUT} if number % 4 else {"reference": ELSE}
        if number % 3 == 0:
            await log.record(act(f"act-{number}", **about))
        else:
            asked = question(f"question-{number}")
            async with log.recording(asked, "policy-1") as entry:
                entry.settle(disclosure(asked))


async def with_everything(url: str, folder: Path, scale: int = 1) -> CheckedLog:
    """Some 320 entries, or more."""
    log = CheckedLog(url, folder)
    await log.write(*(scale * size for size in (1, 7, 30, 60, 1, 1)))
    await log.cosign()
    log.rotate()
    await log.write(*(scale * size for size in (12, 1, 40)))
    await log.cosign()
    await log.destroy(1)
    await log.go_on_after_gap()
    await log.write(*(scale * size for size in (3, 25, 1)))
    await log.cosign()
    return log
