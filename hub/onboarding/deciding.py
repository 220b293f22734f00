"""Deciding acts on a source by policy, with sentences for whoever is refused."""

from hub.domain.acts import Action
from hub.domain.codes import Agency, Role
from hub.domain.permits import Verdict
from hub.domain.principals import Principal, speaks_for
from hub.domain.registrations import Registration, Side
from hub.errors import AccessDenied
from hub.policy.facts import Partnering
from hub.services import Services

_GUARDIANS = frozenset({Role.IG_LEAD, Role.DPO, Role.CALDICOTT_GUARDIAN})
_OWNERS = frozenset({Role.CONNECTOR_ADMIN, Role.PARTNER_REP, Role.PARTNER_SYSTEM})


def decided(principal: Principal, action: Action, facts: Partnering, services: Services, more: str = "") -> Verdict:
    """Who may, by which policies. Raises AccessDenied that says each rule in a sentence, and ``more``."""
    try:
        return services.policies.authorise_partnering(principal, action, facts)
    except AccessDenied as refusal:
        said = [*(services.policies.says(reason) for reason in refusal.reasons), more]
        raise AccessDenied(refusal.reasons, " ".join(filter(None, said)), refusal.facts) from None


def about(principal: Principal, registration: Registration) -> Partnering:
    """What is true of anybody's act on this version."""
    return Partnering(
        own_agency=owns(principal, registration),
        submitter=registration.registered_by == principal.id,
    )


def owns(principal: Principal, registration: Registration) -> bool:
    """Whether somebody speaks for whoever owns this source."""
    return speaks_for(principal, registration.agency, registration.source, registration.owner)


def sides_of(principal: Principal, registration: Registration) -> tuple[Side, ...]:
    """For whom somebody stops this source, first of all, and for whom besides they may let it go on."""
    runs_the_hub = Role.CONNECTOR_ADMIN in principal.roles and principal.agency is Agency.SOCIAL_CARE
    told = {
        Side.GUARDIAN: bool(principal.roles & _GUARDIANS),
        Side.OWNER: owns(principal, registration) and bool(principal.roles & _OWNERS),
        Side.OPERATOR: runs_the_hub,
    }
    return tuple(side for side, holds in told.items() if holds)
