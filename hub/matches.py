"""Human decisions about matches: a candidate is the child, or is somebody else. Decided, recorded, reversible."""

import msgspec

from hub.disclosure import Answered, find
from hub.domain.acts import Action
from hub.domain.codes import Label
from hub.domain.disclosures import Disclosure
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import Candidate, SourceFind
from hub.domain.principals import Principal
from hub.domain.questions import Selection
from hub.enquiries import LONGEST_REASON, live_enquiry, require_words
from hub.errors import Conflict, NotFound
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

_ACTIONS = {Decision.CONFIRMED: Action.CONFIRM_MATCH, Decision.REJECTED: Action.REJECT_MATCH}
_EVERY_SOURCE = Selection(frozenset())


class DecideMatch(msgspec.Struct, frozen=True):
    """What somebody sends to decide about one candidate of one of their enquiries."""

    enquiry_id: str
    candidate_id: str
    reason: str


async def confirm_match(principal: Principal, request: DecideMatch, request_id: str, services: Services) -> Answered:
    """Say that a candidate is the child; a find made afterwards. An earlier rejection is taken back by it.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable, and Conflict where another candidate of the
    same source stands confirmed.
    """
    return await _decide(Decision.CONFIRMED, principal, request, request_id, services)


async def reject_match(principal: Principal, request: DecideMatch, request_id: str, services: Services) -> Answered:
    """Say that a candidate is somebody else; a find made afterwards. Holds until the source tells anything else.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable.
    """
    return await _decide(Decision.REJECTED, principal, request, request_id, services)


async def _decide(
    decided: Decision, principal: Principal, request: DecideMatch, request_id: str, services: Services
) -> Answered:
    action = _ACTIONS[decided]
    enquiry = await live_enquiry(principal, request.enquiry_id, action, services)
    async with Recorded(act_of(action, principal, enquiry.id, services), services) as done:
        done(enquiry)
        require_words(request.reason, "reason", LONGEST_REASON)
        # What may be decided about is what this person may be shown now: no more than a find discloses to them.
        # Searched as wide as may be: the candidate may come from a find that was widened.
        asked = f"{request_id}.offered"
        offered = (await find(principal, enquiry.id, _EVERY_SOURCE, asked, services, widen=True)).disclosure
        found, candidate = _offered(offered, request.candidate_id)
        done.at(found.source)
        own, labels = enquiry.opened_by.id == principal.id, _labels(offered, candidate)
        verdict = services.policies.authorise(principal, action, purpose=enquiry.purpose, own=own, labels=labels)
        if decided is Decision.CONFIRMED:
            _refuse_a_second(found, candidate)
        done(enquiry)
        done.permitted(verdict)
        await done.about_to_change()
        decision = _decision(decided, candidate, found, principal, request, services)
        await services.decisions.keep(services.people.subject(enquiry.about), decision, candidate.fingerprint)
    return await find(principal, enquiry.id, _EVERY_SOURCE, f"{request_id}.decided", services)


def _decision(
    decided: Decision,
    candidate: Candidate,
    found: SourceFind,
    principal: Principal,
    request: DecideMatch,
    services: Services,
) -> MatchDecision:
    return MatchDecision(
        source=found.source,
        local_id=candidate.found.local_id,
        decision=decided,
        seen=candidate.seen,
        by=principal.id,
        at=services.now(),
        reason=request.reason.strip(),
        enquiry_id=request.enquiry_id,
    )


def _offered(disclosure: Disclosure, candidate_id: str) -> tuple[SourceFind, Candidate]:
    """The candidate of this id, among those offered and those rejected before, with its source's find."""
    for found in disclosure.finds.values():
        for candidate in (*found.candidates, *found.rejected):
            if candidate.id == candidate_id:
                return found, candidate
    raise NotFound(
        "No such candidate is offered now. Find the child again under this enquiry, and take an id from that answer.",
        ("no-such-candidate",),
    )


def _labels(disclosure: Disclosure, candidate: Candidate) -> frozenset[Label]:
    """Labels of everybody found: what any source marks about a person holds wherever they are linked.

    Those rejected before are among them, or a rule could be got round by rejecting whom it is about; so are
    those who were searched for labels alone, or whom another spelling keeps from being offered.
    """
    everybody = [one for found in disclosure.finds.values() for one in (*found.candidates, *found.rejected)]
    borne = frozenset(label for one in (candidate, *everybody) for label in one.found.labels)
    return borne.union(*(found.labels for found in disclosure.finds.values()))


def _refuse_a_second(found: SourceFind, candidate: Candidate) -> None:
    others = (one for one in found.candidates if one.id != candidate.id)
    if any(one.decided is Decision.CONFIRMED for one in others):
        raise Conflict(
            "Another candidate of this source is confirmed as the child. Compare both; reject the other, then "
            "confirm this one.",
            ("another-match-confirmed",),
        )
