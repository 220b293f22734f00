"""Taking the log out of the hub: decided, recorded once with its range, then streamed page by page."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.audit_exports.entry_times import instant
from hub.audit_exports.formats import Format, format_named
from hub.domain.acts import Action
from hub.domain.principals import Principal
from hub.errors import BadInput
from hub.recorded_acts import Recorded, act_of
from hub.services import Services


class ExportAsked(msgspec.Struct, frozen=True):
    """Which entries, in which format. ``after`` is the index of the last entry that the asker has already."""

    format: str
    after: int | None = None
    since: datetime | None = None  # from then on
    until: datetime | None = None  # before then


class Export(NamedTuple):
    """A stream that may begin: the evidence of it is durable. ``end`` is the first index that is not in it."""

    format: Format
    end: int
    chunks: AsyncIterator[bytes]  # whole lines, many at once; raises Unavailable


async def audit_export(principal: Principal, asked: ExportAsked, services: Services) -> Export:
    """Entries in the order of the log, up to the newest as of now. Raises BadInput, AccessDenied, AuditUnavailable."""
    async with Recorded(act_of(Action.EXPORT_AUDIT, principal, None, services), services) as done:
        form = _checked(asked)
        done.permitted(services.policies.authorise(principal, Action.EXPORT_AUDIT))
        newest = await services.audit.entries(EntryQuery(), 1, newest_first=True)
        end = newest.entries[0].index + 1 if newest.entries else 0
        done.naming(*_range(asked, end))
    return Export(form, end, _chunks(asked, form, end, services))


async def _chunks(asked: ExportAsked, form: Format, end: int, services: Services) -> AsyncIterator[bytes]:
    """One page of the log in memory at a time, however long the log is."""
    after, hub = asked.after, await services.audit.origin()
    if form.head and after is None:
        yield form.head
    query, more = EntryQuery(since=asked.since, until=asked.until), True
    while more:
        page = await services.audit.entries(query, PAGE, after)
        inside = [one for one in page.entries if one.index < end]
        if inside:
            yield await asyncio.to_thread(_written, inside, form, hub)  # beside the event loop, and not on it
            after = inside[-1].index
        more = page.has_next and len(inside) == len(page.entries)


def _written(entries: Iterable[AuditEntry], form: Format, hub: str) -> bytes:
    return b"".join(form.line(one, hub) for one in entries)


def _checked(asked: ExportAsked) -> Format:
    if asked.after is not None and asked.after < 0:
        raise BadInput("An index is a whole number from 0 on.", ("export-after",))
    if asked.since and asked.until and asked.since >= asked.until:
        raise BadInput("Give a beginning that is before the end.", ("export-period",))
    return format_named(asked.format)


def _range(asked: ExportAsked, end: int) -> tuple[str, ...]:
    """What is taken out, as evidence says it."""
    told = {
        "format": asked.format,
        "after": None if asked.after is None else str(asked.after),
        "before": str(end),
        "from": asked.since and instant(asked.since),
        "to": asked.until and instant(asked.until),
    }
    return tuple(f"{name}:{value}" for name, value in told.items() if value is not None)
