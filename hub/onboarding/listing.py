"""What the register says: every version, its history, its newest test, and how its system does."""

from datetime import UTC, datetime, timedelta

import msgspec

from hub.connectors.manifest import Manifest
from hub.connectors.manifests import Change as ManifestChange
from hub.connectors.manifests import manifest_diff
from hub.domain.acts import Action
from hub.domain.conformance import ConformanceResult
from hub.domain.health import Calls
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal
from hub.domain.registrations import REGISTERED, Change, Registration, RegistrationState, Side, suspensions
from hub.domain.sources import Source
from hub.errors import AccessDenied, BadInput, NotFound
from hub.onboarding.deciding import about, decided
from hub.policy.facts import Partnering
from hub.recorded_acts import Recorded, act_of
from hub.services import Services

MOST_HOURS = 31 * 24
Difference = ManifestChange  # of two versions of a manifest, as doors show it


async def list_registrations(
    principal: Principal, source: SourceId | None, services: Services
) -> tuple[Registration, ...]:
    """Every version that this person may see, of one source or of all, by source and version.

    Raises AccessDenied where that can be none, AuditUnavailable.
    """
    async with Recorded(act_of(Action.READ_REGISTER, principal, None, services), services) as done:
        done.permitted(decided(principal, Action.READ_REGISTER, Partnering(own_agency=True), services))
        known = await (services.register.all() if source is None else services.register.versions(source))
        return tuple(one for one in known if _may_see(principal, one, services))


async def history_of(registration: Registration, services: Services) -> tuple[Change, ...]:
    """The steps of one version that was listed."""
    history = await services.register.history(registration.source)
    return tuple(change for change in history if change.version == registration.version)


async def stopped_by(registration: Registration, services: Services) -> tuple[Side, ...]:
    """Which sides stop a version that was listed; none where it is not SUSPENDED."""
    if registration.state is not RegistrationState.SUSPENDED:
        return ()
    return tuple(suspensions(await services.register.history(registration.source)))


async def differences(registration: Registration, services: Services) -> tuple[Difference, ...]:
    """How a version that was listed differs from the one in use whose place it would take; what widens first."""
    for other in await services.register.versions(registration.source):
        if other.state in REGISTERED and other.version != registration.version:
            return manifest_diff(manifest_of(other), manifest_of(registration))
    return ()


async def newest_result(registration: Registration, services: Services) -> ConformanceResult | None:
    """What the newest test of a version that was listed came to."""
    return await services.register.newest_result(registration.source, registration.version)


def source_of(registration: Registration) -> Source:
    """The part of it that anybody in the partnership may see, in the state that the register has."""
    return msgspec.structs.replace(manifest_of(registration).source, state=registration.state.value)


def manifest_of(registration: Registration) -> Manifest:
    """The document itself."""
    return msgspec.json.decode(registration.manifest, type=Manifest)


async def source_health(principal: Principal, source: SourceId, hours: int, services: Services) -> tuple[Calls, ...]:
    """What became of the calls of these last hours, for whoever sees the list of sources or this registration.

    Raises AccessDenied, NotFound, BadInput.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise BadInput(f"Ask for 1 to {MOST_HOURS} hours.", ("health-hours",))
    async with Recorded(act_of(Action.LIST_SOURCES, principal, None, services), services) as done:
        known = await services.register.versions(source)
        if not any(_may_see(principal, one, services) for one in known):
            services.policies.authorise(principal, Action.LIST_SOURCES)
        if not known:
            raise NotFound("No source of that id is registered here.", ("no-such-source",))
        done.quietly()  # no more than the list of sources tells, which leaves no line either
    since = services.now() - timedelta(hours=hours - 1)
    return await services.health.since(source, _hour(since))


def _may_see(principal: Principal, registration: Registration, services: Services) -> bool:
    try:
        services.policies.authorise_partnering(principal, Action.READ_REGISTER, about(principal, registration))
    except AccessDenied:
        return False
    return True


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
