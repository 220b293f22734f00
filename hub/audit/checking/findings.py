"""What a check found: each thing that does not fit, by the first entry that it concerns."""

from collections.abc import Mapping

import msgspec

LISTED = 50  # findings that are kept in words, at most; all are counted


class Finding(msgspec.Struct, frozen=True, order=True):
    """Something that does not fit. ``index`` is the first entry it concerns, ``until`` the last."""

    index: int
    until: int
    what: str  # a sentence without anything personal


class Gap(msgspec.Struct, frozen=True):
    """The log went on under another name although something was missing: the record that says why."""

    since: int
    origin: str
    record: str  # as it was signed


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """All that a check has to say."""

    entries: int
    origin: str
    root: str  # of the tree over these entries, base64
    checkpoints: int
    cosignatures: int
    found: int
    findings: tuple[Finding, ...]  # by rising index; the first names the first bad entry
    destroyed: int  # entries whose content was destroyed on purpose
    unfinished: tuple[int, ...]  # intents without an outcome: questions under way, or a hub that stopped
    gaps: tuple[Gap, ...]
    left: tuple[str, ...]  # what was not checked, and why
    rests_on: Mapping[str, int] = {}  # digests of archived documents that entries name, and the first that does

    @property
    def first_bad(self) -> int | None:
        """The first entry that something is wrong with."""
        return self.findings[0].index if self.findings else None


class Findings:
    """Collects. The lowest indexes are kept, however many there are."""

    def __init__(self) -> None:
        self.count = 0
        self.highest = -1  # the highest entry by which anything begins
        self._kept: list[Finding] = []
        self._torn: list[Finding] = []

    def add(self, index: int, what: str, until: int | None = None, *, torn: bool = False) -> None:
        """Something does not fit, from one entry to another. ``torn``: it explains why hashes above do not either."""
        found = Finding(index, index if until is None else max(index, until), what)
        self.count += 1
        self.highest = max(self.highest, index)
        self._kept = _lowest([*self._kept, found])
        if torn:
            self._torn = _lowest([*self._torn, found])

    def explained(self, first: int, last: int) -> bool:
        """Whether it is known already why the hashes over these entries do not fit."""
        return any(one.index <= last and one.until >= first for one in self._torn)

    @property
    def lowest(self) -> tuple[Finding, ...]:
        """Those of the lowest indexes, in order."""
        return tuple(sorted(self._kept)[:LISTED])


def _lowest(findings: list[Finding]) -> list[Finding]:
    return findings if len(findings) < 2 * LISTED else sorted(findings)[:LISTED]
