"""Taking the log out of the hub: decided, recorded once with its range, then streamed page by page, decided anew."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec

from hub.audit.leaf import Outcome
from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.audit_exports.entry_times import instant
from hub.audit_exports.finished import finished_requests
from hub.audit_exports.formats import Format, format_named
from hub.domain.acts import Action
from hub.domain.principals import Principal
from hub.errors import AccessDenied, BadInput, TooManyRequests, Unauthenticated
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
    log: str  # the name of the log
    end: int
    chunks: AsyncIterator[bytes]  # whole lines, many at once; raises AccessDenied and Unavailable


Again = Callable[[], Awaitable[tuple[Principal, Services]]]  # who asks, by their token, and the hub, as of now


async def audit_export(principal: Principal, asked: ExportAsked, services: Services, again: Again) -> Export:
    """Entries in the order of the log, up to the newest as of now. Raises BadInput, AccessDenied, AuditUnavailable.

    It is decided again before every page, and the refusal is recorded: who may no longer have the log gets no more.
    """
    async with Recorded(act_of(Action.EXPORT_AUDIT, principal, None, services), services) as done:
        form = _checked(asked)
        done.permitted(services.policies.authorise(principal, Action.EXPORT_AUDIT))
        newest = await services.audit.entries(EntryQuery(), 1, newest_first=True)
        end = newest.entries[0].index + 1 if newest.entries else 0
        done.naming(*_range(asked, end))
        log = await services.audit.origin()
    pages = _pages(asked, end, services, partial(_permitted_still, principal, services, again))
    return Export(form, log, end, _chunks(pages, form, log, services, headed=asked.after is None))


async def turned_away(principal: Principal, refusal: TooManyRequests, services: Services) -> None:
    """Evidence that an export was refused because others are under way. Raises AuditUnavailable."""
    act = act_of(Action.EXPORT_AUDIT, principal, None, services)
    await services.audit.record(msgspec.structs.replace(act, outcome=Outcome.REFUSED, reasons=refusal.reasons))


async def _permitted_still(principal: Principal, services: Services, again: Again, after: int | None) -> None:
    """Raise AccessDenied, and leave evidence of it, where whoever is sent the log may have no more of it."""
    async with Recorded(act_of(Action.EXPORT_AUDIT, principal, None, services), services) as done:
        done.quietly()
        done.naming("broken-off" if after is None else f"broken-off-after:{after}")
        try:
            bearer, as_of_now = await again()
        except Unauthenticated as refusal:
            raise AccessDenied(refusal.reasons) from refusal
        as_of_now.policies.authorise(bearer, Action.EXPORT_AUDIT)


async def _pages(
    asked: ExportAsked, end: int, services: Services, permitted: Callable[[int | None], Awaitable[None]]
) -> AsyncIterator[list[AuditEntry]]:
    after, more = asked.after, True
    query = EntryQuery(since=asked.since, until=asked.until)
    while more:
        await permitted(after)
        page = await services.audit.entries(query, PAGE, after)
        inside = [one for one in page.entries if one.index < end]
        if inside:
            yield inside
            after = inside[-1].index
        more = page.has_next and len(inside) == len(page.entries)


async def _chunks(
    pages: AsyncIterator[list[AuditEntry]], form: Format, log: str, services: Services, *, headed: bool
) -> AsyncIterator[bytes]:
    """One page of the log in memory at a time, however long the log is."""
    if form.head and headed:
        yield form.head
    async for page in pages:
        finished = await finished_requests(page, services.audit)
        yield await asyncio.to_thread(_written, page, form, log, finished)  # beside the event loop, and not on it


def _written(entries: Iterable[AuditEntry], form: Format, log: str, finished: frozenset[str]) -> bytes:
    return b"".join(form.line(one, log, finished) for one in entries)


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
