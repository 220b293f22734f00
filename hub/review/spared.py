"""What no destruction may take: evidence on whoever wants it gone, and what reviewers are not done with."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.domain.review import Judgement, ReviewVerdict
from hub.review.casebook import ReadsEntries
from hub.review.facts import OF_A_CASE
from hub.review.judged import Verdicts, by_entry


class Reach(NamedTuple):
    """What a destruction would take. ``before`` is the first month that is kept; no subjects: everybody's."""

    before: str
    subjects: tuple[str, ...]  # keyed hashes
    cutoffs: Mapping[str, str]  # by purpose, and "" for none, the first month that is kept; none: whatever the purpose

    @property
    def until(self) -> datetime:
        """When the first month that is kept begins."""
        return datetime.fromisoformat(f"{self.before}-01T00:00:00+00:00")

    def takes(self, entry: AuditEntry) -> bool:
        """Whether an entry's content may be among what goes: rather too many than one too few."""
        month = f"{entry.at:%Y-%m}"
        if entry.subject is None or month >= self.before:
            return False
        named = not self.subjects or entry.subject in self.subjects
        return named and (not self.cutoffs or month < self.cutoffs.get(entry.purpose or "", self.cutoffs[""]))


class _Entries(NamedTuple):
    """Some entries: beyond which index, and up to which; None: whatever the index."""

    query: EntryQuery
    after: int | None = None
    last: int | None = None


async def looked(principal: str, reach: Reach, log: ReadsEntries) -> bool:
    """Whether somebody is among those whose questions, or acts under an enquiry, would go. Raises Unavailable."""
    query = EntryQuery(principal=principal, people=reach.subjects, until=reach.until)
    async for entry in _going(_Entries(query), reach, log):
        if entry.kind in OF_A_CASE:
            return True
    return False


async def in_dispute(verdicts: Verdicts, reach: Reach, log: ReadsEntries) -> frozenset[int]:
    """The evidence that would go and on which another verdict than "justified" stands. Raises Unavailable."""
    found: set[int] = set()
    for disputed in (*_enquiries(verdicts), *_doings(verdicts)):
        found.update([entry.index async for entry in _going(disputed, reach, log)])
    return frozenset(found)


def _enquiries(verdicts: Verdicts) -> Iterator[_Entries]:
    for latest in (given[-1] for given in verdicts.values()):
        if latest.enquiry_id is not None and latest.judgement is not Judgement.JUSTIFIED:
            yield _Entries(EntryQuery(enquiry=latest.enquiry_id))


def _doings(verdicts: Verdicts) -> Iterator[_Entries]:
    """From the first to the last entry of somebody's on which a verdict is the latest, whatever the line was called."""
    stands: dict[str, tuple[ReviewVerdict, set[int]]] = {}
    for index, given in by_entry(verdicts).items():
        stands.setdefault(given[-1].id, (given[-1], set()))[1].add(index)
    for latest, entries in stands.values():
        if latest.judgement is not Judgement.JUSTIFIED:
            first = min(entries) if latest.entries else 0  # where nobody kept with which entry it began
            yield _Entries(EntryQuery(principal=latest.principal), first - 1, max(entries))


async def _going(which: _Entries, reach: Reach, log: ReadsEntries) -> AsyncIterator[AuditEntry]:
    """Those of these entries that would go."""
    after = which.after
    while True:
        page = await log.entries(which.query, PAGE, after)
        for entry in page.entries:
            if which.last is not None and entry.index > which.last:
                return
            if reach.takes(entry):
                yield entry
        if not page.has_next:
            return
        after = page.through
