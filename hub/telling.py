"""What partners are told by events, and how those who look after it see that it arrived."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from hub.audit.leaf import Outcome
from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.db.events import Kept
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.codes import Agency, AnswerState, Label, PurposeCode, Role
from hub.domain.disclosures import Disclosure
from hub.domain.events import Event, EventType
from hub.domain.identifiers import SourceId
from hub.domain.permits import Permit
from hub.domain.principals import Principal, speaks_for
from hub.domain.purposes import Purpose
from hub.domain.questions import Question, QuestionKind
from hub.domain.subject_access import FAMILY, unread
from hub.errors import AccessDenied, BadInput, NotFound, Unavailable
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

MOST_LOOKS = 100  # at once
MOST_PAGES = 20  # of the log, read for one question: 10,000 views
HOLDERS = "holders"  # as evidence keeps that they may not be told
_TOLD = {HOLDERS: Action.TELL_HOLDER, FAMILY: Action.TELL_SUBJECT}
_OF_NOBODY = frozenset({AnswerState.NOT_KNOWN, AnswerState.NOT_ASKED})


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at a record, as its holder may know of it: a role and a purpose, and nothing of what they saw."""

    index: int
    at: datetime
    roles: tuple[Role, ...]
    agency: Agency
    organisation: str | None
    purpose: Purpose | None
    request_id: str


def kept_from(disclosure: Disclosure, answers: Iterable[Answer], permit: Permit, services: Services) -> tuple[str, ...]:
    """Who may not be told of a disclosure, as policy says by its purpose and by the labels of everybody in it.

    Everybody where a source that should have answered did not: it may be the one that marks somebody, and what was
    told is not taken back. Nobody where every source that was asked says that it does not know the person. Both are
    seen from what is released alone, so that whoever is under witness protection leaves what somebody leaves whom
    nobody knows: the child no label, and a relative none of theirs.
    """
    if any(unread(one.answer.state, one.answer.reasons) for one in disclosure.released):
        return tuple(_TOLD)
    if all(one.answer.state in _OF_NOBODY for one in disclosure.released):
        return ()
    labels = _labels(tuple(answers), permit)
    return tuple(
        who for who, action in _TOLD.items() if not _may_be_told(action, disclosure.question, labels, services)
    )


def _labels(answers: tuple[Answer, ...], permit: Permit) -> frozenset[Label]:
    """The labels of everybody in an answer."""
    if Label.WITNESS_PROTECTION in permit.labels.union(*(one.labels for one in answers)):
        return frozenset()
    told = (*answers, *(record for answer in answers for record in answer.records))
    return permit.labels.union(*(one.labels for one in told if Label.WITNESS_PROTECTION not in one.labels))


async def tell_holders(disclosure: Disclosure, kept: Collection[str], services: Services) -> None:
    """Tell each source that knows the person, and wants to be told, that somebody asked; where policy allows.

    Called when the outcome is durable. A pointer alone: the request's id, which the source has in its envelope.
    That it is to be told is evidence before it is told, and so is that it could not be: whether it arrived stands
    with the source's events.
    """
    if disclosure.question.kind is not QuestionKind.VIEW or HOLDERS in kept:
        return
    known = (one.source for one in disclosure.released if one.answer.state is AnswerState.KNOWN)
    events = [event for source in known if services.events.wanted(event := _asked_about(source, disclosure))]
    await asyncio.gather(*(_told(event, disclosure, services) for event in events))


async def _told(event: Event, disclosure: Disclosure, services: Services) -> None:
    question = disclosure.question
    act = msgspec.structs.replace(
        act_of(Action.TELL_HOLDER, question.principal, question.enquiry.id, services),
        source=event.source,
        purpose=question.enquiry.purpose,
        reference=question.about,
        reasons=(f"request:{question.id}",),
    )
    await services.audit.record(act)
    try:
        await services.events.emit(event)
    except Unavailable:  # the answer is evidence already: it is not kept back for a notice
        lost = msgspec.structs.replace(act, request_id=f"{act.request_id}.lost", outcome=Outcome.FAILED)
        await services.audit.record(lost)


def _may_be_told(action: Action, question: Question, labels: frozenset[Label], services: Services) -> bool:
    try:
        services.policies.authorise(question.principal, action, purpose=question.enquiry.purpose, labels=labels)
    except AccessDenied:
        return False
    return True


async def events_out(principal: Principal, source: SourceId, services: Services) -> tuple[Kept, ...]:
    """Events of one source, the newest first. Raises NotFound, AccessDenied, AuditUnavailable."""
    async with Recorded(act_of(Action.READ_EVENTS, principal, None, services), services) as done:
        await _permit(principal, Action.READ_EVENTS, source, services, done)
        return await services.events.listed(source)


async def looks_at_our_records(
    principal: Principal, source: SourceId, first: int, after: int | None, services: Services
) -> tuple[tuple[Look, ...], int | None]:
    """Who looked at one source's records, for those who work with its holder: the newest first, below an index.

    And the index below which to go on, where so much was read that it ended before it had as many, or any.

    Only looks that the holder may be told of: what policy kept from it is left out, and nothing here says that it is.
    A holder who kept the request id of its envelope can tell that a look of it is missing, and not why.
    Raises BadInput, NotFound, AccessDenied, AuditUnavailable.
    """
    async with Recorded(act_of(Action.READ_LOOKS, principal, None, services), services) as done:
        if not 1 <= first <= MOST_LOOKS:
            raise BadInput(f"Ask for 1 to {MOST_LOOKS} looks at once.", ("page-size",))
        await _permit(principal, Action.READ_LOOKS, source, services, done)
        query = EntryQuery(source=source, kind=QuestionKind.VIEW.value, outcome=Outcome.DISCLOSED.value)
        found: list[AuditEntry] = []
        more, pages = True, 0
        while more and len(found) < first and pages < MOST_PAGES:
            page = await services.audit.entries(query, PAGE, after, newest_first=True)
            found += [one for one in page.entries if _may_be_seen(one, source)]
            after, more = page.entries[-1].index if page.entries else None, page.has_next
            pages += 1
        return tuple(_look(one, services) for one in found[:first]), after if more and len(found) < first else None


async def replay_event(principal: Principal, event_id: str, services: Services) -> Kept:
    """Have an event delivered once more. Raises NotFound, AccessDenied, AuditUnavailable."""
    async with Recorded(act_of(Action.REPLAY_EVENT, principal, None, services), services) as done:
        kept = await services.events.get(event_id)
        if kept is None:
            raise NotFound(reasons=("no-such-event",))
        await _permit(principal, Action.REPLAY_EVENT, kept.event.source, services, done)
        await done.about_to_change()
        await services.events.replay(event_id, services.now())
    again = await services.events.get(event_id)
    return again or kept


async def _permit(principal: Principal, action: Action, source: SourceId, services: Services, done: Recorded) -> None:
    registration = await services.register.get(source)
    if registration is None:
        raise NotFound(reasons=("no-such-source",))
    done.at(source)
    own = Partnering(own_agency=speaks_for(principal, registration.agency, source, registration.owner))
    done.permitted(services.policies.authorise_partnering(principal, action, own))


def _look(entry: AuditEntry, services: Services) -> Look:
    purpose = services.policies.purposes.get(PurposeCode(entry.purpose)) if entry.purpose in set(PurposeCode) else None
    return Look(
        index=entry.index,
        at=entry.at,
        roles=tuple(Role(role) for role in entry.roles),
        agency=Agency(entry.agency),
        organisation=entry.organisation,
        purpose=purpose,
        request_id=entry.request_id,
    )


def _may_be_seen(entry: AuditEntry, source: SourceId) -> bool:
    known = any(one.source == source and one.state is AnswerState.KNOWN for one in entry.sources)
    return known and HOLDERS not in entry.kept_from


def _asked_about(source: SourceId, disclosure: Disclosure) -> Event:
    question = disclosure.question
    return Event(
        source=source,
        type=EventType.REQUEST_CREATED,
        at=disclosure.generated_at,
        subject=question.id,
        data={
            "purpose": question.enquiry.purpose,
            "urgency": question.enquiry.urgency,
            "agency": question.principal.agency,
        },
    )
