"""Compares the log with what witnesses cosigned: as the log keeps it, and as somebody kept it elsewhere."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hub.audit.checking.findings import Findings
from hub.audit.checking.keys import KeyChain
from hub.audit.checking.origins import Origins
from hub.audit.notes import (
    Checkpoint,
    NoteBroken,
    Signature,
    SignedNote,
    VerifierKey,
    cosigned_at,
    parse_checkpoint,
    parse_note,
    parse_signature,
)
from hub.audit.snapshot import Snapshot
from hub.errors import BadInput

_KEPT = """
SELECT kept.origin, kept.size, kept.witness, kept.line, kept.at, checkpoints.note
FROM audit_cosignatures AS kept LEFT JOIN audit_checkpoints AS checkpoints ON checkpoints.size = kept.size
ORDER BY kept.size, kept.origin, kept.witness
"""
_ONE = "SELECT line FROM audit_cosignatures WHERE origin = ? AND size = ? AND witness = ?"


class Elsewhere(NamedTuple):
    """A checkpoint that somebody kept outside of the hub."""

    checkpoint: Checkpoint
    note: SignedNote


def kept_elsewhere(text: str) -> Elsewhere:
    """A note as it was kept. Raises BadInput."""
    try:
        note = parse_note(text)
        return Elsewhere(parse_checkpoint(note.text), note)
    except NoteBroken as broken:
        raise BadInput(f"What was witnessed is not a checkpoint: {broken}.", ("witnessed-note",)) from None


class CosignedCheck:
    """What witnesses say, compared when the leaves are known."""

    def __init__(
        self, snapshot: Snapshot, findings: Findings, origins: Origins, witnesses: Sequence[VerifierKey]
    ) -> None:
        self.count = 0
        self.unknown: set[str] = set()  # witnesses whose key is not known
        self._snapshot, self._findings, self._origins = snapshot, findings, origins
        self._keys = {one.name: one for one in witnesses}

    def stored(self, entries: int) -> None:
        """Every cosignature that the log keeps is by its witness, on the checkpoint of that size."""
        for origin, size, witness, line, at, note in self._snapshot.each(_KEPT):
            self.count += 1
            if [type(told) for told in (origin, size, witness, line)] != [str, int, str, str]:  # SQLite lets that be
                self._findings.add(entries, "A cosignature's row was altered: it is not of the kind that a log stores.")
                continue
            since = self._origins.gap_since(origin)
            if since is not None and size > since:
                continue  # of entries that were lost: the gap record is about them
            wrong = self._wrong(Row(origin, size, witness, line, at, note))
            if wrong is not None:
                self._findings.add(max(0, size - 1), f"The cosignature of {witness} on {size} entries {wrong}.")

    def elsewhere(
        self, kept: Iterable[Elsewhere], roots: Mapping[int, bytes], size: int, chain: KeyChain | None
    ) -> None:
        """The log continues each checkpoint that was kept elsewhere. ``roots`` are those of the leaves, by size.

        Raises BadInput for a checkpoint that never was this log's.
        """
        fitting = 0
        for one in sorted(kept, key=lambda one: one.checkpoint.size):
            told = one.checkpoint
            self._refuse_anothers(one, chain)
            since = self._origins.gap_since(told.origin)
            if since is not None and told.size > since:
                continue
            if told.size > size:
                what = f"Entries {size} to {told.size - 1} are gone: a witnessed checkpoint signs for them."
                self._findings.add(size, what, told.size - 1, torn=True)
            elif roots.get(told.size) != told.root and not self._findings.explained(fitting, told.size - 1):
                what = (
                    f"Entries {fitting} to {told.size - 1} are not those that were witnessed: one was altered at least."
                )
                self._findings.add(fitting, what, told.size - 1, torn=True)
            elif roots.get(told.size) == told.root:
                fitting = told.size
                self._missing(one)

    def _refuse_anothers(self, one: Elsewhere, chain: KeyChain | None) -> None:
        if chain is None:
            if one.checkpoint.origin not in {origin.name for origin in self._origins.all}:
                raise BadInput("The witnessed checkpoint is another log's: see its first line.", ("witnessed-note",))
        elif chain.signer(one.note, one.checkpoint.origin) is None:
            raise BadInput("The witnessed checkpoint was never signed by this log.", ("witnessed-note",))

    def _missing(self, one: Elsewhere) -> None:
        """A cosignature that is kept elsewhere stands in the log as well."""
        for key in self._keys.values():
            if cosigned_at(one.note, key) is None:
                continue
            told = one.checkpoint
            lines = self._snapshot.all(_ONE, (told.origin, told.size, key.name))
            if not any(_holds(one.note, line, key) for (line,) in lines):
                what = f"The cosignature of {key.name} on {told.size} entries was altered or taken away."
                self._findings.add(max(0, told.size - 1), what)

    def _wrong(self, row: "Row") -> str | None:
        if row.note is None:
            return "is on a checkpoint that is missing"
        try:
            line, note = parse_signature(row.line), parse_note(row.note)
        except NoteBroken as broken:
            return f"is none: {broken}"
        if line.name != row.witness or _time_of(line) != row.at:
            return "does not say what is kept beside it"
        if note.text.split("\n")[0] != row.origin:
            return "is on the log under another name"
        key = self._keys.get(row.witness)
        if key is None or key.id != line.key_id:
            self.unknown.add(row.witness)
            return None
        return None if cosigned_at(SignedNote(note.text, (line,)), key) is not None else "is not on this checkpoint"


class Row(NamedTuple):
    """A cosignature's row, and the checkpoint that it is on."""

    origin: str
    size: int
    witness: str
    line: str
    at: int
    note: str | None


def _holds(note: SignedNote, line: str, key: VerifierKey) -> bool:
    try:
        return cosigned_at(SignedNote(note.text, (parse_signature(line),)), key) is not None
    except NoteBroken:
        return False


def _time_of(line: Signature) -> int | None:
    return int(struct.unpack(">Q", line.content[:8])[0]) if len(line.content) > struct.calcsize(">Q") else None
