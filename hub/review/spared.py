"""What no destruction may take: evidence on whoever wants it gone, and what reviewers are not done with."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.domain.review import Judgement, ReviewVerdict
from hub.review.casebook import ReadsEntries
from hub.review.facts import OF_A_CASE


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


async def looked(principal: str, reach: Reach, log: ReadsEntries) -> bool:
    """Whether somebody is among those whose questions, or acts under an enquiry, would go. Raises Unavailable."""
    query = EntryQuery(principal=principal, people=reach.subjects, until=reach.until)
    async for entry in _going(query, reach, log):
        if entry.kind in OF_A_CASE:
            return True
    return False


async def in_dispute(
    verdicts: Mapping[str, Sequence[ReviewVerdict]], reach: Reach, log: ReadsEntries
) -> frozenset[int]:
    """The evidence that would go and on which another verdict than "justified" stands. Raises Unavailable."""
    found: set[int] = set()
    for given in verdicts.values():
        latest = given[-1]
        if latest.judgement is not Judgement.JUSTIFIED:
            found.update([entry.index async for entry in _going(_of(latest), reach, log, latest)])
    return frozenset(found)


def _of(verdict: ReviewVerdict) -> EntryQuery:
    if verdict.enquiry_id is not None:
        return EntryQuery(enquiry=verdict.enquiry_id)
    return EntryQuery(principal=verdict.principal)


async def _going(
    query: EntryQuery, reach: Reach, log: ReadsEntries, verdict: ReviewVerdict | None = None
) -> AsyncIterator[AuditEntry]:
    """Those of these entries that would go; of a verdict on somebody's doings, those that it covers."""
    after, last = _covered(verdict)
    while True:
        page = await log.entries(query, PAGE, after)
        for entry in page.entries:
            if last is not None and entry.index > last:
                return
            if reach.takes(entry):
                yield entry
        if not page.has_next:
            return
        after = page.through


def _covered(verdict: ReviewVerdict | None) -> tuple[int | None, int | None]:
    """Beyond which index, and up to which."""
    if verdict is None or verdict.enquiry_id is not None:
        return None, None
    return int(verdict.item.rpartition("/")[2]) - 1, verdict.through
