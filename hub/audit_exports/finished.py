"""Of which requests the log says what came of them."""

from collections.abc import Iterable

from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, Content, EntryQuery

ASKED = "asked"  # the outcome of an entry that says what is about to be done
_ASKING = ".asked"  # how the ids of acts end that are about to be done


def request_of(entry: AuditEntry) -> str:
    """The id under which the log says what came of what an entry asked."""
    return entry.request_id.removesuffix(_ASKING)


async def finished_requests(page: Iterable[AuditEntry], log: AuditLog) -> frozenset[str]:
    """The ids of what was asked in a page and is finished, on that page or beyond it. Raises Unavailable."""
    whole = [one for one in page if one.content is Content.WHOLE]
    finished = {one.request_id for one in whole if one.outcome != ASKED}
    for request in {request_of(one) for one in whole if one.outcome == ASKED} - finished:
        told = await log.entries(EntryQuery(request_id=request), 2)
        if any(one.outcome != ASKED for one in told.entries):
            finished.add(request)
    return frozenset(finished)
