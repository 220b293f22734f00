"""Two steps that let a source in: one person approves what another registered, then it is taken into use."""

from collections.abc import Sequence

import msgspec

from hub.domain.acts import Action
from hub.domain.clients import NAMESPACE
from hub.domain.principals import Principal
from hub.domain.registrations import REGISTERED, Change, Registration, RegistrationState, suspensions
from hub.errors import Conflict
from hub.onboarding.deciding import about, decided, sides_of
from hub.onboarding.grounds import agreed, doubt_of_test
from hub.onboarding.references import on_its_way
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

_S = RegistrationState


async def approve_source(principal: Principal, reference: str, services: Services) -> Registration:
    """Approve a tested version; twice by anybody is no fault once it is approved.

    Raises NotFound, AuditUnavailable, Conflict for a version that is not TESTED, and AccessDenied where the
    approver registered it, its test does not count, or no agreement with its owner is in force.
    """
    async with Recorded(act_of(Action.APPROVE_SOURCE, principal, None, services), services) as done:
        tested = await on_its_way(reference, services)
        done.at(tested.source, tested.version)
        doubt = await doubt_of_test(tested, services)
        facts = await _facts(principal, tested, doubt, services)
        done.permitted(decided(principal, Action.APPROVE_SOURCE, facts, services, doubt))
        if tested.state is _S.APPROVED:
            return tested
        await done.about_to_change()
        return await services.register.move(
            tested.source,
            tested.version,
            _S.APPROVED,
            by=principal.id,
            at=services.now(),
            reason="",
            expecting=frozenset({_S.TESTED}),
        )


async def activate_source(principal: Principal, reference: str, services: Services) -> Registration:
    """Take an approved version into use, in place of the one before it; what its approval rested on must still hold.

    Raises NotFound, AccessDenied, AuditUnavailable, and Conflict for a version that is not APPROVED, or while a file
    of the operator's declares the source.
    """
    async with Recorded(act_of(Action.ACTIVATE_SOURCE, principal, None, services), services) as done:
        approved = await on_its_way(reference, services)
        done.at(approved.source, approved.version)
        doubt = await doubt_of_test(approved, services)
        history = await services.register.history(approved.source)
        facts = await _facts(principal, approved, doubt, services)
        facts = msgspec.structs.replace(facts, liftable=_liftable(principal, approved, history))
        done.permitted(decided(principal, Action.ACTIVATE_SOURCE, facts, services, doubt))
        if approved.state is _S.LIVE:
            return approved
        await _refuse_beside_a_file(approved, services)
        await _refuse_older(approved, services)
        await done.about_to_change()
        return await services.register.move(
            approved.source,
            approved.version,
            _S.LIVE,
            by=principal.id,
            at=services.now(),
            reason="",
            expecting=frozenset({_S.APPROVED}),
            seen=len(history),
        )


async def _refuse_older(approved: Registration, services: Services) -> None:
    """What was approved when an older version was in use does not take the place of a newer one."""
    versions = await services.register.versions(approved.source)
    if any(one.version > approved.version and one.state in REGISTERED for one in versions):
        raise Conflict(
            "A newer version of this source is in use. Register this document anew, under a higher version.",
            ("source-version-older",),
        )


async def _facts(principal: Principal, registration: Registration, doubt: str, services: Services) -> Partnering:
    facts = about(principal, registration)
    client = await services.clients.get(registration.registered_by.removeprefix(NAMESPACE))
    by_their_client = client is not None and client.enrolled_by == principal.id
    return msgspec.structs.replace(
        facts,
        submitter=facts.submitter or by_their_client,  # whoever let a system in does not approve what it registers
        conforms=not doubt,
        agreed=await agreed(registration, services),
    )


def _liftable(principal: Principal, approved: Registration, history: Sequence[Change]) -> bool:
    """Whether no other side stopped the source since this version was approved: a new version gets round no stop."""
    steps = [n for n, one in enumerate(history) if one.version == approved.version and one.after is _S.APPROVED]
    since = steps[-1] if steps else -1
    own = sides_of(principal, approved)
    return all(side in own or place < since for side, place in suspensions(history).items())


async def _refuse_beside_a_file(approved: Registration, services: Services) -> None:
    known = await services.register.versions(approved.source)
    if any(one.origin == "file" and one.state in REGISTERED for one in known):
        raise Conflict(
            f"A file of this hub's operator declares {approved.source}. Ask them to take it away, then activate this.",
            ("source-declared-by-file",),
        )
