"""Checks every checkpoint: that it follows the one before it, is signed, and is of the leaves that are there."""

from datetime import datetime, timedelta
from typing import NamedTuple

from hub.audit.checking.findings import Findings
from hub.audit.checking.keys import KeyChain
from hub.audit.checking.origins import Origins
from hub.audit.checking.signed import SignedUntil
from hub.audit.merkle import Frontier
from hub.audit.notes import NoteBroken, parse_checkpoint, parse_note
from hub.audit.snapshot import Snapshot

_ALL = {
    "sqlite": "SELECT size, at, note, former, NULL FROM audit_checkpoints ORDER BY size",
    "postgresql": "SELECT size, at, note, former, writer FROM audit_checkpoints ORDER BY size",
}
# A key file that several machines have copies of is changed on one after the other; who takes the former
# key for longer than this was not told, or stole it.
HAND_OVER = timedelta(days=1)
_PENDING = 50  # kept in words


class Kept(NamedTuple):
    """A checkpoint's row."""

    size: int
    at: str
    note: str
    former: int  # the size of the one before it
    writer: int | None  # which of several hubs wrote it, and all its entries


class CheckpointCheck:
    """Told of each leaf in order, it reads the checkpoints that are kept beside them."""

    def __init__(
        self,
        snapshot: Snapshot,
        findings: Findings,
        origins: Origins,
        chain: KeyChain | None,
        signed: SignedUntil | None = None,
    ) -> None:
        """``signed``: up to where keys of the chain signed, and whether that has been said of all after it."""
        self.count = 0
        self._findings, self._origins, self._chain = findings, origins, chain
        self._unsigned_since = (signed.size or 0) if signed is not None and signed.wrong is not None else None
        self._rows = (Kept(*row) for row in snapshot.each(_ALL[snapshot.engine]))
        self._next = next(self._rows, None)
        self._last = self._fitting = 0  # sizes: of the one before, and of the last whose root is that of its leaves
        self._doubtful: list[tuple[int, int]] = []  # since which size, of which size: their roots are not
        self._succeeded: dict[int, str] = {}  # when each key was first used
        self._writers: dict[int | None, int] = {}  # of the entries since the last one, by the first of each

    def written(self, index: int, writer: int | None) -> None:
        """The next leaf is by this writer."""
        self._writers.setdefault(writer, index)

    def reached(self, tree: Frontier | None, size: int, at: str | None) -> None:
        """The leaf before ``size`` was read. No tree where a leaf is missing; no time where it was altered."""
        while self._next is not None and self._next.size < size:
            self._check(self._next, None, None)
        if self._next is not None and self._next.size == size:
            self._check(self._next, tree, at)

    def ended(self, size: int) -> None:
        """No leaf follows."""
        if self._next is None and self._last < size:
            self._findings.add(self._last, f"Entries {self._last} to {size - 1} stand in no checkpoint.", size - 1)
        newest = size
        while self._next is not None:
            newest = self._next.size
            self._check(self._next, None, None)
        if newest > size:
            self._findings.add(
                size, f"Entries {size} to {newest - 1} are gone: a checkpoint signs for them.", torn=True
            )
        self._weigh()

    def _check(self, kept: Kept, tree: Frontier | None, at: str | None) -> None:
        self.count += 1
        wrong = self._wrong(kept, at)
        if wrong is not None:
            self._findings.add(self._last, f"The checkpoint of {kept.size} entries {wrong}.", kept.size - 1)
        elif tree is not None:
            self._compare(kept, tree)
            for writer, index in self._writers.items():
                if writer != kept.writer:
                    self._findings.add(index, f"Entry {index} is not by the hub that signed for it.")
        self._writers.clear()
        self._last = max(self._last, kept.size)
        self._next = next(self._rows, None)

    def _wrong(self, kept: Kept, at: str | None) -> str | None:
        if kept.former != self._last:
            return "does not follow the one before it: one is missing, or it was altered"
        try:
            note = parse_note(kept.note)
            told = parse_checkpoint(note.text)
        except NoteBroken as broken:
            return f"is none: {broken}"
        name = self._origins.at(kept.size)
        if told.size != kept.size or told.body() != note.text or len(note.signatures) != 1:
            return "is not what was signed"
        if name is not None and told.origin != name:
            return "bears another name than the log's"
        if at is not None and kept.at != at:
            return "has another time than its newest entry"
        return None if self._chain is None else self._signed(self._chain.signer(note, told.origin), kept)

    def _signed(self, place: int | None, kept: Kept) -> str | None:
        if place is None and self._unsigned_since is not None and kept.size > self._unsigned_since:
            return None
        if place is None:
            return "is not signed by the log's key, nor by one before it"
        self._succeeded.setdefault(place, kept.at)
        later = [since for key, since in self._succeeded.items() if key > place]
        if later and _moment(kept.at) > _moment(min(later)) + HAND_OVER:
            return "is signed by a key that was followed by another long before"
        return None

    def _compare(self, kept: Kept, tree: Frontier) -> None:
        if parse_checkpoint(parse_note(kept.note).text).root != tree.root():
            self._doubtful = [*self._doubtful, (self._last, kept.size)][:_PENDING]
            return
        for since, size in self._doubtful:  # the leaves are all there, so it is the checkpoint that was altered
            self._findings.add(since, f"The checkpoint of {size} entries has a root that is not theirs.", size - 1)
        self._doubtful = []
        self._fitting = kept.size

    def _weigh(self) -> None:
        """Of roots that fit to the end, the entries are what was altered, and not the checkpoints."""
        if not self._doubtful:
            return
        first, last = self._fitting, self._doubtful[0][1] - 1
        if not self._findings.explained(first, last):
            some = f"Entry {last} is not what" if last == first else f"Entries {first} to {last} are not what"
            self._findings.add(first, f"{some} the checkpoint of {last + 1} entries signs for.", last, torn=True)


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except (TypeError, ValueError):  # its row was altered, which is said of it elsewhere
        return datetime.fromisoformat("9999-12-30T00:00:00Z")
