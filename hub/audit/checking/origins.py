"""Under which names the log stood from which size on, and the signed records of why where it took a new one."""

import base64
from collections.abc import Mapping

import msgspec

from hub.audit.checking.findings import Findings, Gap
from hub.audit.checking.keys import KeyChain
from hub.audit.leaves import Origin
from hub.audit.notes import NoteBroken, parse_note
from hub.audit.snapshot import Snapshot

_ORIGINS = "SELECT number, since, name, record FROM audit_origins ORDER BY since, number"
_ANYTHING = "SELECT idx FROM audit_leaves LIMIT 1"


class GapTold(msgspec.Struct, frozen=True):
    """What a gap record says of the log itself."""

    old_origin: str
    new_origin: str
    size: int
    root: str


class Origins:
    """The names, the oldest first."""

    def __init__(self, snapshot: Snapshot, chain: KeyChain | None, findings: Findings) -> None:
        stored = snapshot.all(_ORIGINS)
        rows = [row for row in stored if [type(told) for told in row[1:]] == [int, str, str]]
        if len(rows) < len(stored):  # which SQLite does not see to
            findings.add(0, "One of the log's names is not of the kind that a log stores: its row was altered.")
        self._findings, self._chain = findings, chain
        self.all = [Origin(since, name, record) for _, since, name, record in rows]
        self._roots: list[tuple[int, str]] = []  # what the gap records say that the root was, at which size
        if not rows and snapshot.all(_ANYTHING):
            findings.add(0, "The log's name is missing.")
        for place, (number, *_) in enumerate(rows, 1):
            self._check(place, number)

    def at(self, size: int) -> str | None:
        """The name that a checkpoint of this size bears; None where none is kept."""
        names = [one.name for one in self.all if one.since < size]
        return names[-1] if names else None

    @property
    def sizes(self) -> set[int]:
        """The sizes at which a root is told."""
        return {size for size, _ in self._roots}

    def compare(self, roots: Mapping[int, bytes]) -> None:
        """The log went on from what its gap records say. ``roots`` are those of the leaves, by size."""
        for size, root in self._roots:
            if size in roots and text_of(roots[size]) != root:
                self._findings.add(
                    max(0, size - 1), f"Entries before {size} are not those that a gap record signs for."
                )

    def gap_since(self, origin: str) -> int | None:
        """From which size on the log bore another name than this former one; None where it bears it still."""
        later = [one for one, former in zip(self.all[1:], self.all, strict=False) if former.name == origin]
        return later[0].since if later else None

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Each new name and its record."""
        return tuple(Gap(one.since, one.name, one.record) for one in self.all[1:])

    def _check(self, place: int, number: int) -> None:
        one, before = self.all[place - 1], self.all[max(place - 2, 0)]
        if number != place:
            index = max(0, one.since) if place > 1 else 0
            self._findings.add(index, f"The log's names are not as they followed each other: {one.name}.")
        elif place == 1:
            if (one.since, one.record) != (0, ""):
                self._findings.add(0, "The log's first name does not stand from its beginning.")
        else:
            self._record(one, before)

    def _record(self, one: Origin, before: Origin) -> None:
        told = _told(one.record)
        if told is None or (told.old_origin, told.new_origin, told.size) != (before.name, one.name, one.since):
            self._findings.add(max(0, one.since), f"The log goes on as {one.name} without a gap record that says so.")
            return
        if self._chain is not None and self._chain.signer(parse_note(one.record), before.name) is None:
            self._findings.add(max(0, one.since), f"The gap record of {one.name} is not signed by the log's key.")
            return
        self._roots.append((told.size, told.root))


def _told(record: str) -> GapTold | None:
    try:
        lines = parse_note(record).text.split("\n")
        return msgspec.json.decode(lines[1], type=GapTold)
    except (NoteBroken, IndexError, msgspec.DecodeError):
        return None


def text_of(root: bytes) -> str:
    """A root as notes have it."""
    return base64.b64encode(root).decode()
