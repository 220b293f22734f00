"""What deserves a look, page by page, and what reviewers came to."""

import asyncio
import secrets
from datetime import datetime
from typing import NamedTuple

import msgspec

from hub.audit.reader import EntryQuery
from hub.domain.acts import Action
from hub.domain.enquiries import well_formed
from hub.domain.principals import Principal
from hub.domain.review import Judgement, Priority, ReviewVerdict, Rule, ids_of
from hub.enquiries import LONGEST_REASON, require_words
from hub.errors import BadInput, NotFound
from hub.review.work_list import Item, Wanted, line, work_list
from hub.reviewing.grounds import ground, month_of, period, reading, sample_key, told_since
from hub.services import Services

MOST_LINES = 100
_DAYS = 31  # looked back on, where no period is given
_LONGEST_ITEM = 400
_LONGEST_INDEX = 15  # digits


class WorkFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of the list. Everything given has to fit."""

    since: datetime | None = None
    until: datetime | None = None
    rule: Rule | None = None
    priority: Priority | None = None
    principal: str | None = None
    agency: str | None = None
    purpose: str | None = None
    judgement: Judgement | None = None
    settled: bool | None = False


class WorkPage(NamedTuple):
    """Some lines, the most pressing first, and how many there are in all."""

    items: tuple[Item, ...]
    total: int
    after: int  # how many come before them
    samples: tuple[tuple[str, str], ...]  # months that are over, each with the key its sample was drawn by


async def work_page(principal: Principal, asked: WorkFilter, first: int, after: int, services: Services) -> WorkPage:
    """One page of the work list. Raises AccessDenied, BadInput, AuditUnavailable, Unavailable."""
    async with reading(principal, Action.READ_WORK_LIST, services) as done:
        done.naming(*(f"by:{name}" for name in _given(asked)))
        done.permitted(services.policies.authorise(principal, Action.READ_WORK_LIST))
        if not 1 <= first <= MOST_LINES:
            raise BadInput(f"Ask for 1 to {MOST_LINES} lines at once.", ("page-size",))
        since, until = period(asked.since, asked.until, _DAYS, services)
        told = await told_since(since, services)
        verdicts, on = await services.review.verdicts.by_item(), await ground(told, services)
        items = await asyncio.to_thread(work_list, told, on, verdicts, _wanted(asked, since, until))
    return WorkPage(tuple(items[after : after + first]), len(items), after, _samples(since, services))


class GiveVerdict(msgspec.Struct, frozen=True):
    """What somebody sends to say what they came to. ``item`` is the id of a line."""

    item: str
    judgement: Judgement
    reason: str


async def record_verdict(principal: Principal, request: GiveVerdict, services: Services) -> Item:
    """Say what one came to about somebody else's access; the line as it then stands.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable.
    """
    async with reading(principal, Action.RECORD_VERDICT, services) as done:
        services.policies.authorise(principal, Action.RECORD_VERDICT, own=False)  # else a refusal would tell of lines
        require_words(request.reason, "reason", LONGEST_REASON)
        item = await _line(request.item, services)
        done.under(item.enquiry_id)
        done.naming(f"judgement:{request.judgement.value}", f"entry:{item.through}")
        own = not item.askers.isdisjoint(ids_of(principal.id, await services.review.watched.staff()))
        done.permitted(services.policies.authorise(principal, Action.RECORD_VERDICT, own=own))
        done.wrote(request.reason.strip())
        await done.about_to_change()
        verdict = ReviewVerdict(
            id=secrets.token_urlsafe(18),
            item=item.id,
            enquiry_id=item.enquiry_id,
            principal=item.principal,
            judgement=request.judgement,
            reason=request.reason.strip(),
            by=principal.id,
            at=services.now(),
            rules=tuple(dict.fromkeys(finding.rule for finding in item.findings)),
            through=item.through,
            entries=item.entries,
        )
        await services.review.verdicts.keep(verdict)
        await _glasses_reviewed(verdict, services)
    return item._replace(verdicts=(*item.verdicts, verdict))


async def _glasses_reviewed(verdict: ReviewVerdict, services: Services) -> None:
    """Whoever judges an enquiry has looked at its broken glasses: they leave the list of those that wait."""
    for glass in await services.enquiries.broken_glasses(verdict.enquiry_id) if verdict.enquiry_id else ():
        if glass is not None and glass.reviewed_at is None:
            await services.enquiries.mark_reviewed(glass.id, verdict.by, verdict.at)


async def _line(item_id: str, services: Services) -> Item:
    if len(item_id) > _LONGEST_ITEM:
        raise BadInput("The id of a line is as the work list gives it.", ("item",))
    began = await _began(item_id, services)
    if began is not None:
        told = await told_since(began, services)
        verdicts, on = await services.review.verdicts.by_item(), await ground(told, services)
        if (found := line(told, on, verdicts, item_id)) is not None:
            return found
    raise NotFound("There is no such line on the work list. Take its id from there.", ("no-such-line",))


async def _began(item_id: str, services: Services) -> datetime | None:
    """When what a line is about began, so that no more is read for it."""
    if well_formed(item_id):
        page = await services.audit.entries(EntryQuery(enquiry=item_id), 1)
    else:
        index = item_id.rpartition("/")[2]
        if not index.isascii() or not index.isdecimal() or len(index) > _LONGEST_INDEX:
            return None
        page = await services.audit.entries(EntryQuery(), 1, int(index) - 1)
    return page.entries[0].at if page.entries else None


def _wanted(asked: WorkFilter, since: datetime, until: datetime) -> Wanted:
    return Wanted(
        since=since,
        until=until,
        rule=asked.rule,
        priority=asked.priority,
        principal=asked.principal,
        agency=asked.agency,
        purpose=asked.purpose,
        judgement=asked.judgement,
        settled=True if asked.judgement is not None else asked.settled,
    )


def _given(asked: WorkFilter) -> list[str]:
    return [name for name in asked.__struct_fields__ if getattr(asked, name) is not None]


def _samples(since: datetime, services: Services) -> tuple[tuple[str, str], ...]:
    """Months from then on that are over: one that is not is told nobody."""
    now, months = month_of(services.now()), list[tuple[str, str]]()
    year, month = since.year, since.month
    while (name := f"{year:04}-{month:02}") < now and len(months) < 12:
        months.append((name, sample_key(name, services)))
        year, month = year + month // 12, month % 12 + 1
    return tuple(months)
