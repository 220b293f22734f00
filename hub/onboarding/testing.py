"""A source is tested at its own system. What came of it is kept, signed by the hub, and tied to the very document."""

import secrets

import msgspec

from hub.audit.leaf import timestamp
from hub.domain.acts import Action
from hub.domain.conformance import Checked, ConformanceResult, Testimony
from hub.domain.documents import digest
from hub.domain.principals import Principal
from hub.domain.registrations import Registration, RegistrationState
from hub.errors import Conflict
from hub.onboarding.deciding import about, decided
from hub.onboarding.references import on_its_way
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

SIGNED_AS = "conformance+jws"
_BESIDES = 3.0  # seconds beyond a question's: the door gives up a little later
_S = RegistrationState
_TESTABLE = frozenset({_S.SUBMITTED, _S.TESTED, _S.APPROVED, _S.LIVE, _S.SUSPENDED})
_UNDECIDED = frozenset({_S.SUBMITTED, _S.TESTED})  # here the outcome moves the version; afterwards it only counts


async def test_source(principal: Principal, reference: str, services: Services) -> Registration:
    """Test a version with what its manifest declares, and keep the result; the version as it then is.

    A version that waits for approval becomes TESTED by passing, and SUBMITTED again by failing. A test that takes
    longer than somebody can wait goes on without them: the version comes back as it is now, and its newest result
    will tell. Raises NotFound, AccessDenied, AuditUnavailable, and Conflict for a version that is a draft or retired.
    """
    seconds = services.limits.question_seconds + _BESIDES
    tested = await services.underway.done_within(seconds, _tested(principal, reference, services))
    return tested or await on_its_way(reference, services)


test_source.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


async def _tested(principal: Principal, reference: str, services: Services) -> Registration:
    async with Recorded(act_of(Action.TEST_SOURCE, principal, None, services), services) as done:
        begun = await on_its_way(reference, services)
        done.at(begun.source, begun.version)
        done.permitted(decided(principal, Action.TEST_SOURCE, about(principal, begun), services))
        if begun.state not in _TESTABLE:
            raise Conflict(f"{begun.reference} is {begun.state}: submit a version, then test it.", ("source-state",))
        await done.about_to_change()
        checked = await services.conformance.check(begun)
        result = _result(begun, checked, principal, services)
        await services.register.keep_result(result)
        return await _moved(begun, result, services)


async def _moved(begun: Registration, result: ConformanceResult, services: Services) -> Registration:
    """Where the outcome leads; a version that somebody brought further meanwhile stays there."""
    now = await on_its_way(begun.reference, services)
    to = _S.TESTED if result.passed else _S.SUBMITTED
    if now.state not in _UNDECIDED or (now.state is to is _S.SUBMITTED):
        return now
    return await services.register.move(
        now.source,
        now.version,
        to,
        by=result.by,
        at=result.at,
        reason="Passed its test." if result.passed else "Failed its test.",
        expecting=frozenset({now.state}),
    )


def _result(begun: Registration, checked: Checked, principal: Principal, services: Services) -> ConformanceResult:
    at = services.now()
    testimony = Testimony(
        source=begun.source,
        version=begun.version,
        digest=begun.digest,
        passed=checked.passed,
        at=timestamp(at),
        report_digest=digest(checked.report),
    )
    return ConformanceResult(
        id=secrets.token_hex(16),
        source=begun.source,
        version=begun.version,
        digest=begun.digest,
        passed=checked.passed,
        by=principal.id,
        at=at,
        report=checked.report,
        signature=services.signing.sign(msgspec.json.encode(testimony), typ=SIGNED_AS),
    )
