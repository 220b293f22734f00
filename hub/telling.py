"""What partners are told by events, and how those who look after it see that it arrived."""

from contextlib import suppress

from hub.db.events import Kept
from hub.domain.acts import Action
from hub.domain.codes import AnswerState
from hub.domain.disclosures import Disclosure
from hub.domain.events import Event, EventType
from hub.domain.identifiers import SourceId
from hub.domain.permits import Permit
from hub.domain.principals import Principal, speaks_for
from hub.domain.questions import QuestionKind
from hub.errors import AccessDenied, NotFound, Unavailable
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services


async def tell_holders(disclosure: Disclosure, permit: Permit, services: Services) -> None:
    """Tell each source that knows the person, and wants to be told, that somebody asked; where policy allows.

    Called when the outcome is durable. A pointer alone: the request's id, which the source has in its envelope.
    """
    question = disclosure.question
    if question.kind is not QuestionKind.VIEW:
        return
    labels = permit.labels.union(*(one.answer.labels for one in disclosure.released))
    try:
        services.policies.authorise(
            question.principal, Action.TELL_HOLDER, purpose=question.enquiry.purpose, labels=labels
        )
    except AccessDenied:
        return
    for one in disclosure.released:
        if one.answer.state is AnswerState.KNOWN:
            with suppress(Unavailable):  # the answer is evidence already: it is not kept back for a notice
                await services.events.emit(_asked_about(one.source, disclosure))


async def events_out(principal: Principal, source: SourceId, services: Services) -> tuple[Kept, ...]:
    """Events of one source, the newest first. Raises NotFound, AccessDenied, AuditUnavailable."""
    async with Recorded(act_of(Action.READ_EVENTS, principal, None, services), services) as done:
        await _permit(principal, Action.READ_EVENTS, source, services, done)
        return await services.events.listed(source)


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
