"""The course of each enquiry: when it came to rest after an entry, and whether it was marked by then. Pure.

What an entry comes to never depends on what happens after its enquiry came to rest. So a report tells again what an
earlier one told, and nobody sees from what has gone that something has begun.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from hub.audit.reader import AuditEntry
from hub.domain.subject_access import FAMILY, unread


class Course(msgspec.Struct, frozen=True):
    """One enquiry, as far as its entries about the person tell."""

    moments: tuple[datetime, ...]  # when something happened under it, rising
    until: datetime  # when it ended by itself
    purposes: frozenset[str]
    marked_at: datetime | None  # when first an access under it was kept from the family
    unread: bool  # every such access because a source did not answer, as far as it tells

    def rests(self, quiet: timedelta) -> Mapping[datetime, datetime]:
        """For each moment the last one before nothing happened for so long, with the enquiry at its end."""
        moments = sorted({*self.moments, self.until})
        found = {moments[-1]: moments[-1]}
        for after, at in pairwise(reversed(moments)):
            found[at] = found[after] if after - at < quiet or after <= self.until else at
        return found


class Courses:
    """Of every enquiry, and of each entry that is under none."""

    def __init__(self, entries: Iterable[AuditEntry]) -> None:
        of_each: dict[str, list[AuditEntry]] = {}
        for one in entries:
            of_each.setdefault(_name(one), []).append(one)
        self._courses = {name: _course(some) for name, some in of_each.items()}
        self._rests: dict[tuple[str, timedelta], Mapping[datetime, datetime]] = {}

    def of(self, entry: AuditEntry) -> Course:
        """The course that an entry is of."""
        return self._courses[_name(entry)]

    def rest(self, entry: AuditEntry, quiet: timedelta) -> datetime:
        """The moment after which nothing happened for so long: from then on days are counted."""
        key = _name(entry), quiet
        if key not in self._rests:
            self._rests[key] = self.of(entry).rests(quiet)
        return self._rests[key][entry.at]

    def marked(self, entry: AuditEntry, settling: timedelta) -> bool:
        """Whether its enquiry was kept from the family before it came to rest: its other entries would tell of it."""
        at = self.of(entry).marked_at
        return at is not None and at <= self.rest(entry, settling)


def _name(entry: AuditEntry) -> str:
    return entry.enquiry_id or f"entry {entry.index}"


def _course(entries: list[AuditEntry]) -> Course:
    moments = sorted({one.at for one in entries})
    kept = [one for one in entries if FAMILY in one.kept_from]
    ends = [datetime.fromisoformat(one.opening.until) for one in entries if one.opening is not None]
    return Course(
        moments=tuple(moments),
        until=max((moments[0], *ends)),
        purposes=frozenset(one.purpose for one in entries if one.purpose),
        marked_at=min((one.at for one in kept), default=None),
        unread=bool(kept) and all(any(unread(source.state, source.reasons) for source in one.sources) for one in kept),
    )
