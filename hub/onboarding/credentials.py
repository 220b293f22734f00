"""A partner's secret goes into the hub, and never comes out again."""

from collections.abc import Iterator

import msgspec

from hub.connectors.manifest import Manifest
from hub.domain.acts import Action
from hub.domain.principals import Principal
from hub.domain.registrations import Registration, RegistrationState
from hub.errors import BadInput
from hub.onboarding.deciding import about, decided
from hub.onboarding.references import on_its_way
from hub.recorded_acts import Recorded, act_of
from hub.services import Services


class SetSecret(msgspec.Struct, frozen=True):
    """What is sent to set a secret. Its value stands in no message, no log and no evidence."""

    source: str
    field: str  # the name by which a manifest of the source names it
    value: str

    def __repr__(self) -> str:
        return f"SetSecret(source={self.source!r}, field={self.field!r})"


async def set_secret(principal: Principal, request: SetSecret, services: Services) -> Registration:
    """Keep a new version of a secret that a manifest of this source names; workers use it within a second.

    Raises BadInput, NotFound, AccessDenied, AuditUnavailable, Conflict.
    """
    async with Recorded(act_of(Action.SET_SECRET, principal, None, services), services) as done:
        newest = await on_its_way(request.source, services)
        done.at(newest.source, newest.version)
        done.permitted(decided(principal, Action.SET_SECRET, about(principal, newest), services))
        names = sorted({name for one in await services.register.versions(newest.source) for name in _named_in(one)})
        if request.field not in names:
            told = f"It names: {', '.join(names)}." if names else "It names none."
            raise BadInput(f"No manifest of {newest.source} names this secret. {told}", ("secret-not-named",))
        await done.about_to_change()
        await services.secrets.put(newest.source, request.field, request.value, principal.id, services.now())
        return newest


def _named_in(registration: Registration) -> Iterator[str]:
    if registration.state is RegistrationState.RETIRED:
        return
    manifest = msgspec.json.decode(registration.manifest, type=Manifest)
    if manifest.authentication.secret is not None:
        yield manifest.authentication.secret
    if manifest.events is not None:
        yield manifest.events.secret
