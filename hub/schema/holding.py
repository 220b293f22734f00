"""What persons at the partners decide, and what partners were told, as the schema shows them."""

from datetime import datetime
from typing import Self

import strawberry

from hub import holding, telling
from hub.db import events
from hub.domain import handed
from hub.domain import holding as domain
from hub.domain.identifiers import SourceId
from hub.errors import BadInput
from hub.schema.asking import Info
from hub.schema.codes import Purpose, Urgency


@strawberry.type(description="Who at the partner decides, and by when they promised to.")
class Deciding:
    """``hub.domain.handed.Handed``."""

    who: str
    by: datetime | None
    reference: str | None = strawberry.field(description="The partner's own, to quote on the phone.")

    @classmethod
    def of(cls, told: handed.Handed) -> Self:
        """As the schema shows it."""
        return cls(who=told.who, by=told.by, reference=told.reference)


@strawberry.type(description="One question that somebody at your agency decides.")
class HolderReview:
    """``hub.domain.holding.HolderReview``, as its holder sees it."""

    id: strawberry.ID
    source: strawberry.ID
    state: str
    purpose: Purpose
    urgency: Urgency
    asked_at: datetime
    due_at: datetime
    seconds_left: int = strawberry.field(description="Until it is due; below nothing where it is overdue.")
    who: str
    reference: str | None
    local_id: str | None = strawberry.field(description="Your own identifier of the person.")
    decided_at: datetime | None
    decided_by: strawberry.ID | None
    reason: str | None
    words: str

    @classmethod
    def of(cls, review: domain.HolderReview, now: datetime) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(review.id),
            source=strawberry.ID(review.source),
            state=review.state.value,
            purpose=review.purpose,
            urgency=review.urgency,
            asked_at=review.asked_at,
            due_at=review.due_at,
            seconds_left=int((review.due_at - now).total_seconds()),
            who=review.who,
            reference=review.reference,
            local_id=review.local_id,
            decided_at=review.decided_at,
            decided_by=strawberry.ID(review.decided_by) if review.decided_by else None,
            reason=review.reason.value if review.reason else None,
            words=review.words,
        )


@strawberry.input(description="permit, or a reason not to. Words are shown to whoever asked.")
class DecideHolderReviewInput:
    """A decision."""

    id: strawberry.ID
    permit: bool
    reason: str | None = None
    words: str = ""

    def request(self) -> holding.DecideReview:
        """As the use case takes it. Raises BadInput for a reason that there is not."""
        reasons = [reason.value for reason in domain.DenialReason]
        if self.reason is not None and self.reason not in reasons:
            raise BadInput(f"The reason is one of {', '.join(reasons)}.", ("review-reason",))
        reason = domain.DenialReason(self.reason) if self.reason else None
        return holding.DecideReview(self.id, self.permit, reason, self.words)


@strawberry.type(description="One event sent to a partner: a pointer, and how its delivery goes.")
class EventOut:
    """``hub.db.events.Kept``."""

    id: strawberry.ID
    source: strawberry.ID
    type: str
    at: datetime
    subject: str
    state: str
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    dead_at: datetime | None
    fault: str | None

    @classmethod
    def of(cls, kept: events.Kept) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(kept.id),
            source=strawberry.ID(kept.event.source),
            type=kept.event.type.value,
            at=kept.event.at,
            subject=kept.event.subject,
            state=kept.state.value,
            attempts=kept.attempts,
            next_at=kept.next_at,
            delivered_at=kept.delivered_at,
            dead_at=kept.dead_at,
            fault=kept.fault,
        )


async def holder_reviews(info: Info) -> list[HolderReview]:
    """One's own agency's work list."""
    asking = info.context
    now = asking.services.now()
    waiting = await holding.waiting_reviews(asking.principal, asking.services)
    return [HolderReview.of(one, now) for one in waiting]


async def events_out(info: Info, source: strawberry.ID) -> list[EventOut]:
    """Events of one source."""
    asking = info.context
    return [EventOut.of(one) for one in await telling.events_out(asking.principal, SourceId(source), asking.services)]


async def decide_holder_review(info: Info, input: DecideHolderReviewInput) -> HolderReview:  # noqa: A002  as its siblings
    """Decide."""
    asking = info.context
    decided = await holding.decide_review(asking.principal, input.request(), asking.services)
    return HolderReview.of(decided, asking.services.now())


async def replay_event(info: Info, id: strawberry.ID) -> EventOut:  # noqa: A002  as its siblings
    """Deliver once more."""
    asking = info.context
    return EventOut.of(await telling.replay_event(asking.principal, id, asking.services))


@strawberry.type
class HoldingQuery:
    """What waits at a partner, and what it was told; part of the root."""

    holder_reviews: list[HolderReview] = strawberry.field(
        resolver=holder_reviews,
        description="Questions that wait for a decision at your agency, the soonest due first, at most 200.",
    )
    events_out: list[EventOut] = strawberry.field(
        resolver=events_out, description="Events sent to one source, the newest first, at most 200."
    )


@strawberry.type
class HoldingMutation:
    """Deciding as the holder; part of the root."""

    decide_holder_review: HolderReview = strawberry.field(
        resolver=decide_holder_review,
        description="Share what was asked for, or say why not. The first decision stands; whoever asked asks again.",
    )
    replay_event: EventOut = strawberry.field(
        resolver=replay_event, description="Have an event delivered once more, whatever became of it."
    )
