"""The holder's own judgement: what a person at a partner decides, on which list it waits, and what became of it."""

import secrets
from collections.abc import Iterable

import msgspec

from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.codes import AnswerState
from hub.domain.enquiries import EnquiryState
from hub.domain.events import Event, EventType
from hub.domain.holding import DenialReason, HolderReview, ReviewState
from hub.domain.people import Person
from hub.domain.permits import Permit
from hub.domain.principals import Principal, speaks_for
from hub.domain.questions import Question
from hub.enquiries import require_words
from hub.errors import BadInput, Conflict, NotFound
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

LONGEST_WORDS = 300
HOLDER_PERMITTED, HOLDER_DENIED = "holder-permitted", "holder-denied"


class DecideReview(msgspec.Struct, frozen=True):
    """What somebody at the partner sends. ``reason`` is given exactly when they do not permit."""

    review_id: str
    permit: bool
    reason: DenialReason | None = None
    words: str = ""  # shown to whoever asked


async def held(question: Question, permit: Permit, services: Services) -> Permit:
    """The permit with what persons at the partners decide, or decided, under this enquiry."""
    return permit.holding(await services.reviews.of(question.enquiry.id))


async def hand_over(question: Question, person: Person, answers: Iterable[Answer], services: Services) -> None:
    """Put every answer that a person decides on the partner's work list, once; before anything leaves."""
    for answer in answers:
        if answer.state is AnswerState.UNDER_REVIEW and answer.handed is not None:
            review = _review(question, person, answer, services)
            if await services.reviews.open(review):
                await services.events.emit(_requested(review))


async def waiting_reviews(principal: Principal, services: Services) -> tuple[HolderReview, ...]:
    """What waits for a decision at one's own agency, the soonest due first. Raises AccessDenied, AuditUnavailable."""
    async with Recorded(act_of(Action.READ_REVIEWS, principal, None, services), services) as done:
        own = Partnering(own_agency=True)
        done.permitted(services.policies.authorise_partnering(principal, Action.READ_REVIEWS, own))
        waiting = await services.reviews.waiting(principal.agency)
        return tuple(one for one in waiting if _speaks(principal, one, services))


async def decide_review(principal: Principal, request: DecideReview, services: Services) -> HolderReview:
    """Decide one review of one's own agency. The first decision stands.

    Raises BadInput, NotFound, AccessDenied, Conflict, AuditUnavailable.
    """
    async with Recorded(act_of(Action.DECIDE_REVIEW, principal, None, services), services) as done:
        _require_reason(request)
        review = await services.reviews.get(request.review_id)
        if review is None:
            raise NotFound(reasons=("no-such-review",))
        done.at(review.source)
        enquiry = await services.enquiries.get(review.enquiry_id)
        if enquiry is None:
            raise NotFound(reasons=("no-such-enquiry",))
        own = Partnering(
            own_agency=_speaks(principal, review, services),
            submitter=enquiry.opened_by.id == principal.id,
        )
        verdict = services.policies.authorise_partnering(principal, Action.DECIDE_REVIEW, own)
        if request.permit and enquiry.state(services.now()) is not EnquiryState.OPEN:
            raise Conflict(
                "The enquiry that asked has ended, so nothing can be shared under it. It stays as it is.",
                ("enquiry-ended",),
            )
        reason = (request.reason.value,) if request.reason else ()
        done.permitted(verdict)
        done(enquiry, (HOLDER_PERMITTED if request.permit else HOLDER_DENIED, *reason, *verdict.policies))
        await done.about_to_change()
        return await services.reviews.decide(_decided(review, request, principal, services))


def _speaks(principal: Principal, review: HolderReview, services: Services) -> bool:
    """Whether somebody speaks for whoever holds the source of a review; for one that left, nobody does any more."""
    source = next((one for one in services.sources.all if one.id == review.source), None)
    return source is not None and speaks_for(principal, source.agency, source.id, source.owner)


def _requested(review: HolderReview) -> Event:
    return Event(
        source=review.source,
        type=EventType.REVIEW_REQUESTED,
        at=review.asked_at,
        subject=review.id,
        data={"purpose": review.purpose, "urgency": review.urgency, "due": review.due_at.isoformat()},
    )


def _decided(review: HolderReview, request: DecideReview, by: Principal, services: Services) -> HolderReview:
    return msgspec.structs.replace(
        review,
        state=ReviewState.PERMITTED if request.permit else ReviewState.DENIED,
        decided_at=services.now(),
        decided_by=by.id,
        reason=request.reason,
        words=request.words.strip(),
    )


def _require_reason(request: DecideReview) -> None:
    if request.permit and request.reason is not None:
        raise BadInput("A reason says why something is not shared: leave it out to permit.", ("review-reason",))
    if not request.permit and request.reason is None:
        raise BadInput(
            f"Say why it is not shared: one of {', '.join(reason.value for reason in DenialReason)}.",
            ("review-reason",),
        )
    if request.words:
        require_words(request.words, "words", LONGEST_WORDS)


def _review(question: Question, person: Person, answer: Answer, services: Services) -> HolderReview:
    enquiry, link = question.enquiry, person.links.get(answer.source)
    source = next(one for one in services.sources.all if one.id == answer.source)
    handed = answer.handed
    due = min(enquiry.expires_at, handed.by) if handed and handed.by else enquiry.expires_at
    return HolderReview(
        id=secrets.token_urlsafe(18),
        enquiry_id=enquiry.id,
        source=answer.source,
        agency=source.agency,
        state=ReviewState.PENDING,
        purpose=enquiry.purpose,
        urgency=enquiry.urgency,
        asked_at=services.now(),
        due_at=due,
        who=handed.who if handed else source.contact,
        reference=handed.reference if handed else None,
        local_id=link.local_id if link else None,
    )
