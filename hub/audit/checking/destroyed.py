"""Checks entries whose content was destroyed: nothing of them is left, and each is one that the act was about."""

from collections.abc import Mapping

from hub.audit.checking.findings import Findings
from hub.audit.checking.stored import Stored
from hub.audit.named_keys import NamedKey, SealedEntries
from hub.audit.snapshot import Snapshot

_OF_KEY = "SELECT idx, hash FROM audit_leaves WHERE key = ? AND idx >= 0 ORDER BY idx"
_LIVING = """
SELECT 1 FROM audit_leaves AS leaves JOIN audit_keys AS keys ON keys.id = leaves.key WHERE leaves.request_id = ? LIMIT 1
"""
_UNLINKED = "destroyed:"
_TRIED = 2000  # entries of one key, of which each is left out to see whether the others fit


class DestroyedCheck:
    """Told of each such entry in order. ``named``: the keys that acts of destroying name, each with its entries."""

    def __init__(self, snapshot: Snapshot, findings: Findings, named: Mapping[str, NamedKey]) -> None:
        self.count = 0
        self._snapshot, self._findings, self._named = snapshot, findings, named
        self._seen: dict[str, SealedEntries] = {}

    def is_of(self, one: Stored) -> bool:
        """Whether an act of destroying says that this content is gone."""
        return one.key_id is None and one.key in self._named

    def check(self, one: Stored) -> None:
        """Of a content that was destroyed nothing is left, nor what found it."""
        self.count += 1
        self._seen.setdefault(one.key, SealedEntries()).add(one.place, one.hash)
        _, request_id, _, _, *rest = one.columns
        principal, subject, purpose, _, enquiry, sources = rest
        gone = (one.leaf, principal, subject, purpose, enquiry, sources) == (b"", "", None, None, None, "")
        if not gone or not self._unlinked(request_id):
            self._findings.add(one.place, f"Entry {one.place}: its content was destroyed, and something of it is left.")

    def ended(self) -> None:
        """All else was checked. What an act destroyed is just what it names: nothing was hidden among it since."""
        for key, seen in self._seen.items():
            named = self._named[key]
            if seen.named(key) == named:
                continue
            if seen.entries > named.entries:
                self._intruders(seen, named)
            elif not self._findings.explained(seen.first, seen.last) and (
                seen.entries == named.entries or not self._findings.count  # one that went is found where it is now
            ):
                what = f"Destroyed entries from {seen.first} to {seen.last} are not those that the act names."
                self._findings.add(seen.first, what, seen.last, torn=True)

    def _intruders(self, seen: SealedEntries, named: NamedKey) -> None:
        more, index = seen.entries - named.entries, self._intruder(seen, named)
        if index is not None:
            what = f"Entry {index} is among destroyed ones, and no act of destroying was about it: it was hidden."
            self._findings.add(index, what, torn=True)
            return
        what = f"Among the destroyed entries from {seen.first} to {seen.last} {more} were hidden that no act was about."
        self._findings.add(seen.first, what, seen.last, torn=True)

    def _intruder(self, seen: SealedEntries, named: NamedKey) -> int | None:
        """The one entry without which all others are those that the act names."""
        if seen.entries != named.entries + 1 or seen.entries > _TRIED:
            return None
        rows = [row for row in self._snapshot.all(_OF_KEY, (named.id,)) if type(row[1]) is bytes]
        for left_out, _ in rows:
            others = SealedEntries()
            for index, hashed in rows:
                if index != left_out:
                    others.add(index, hashed)
            if others.named(named.id) == named:
                return int(left_out)
        return None

    def _unlinked(self, request_id: str | None) -> bool:
        """Nothing leads to others of its request; but its id stands while one of them is there still."""
        if type(request_id) is not str:
            return False
        return request_id.startswith(_UNLINKED) or bool(self._snapshot.all(_LIVING, (request_id,)))
