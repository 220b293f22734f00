"""Enquiries: open, read, close, break the glass and review that. Each act is decided by policy and recorded."""

import secrets
from datetime import timedelta
from typing import Self

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.db.enquiries import BreakGlassReview
from hub.domain.acts import Action
from hub.domain.codes import PurposeCode, Urgency
from hub.domain.enquiries import Enquiry, EnquiryState, FamilyAgreement
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.errors import AccessDenied, BadInput, Conflict, HubError, NotFound
from hub.services import Services

LONGEST_REASON = 2_000
LONGEST_KEY = 200
_ACTIONS = {QuestionKind.VIEW: Action.VIEW, QuestionKind.FIND: Action.FIND}
_EFFECTS = frozenset({Action.OPEN_ENQUIRY, Action.CLOSE_ENQUIRY, Action.BREAK_GLASS})


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
        _act(Action.OPEN_ENQUIRY, principal, None, services), purpose=request.purpose, reference=request.about
    )
    async with _Recorded(act, services) as done:
        _require_words(request.reason, "reason", LONGEST_REASON)
        _require_words(request.idempotency_key, "idempotencyKey", LONGEST_KEY)
        verdict = services.policies.authorise(principal, Action.OPEN_ENQUIRY, purpose=request.purpose)
        enquiry = await services.enquiries.open(
            Enquiry(
                id=secrets.token_urlsafe(18),
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
        done(enquiry, verdict.policies)
    return enquiry


async def read_enquiry(principal: Principal, enquiry_id: str, services: Services) -> Enquiry:
    """One's own enquiry, or any by role. Raises NotFound, AccessDenied."""
    async with _Recorded(_act(Action.READ_ENQUIRY, principal, enquiry_id, services), services) as done:
        enquiry = await _permitted(principal, enquiry_id, Action.READ_ENQUIRY, services)
        done(enquiry)
    return enquiry


async def live_enquiry(principal: Principal, enquiry_id: str, action: Action, services: Services) -> Enquiry:
    """The enquiry a read may happen under. Only refusals are recorded here: the read records itself.

    Raises NotFound, AccessDenied(("enquiry-closed",)) or AccessDenied(("enquiry-expired",)).
    """
    async with _Recorded(_act(action, principal, enquiry_id, services), services) as done:
        enquiry = await _permitted(principal, enquiry_id, action, services)
        _require_open(enquiry, services)
        done.quietly()
    return enquiry


async def still_live(question: Question, services: Services) -> None:
    """Raise AccessDenied where the enquiry was closed, or ended, or lost its grant, while answers were gathered."""
    enquiry = await _permitted(question.principal, question.enquiry.id, _ACTIONS[question.kind], services)
    _require_open(enquiry, services)
    asked_under_glass = question.enquiry.glass_broken(question.principal, question.asked_at)
    if asked_under_glass and not enquiry.glass_broken(question.principal, services.now()):
        raise AccessDenied(("glass-no-longer-broken",), "The break-glass grant ended while answers were gathered.")


async def close_enquiry(principal: Principal, enquiry_id: str, services: Services) -> Enquiry:
    """Close an enquiry; closing twice is no fault. Raises NotFound, AccessDenied."""
    async with _Recorded(_act(Action.CLOSE_ENQUIRY, principal, enquiry_id, services), services) as done:
        await _permitted(principal, enquiry_id, Action.CLOSE_ENQUIRY, services)
        enquiry = await services.enquiries.close(enquiry_id, services.now())
        done(enquiry)
    return enquiry


async def break_glass(principal: Principal, enquiry_id: str, reason: str, services: Services) -> Enquiry:
    """Widen one's own enquiry for a short time, with a reason; always listed for review.

    Raises BadInput, NotFound, AccessDenied.
    """
    async with _Recorded(_act(Action.BREAK_GLASS, principal, enquiry_id, services), services) as done:
        _require_words(reason, "reason", LONGEST_REASON)
        enquiry = await _permitted(principal, enquiry_id, Action.BREAK_GLASS, services)
        _require_open(enquiry, services)
        now = services.now()
        until = min(enquiry.expires_at, now + timedelta(minutes=services.limits.glass_minutes))
        enquiry = await services.enquiries.break_glass(enquiry_id, until, now, reason.strip())
        done(enquiry)
    return enquiry


async def review_break_glass(principal: Principal, review_id: str, services: Services) -> BreakGlassReview:
    """Say that one has looked at somebody else's broken glass. The first reviewer stands.

    Raises NotFound, AccessDenied, AuditUnavailable.
    """
    async with _Recorded(_act(Action.REVIEW_GLASS, principal, None, services), services) as done:
        review = await services.enquiries.break_glass_review(review_id)
        if review is None:
            raise NotFound(reasons=("no-such-review",))
        enquiry = await _permitted(principal, review.enquiry_id, Action.REVIEW_GLASS, services)
        review = await services.enquiries.mark_reviewed(review_id, principal.id, services.now())
        done(enquiry)
    return review


async def _permitted(principal: Principal, enquiry_id: str, action: Action, services: Services) -> Enquiry:
    enquiry = await services.enquiries.get(enquiry_id)
    if enquiry is None:
        raise NotFound(reasons=("no-such-enquiry",))
    own = enquiry.opened_by.id == principal.id
    services.policies.authorise(principal, action, purpose=enquiry.purpose, own=own)
    return enquiry


def _require_open(enquiry: Enquiry, services: Services) -> None:
    state = enquiry.state(services.now())
    if state is not EnquiryState.OPEN:
        raise AccessDenied(
            (f"enquiry-{state.lower()}",), "This enquiry is closed or has expired. Open a new one to go on."
        )


def _require_words(text: str, field: str, longest: int) -> None:
    if not text.strip():
        raise BadInput(f"Give a {field}; it cannot be blank.", (f"{field}-blank",))
    if len(text) > longest:
        raise BadInput(f"The {field} is longer than {longest} characters.", (f"{field}-too-long",))


def _act(action: Action, principal: Principal, enquiry_id: str | None, services: Services) -> Act:
    return Act(
        action=action,
        request_id=secrets.token_urlsafe(18),
        outcome=Outcome.DONE,
        policy_version=services.policies.version,
        principal=principal,
        enquiry_id=enquiry_id,
    )


class _Recorded:
    """A bracket that leaves one durable line for what was done, or for why it was not."""

    def __init__(self, act: Act, services: Services) -> None:
        self._act, self._services = act, services
        self._quiet = False

    async def __aenter__(self) -> Self:
        """Make durable that something is about to change, before it does. Raises AuditUnavailable."""
        if self._act.action in _EFFECTS:
            intent = msgspec.structs.replace(
                self._act, request_id=f"{self._act.request_id}.asked", outcome=Outcome.ASKED
            )
            await self._services.audit.record(intent)
        return self

    def __call__(self, enquiry: Enquiry, reasons: tuple[str, ...] = ()) -> None:
        """Say about which enquiry it was done, and which policies allowed it."""
        self._act = msgspec.structs.replace(
            self._act, reasons=reasons, enquiry_id=enquiry.id, purpose=enquiry.purpose, reference=enquiry.about
        )

    def quietly(self) -> None:
        """Leave the line to the read that follows; a refusal is written all the same."""
        self._quiet = True

    async def __aexit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        """Make the line durable. Raises AuditUnavailable where it cannot be."""
        if isinstance(fault, AccessDenied | NotFound | BadInput | Conflict):
            await self._write(Outcome.REFUSED, fault.reasons)
        elif fault is not None:
            await self._write(Outcome.FAILED, (fault.code if isinstance(fault, HubError) else HubError.code,))
        elif not self._quiet:
            await self._services.audit.record(self._act)

    async def _write(self, outcome: Outcome, reasons: tuple[str, ...]) -> None:
        await self._services.audit.record(msgspec.structs.replace(self._act, outcome=outcome, reasons=reasons))
