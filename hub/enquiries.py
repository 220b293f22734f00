"""Enquiries: open, read, close, break the glass and review that. Each act is decided by policy and recorded."""

import unicodedata
from datetime import timedelta

import msgspec

from hub.db.enquiries import BreakGlassReview
from hub.domain.acts import Action
from hub.domain.codes import PurposeCode, Urgency
from hub.domain.enquiries import Enquiry, EnquiryState, FamilyAgreement, new_enquiry_id
from hub.domain.people import PersonReference
from hub.domain.permits import Verdict
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.errors import AccessDenied, BadInput, NotFound
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

LONGEST_REASON = 2_000
LONGEST_KEY = 200
_UNREADABLE = frozenset({"Cc", "Cs"})  # control characters, and halves of characters
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by their category that show nothing
_ACTIONS = {QuestionKind.VIEW: Action.VIEW, QuestionKind.FIND: Action.FIND}


class OpenEnquiry(msgspec.Struct, frozen=True):
    """What somebody sends to open an enquiry."""

    purpose: PurposeCode
    reason: str
    urgency: Urgency
    about: PersonReference
    idempotency_key: str
    referral_id: str | None = None
    family_agreement: FamilyAgreement | None = None


async def open_enquiry(principal: Principal, request: OpenEnquiry, services: Services) -> Enquiry:
    """Open an enquiry, or return the one already opened under the same idempotency key.

    Raises BadInput, AccessDenied, Conflict (the key was used for something else), AuditUnavailable.
    """
    now = services.now()
    act = msgspec.structs.replace(
        act_of(Action.OPEN_ENQUIRY, principal, None, services), purpose=request.purpose, reference=request.about
    )
    async with Recorded(act, services) as done:
        require_words(request.reason, "reason", LONGEST_REASON)
        require_words(request.idempotency_key, "idempotencyKey", LONGEST_KEY)
        verdict = services.policies.authorise(principal, Action.OPEN_ENQUIRY, purpose=request.purpose)
        enquiry = await services.enquiries.open(
            Enquiry(
                id=new_enquiry_id(),
                purpose=request.purpose,
                reason=request.reason.strip(),
                urgency=request.urgency,
                about=request.about,
                opened_by=principal,
                opened_at=now,
                expires_at=now + services.limits.lifetime(request.urgency),
                referral_id=request.referral_id,
                family_agreement=request.family_agreement,
            ),
            request.idempotency_key,
        )
        done(enquiry)
        done.permitted(verdict)
    return enquiry


async def read_enquiry(principal: Principal, enquiry_id: str, services: Services) -> Enquiry:
    """One's own enquiry, or any by role. Raises NotFound, AccessDenied."""
    async with Recorded(act_of(Action.READ_ENQUIRY, principal, enquiry_id, services), services) as done:
        return await _permitted(principal, enquiry_id, Action.READ_ENQUIRY, services, done)


async def live_enquiry(principal: Principal, enquiry_id: str, action: Action, services: Services) -> Enquiry:
    """The enquiry a read may happen under. Only refusals are recorded here: the read records itself.

    Raises NotFound, AccessDenied(("enquiry-closed",)) or AccessDenied(("enquiry-expired",)).
    """
    async with Recorded(act_of(action, principal, enquiry_id, services), services) as done:
        enquiry = await _permitted(principal, enquiry_id, action, services, done)
        _require_open(enquiry, services)
        done.quietly()
    return enquiry


async def still_live(question: Question, services: Services) -> None:
    """Raise AccessDenied where the enquiry was closed, or ended, or lost its grant, while answers were gathered."""
    enquiry = await _found(question.enquiry.id, services)
    _authorised(question.principal, enquiry, _ACTIONS[question.kind], services)
    _require_open(enquiry, services)
    asked_under_glass = question.enquiry.glass_broken(question.principal, question.asked_at)
    if asked_under_glass and not enquiry.glass_broken(question.principal, services.now()):
        raise AccessDenied(("glass-no-longer-broken",), "The break-glass grant ended while answers were gathered.")


async def close_enquiry(principal: Principal, enquiry_id: str, services: Services) -> Enquiry:
    """Close an enquiry; closing twice is no fault. Raises NotFound, AccessDenied."""
    async with Recorded(act_of(Action.CLOSE_ENQUIRY, principal, enquiry_id, services), services) as done:
        await _permitted(principal, enquiry_id, Action.CLOSE_ENQUIRY, services, done)
        return await services.enquiries.close(enquiry_id, services.now())


async def break_glass(principal: Principal, enquiry_id: str, reason: str, services: Services) -> Enquiry:
    """Widen one's own enquiry for a short time, with a reason; always listed for review.

    Raises BadInput, NotFound, AccessDenied.
    """
    async with Recorded(act_of(Action.BREAK_GLASS, principal, enquiry_id, services), services) as done:
        require_words(reason, "reason", LONGEST_REASON)
        enquiry = await _permitted(principal, enquiry_id, Action.BREAK_GLASS, services, done)
        _require_open(enquiry, services)
        now = services.now()
        until = min(enquiry.expires_at, now + timedelta(minutes=services.limits.glass_minutes))
        enquiry = await services.enquiries.break_glass(enquiry_id, until, now, reason.strip())
        done.wrote(reason.strip())
    return enquiry


async def review_break_glass(principal: Principal, review_id: str, services: Services) -> BreakGlassReview:
    """Say that one has looked at somebody else's broken glass. The first reviewer stands.

    Raises NotFound, AccessDenied, AuditUnavailable.
    """
    async with Recorded(act_of(Action.REVIEW_GLASS, principal, None, services), services) as done:
        review = await services.enquiries.break_glass_review(review_id)
        if review is None:
            raise NotFound(reasons=("no-such-review",))
        await _permitted(principal, review.enquiry_id, Action.REVIEW_GLASS, services, done)
        return await services.enquiries.mark_reviewed(review_id, principal.id, services.now())


async def _permitted(
    principal: Principal, enquiry_id: str, action: Action, services: Services, done: Recorded
) -> Enquiry:
    """The enquiry of an act, whose line names it and the policies that allow it, or those that refuse it."""
    enquiry = await _found(enquiry_id, services)
    done(enquiry)
    done.permitted(_authorised(principal, enquiry, action, services))
    return enquiry


async def _found(enquiry_id: str, services: Services) -> Enquiry:
    enquiry = await services.enquiries.get(enquiry_id)
    if enquiry is None:
        raise NotFound(reasons=("no-such-enquiry",))
    return enquiry


def _authorised(principal: Principal, enquiry: Enquiry, action: Action, services: Services) -> Verdict:
    own = enquiry.opened_by.id == principal.id
    return services.policies.authorise(principal, action, purpose=enquiry.purpose, own=own)


def _require_open(enquiry: Enquiry, services: Services) -> None:
    state = enquiry.state(services.now())
    if state is not EnquiryState.OPEN:
        raise AccessDenied(
            (f"enquiry-{state.lower()}",), "This enquiry is closed or has expired. Open a new one to go on."
        )


def require_words(text: str, field: str, longest: int) -> None:
    """Raise BadInput for words that nobody can see or read, or that are too long."""
    if any(unicodedata.category(one) in _UNREADABLE for one in text.replace("\r\n", "\n") if one not in "\n\t"):
        raise BadInput(f"The {field} holds control characters; write it in plain words.", (f"{field}-unreadable",))
    if not any(one.isalnum() and one not in _FILLERS for one in text):
        raise BadInput(f"Give a {field}; it cannot be blank.", (f"{field}-blank",))
    if len(text) > longest:
        raise BadInput(f"The {field} is longer than {longest} characters.", (f"{field}-too-long",))
