"""A source stops at any moment, goes on when every side that stopped it says so, and leaves for good."""

import msgspec
import structlog

from hub.db.register import Stop
from hub.domain.acts import Action
from hub.domain.events import Event, EventType
from hub.domain.principals import Principal
from hub.domain.registrations import REGISTERED, Registration, RegistrationState, Side, suspensions
from hub.enquiries import LONGEST_REASON, require_words
from hub.errors import Conflict, HubError
from hub.onboarding.deciding import about, decided, sides_of
from hub.onboarding.references import in_use, the_only
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

_log = structlog.get_logger("hub.onboarding")
_S = RegistrationState


async def suspend_source(principal: Principal, reference: str, reason: str, services: Services) -> Registration:
    """Stop asking a source, on every worker within a second. One's own side's suspension again is no fault.

    Each side's suspension stands by itself: the owner's, that of those who run the hub, and that of those who answer
    for information governance. Raises BadInput, NotFound, AccessDenied, AuditUnavailable, Conflict where no version
    is in use.
    """
    async with Recorded(act_of(Action.SUSPEND_SOURCE, principal, None, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        standing = await in_use(reference, services)
        done.at(standing.source, standing.version)
        done.permitted(decided(principal, Action.SUSPEND_SOURCE, about(principal, standing), services))
        side, history = sides_of(principal, standing)[0], await services.register.history(standing.source)
        if standing.state is _S.SUSPENDED and side in suspensions(history):
            return standing
        await done.about_to_change()
        suspended = await services.register.move(
            standing.source,
            standing.version,
            _S.SUSPENDED,
            by=principal.id,
            at=services.now(),
            reason=reason.strip(),
            expecting=REGISTERED,
            stop=Stop(side),
        )
    await _told(suspended, side, services)
    return suspended


async def _told(suspended: Registration, side: Side, services: Services) -> None:
    """Tell the owner's system, where it listens. What cannot be told undoes no suspension."""
    event = Event(
        source=suspended.source,
        type=EventType.SOURCE_SUSPENDED,
        at=suspended.changed_at,
        subject=suspended.reference,
        data={"by": side.value},
    )
    try:
        await services.events.emit(event)
    except HubError as refusal:
        _log.error("event_lost", type=event.type.value, source=event.source, code=refusal.code)


async def resume_source(principal: Principal, reference: str, reason: str, services: Services) -> Registration:
    """Lift one's own side's suspension. The source goes on unless another side stops it too, and then stays SUSPENDED.

    What is LIVE is left so. Raises BadInput, NotFound, AccessDenied, AuditUnavailable, and Conflict where no version
    is in use, or somebody else changed it at the same moment.
    """
    async with Recorded(act_of(Action.RESUME_SOURCE, principal, None, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        standing = await in_use(reference, services)
        done.at(standing.source, standing.version)
        history = await services.register.history(standing.source)
        stops = suspensions(history)
        own = [side for side in sides_of(principal, standing) if side in stops]
        facts = msgspec.structs.replace(about(principal, standing), liftable=bool(own) or not stops)
        done.permitted(decided(principal, Action.RESUME_SOURCE, facts, services))
        if standing.state is _S.LIVE:
            return standing
        await done.about_to_change()
        return await services.register.move(
            standing.source,
            standing.version,
            _S.LIVE if stops.keys() <= set(own) else _S.SUSPENDED,
            by=principal.id,
            at=services.now(),
            reason=reason.strip(),
            expecting=frozenset({_S.SUSPENDED}),
            stop=Stop(own[0], lifted=True) if own else None,
            seen=len(history),
        )


async def retire_source(principal: Principal, reference: str, reason: str, services: Services) -> Registration:
    """Take a version out for good; twice is no fault. A name without a version is enough where only one is not retired.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable, and Conflict where it is not clear which version is
    meant, or a file of the operator's declares it.
    """
    async with Recorded(act_of(Action.RETIRE_SOURCE, principal, None, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        leaving = await the_only(reference, services)
        done.at(leaving.source, leaving.version)
        done.permitted(decided(principal, Action.RETIRE_SOURCE, about(principal, leaving), services))
        if leaving.state is _S.RETIRED:
            return leaving
        if leaving.origin == "file":
            raise Conflict(
                f"A file of this hub's operator declares {leaving.reference}: it leaves with the file. Suspend it now.",
                ("source-declared-by-file",),
            )
        await done.about_to_change()
        return await services.register.move(
            leaving.source,
            leaving.version,
            _S.RETIRED,
            by=principal.id,
            at=services.now(),
            reason=reason.strip(),
            expecting=frozenset(_S) - {_S.RETIRED},
        )
