"""What partners and the hub do with a source on its way into use. Each resolver calls one use case."""

import strawberry

from hub.domain.identifiers import SourceId
from hub.onboarding import approving, credentials, listing, registering, stopping, testing
from hub.schema.asking import Info
from hub.schema.registrations import Registration
from hub.schema.source_health import SourceHealthHour
from hub.schema.sources import Source

HOURS_SHOWN = 24


@strawberry.input(description="A manifest, in TOML or JSON, whole in itself. The connector guide has its format.")
class RegisterSourceInput:
    """The document."""

    manifest: str


@strawberry.input(description="A secret that a manifest of this source names. It can be set, and never read.")
class SetSourceSecretInput:
    """``hub.onboarding.credentials.SetSecret`` as it is sent."""

    source: strawberry.ID
    field: str
    value: str

    def request(self) -> credentials.SetSecret:
        """As the use case takes it."""
        return credentials.SetSecret(self.source, self.field, self.value)


async def register_source(info: Info, input: RegisterSourceInput) -> Source:  # noqa: A002  the contract's name
    """Register."""
    asking = info.context
    kept = await registering.register_source(asking.principal, input.manifest, asking.services)
    return Source.of(listing.source_of(kept))


async def submit_source(info: Info, id: strawberry.ID) -> Registration:  # noqa: A002  as its siblings
    """Submit."""
    asking = info.context
    return Registration.of(await registering.submit_source(asking.principal, id, asking.services))


async def test_source(info: Info, id: strawberry.ID) -> Registration:  # noqa: A002  as its siblings
    """Test."""
    asking = info.context
    return Registration.of(await testing.test_source(asking.principal, id, asking.services))


async def approve_source(info: Info, id: strawberry.ID) -> Source:  # noqa: A002  the contract's name
    """Approve."""
    asking = info.context
    return Source.of(listing.source_of(await approving.approve_source(asking.principal, id, asking.services)))


async def activate_source(info: Info, id: strawberry.ID) -> Registration:  # noqa: A002  as its siblings
    """Take into use."""
    asking = info.context
    return Registration.of(await approving.activate_source(asking.principal, id, asking.services))


async def suspend_source(info: Info, id: strawberry.ID, reason: str) -> Source:  # noqa: A002  the contract's name
    """Suspend."""
    asking = info.context
    return Source.of(listing.source_of(await stopping.suspend_source(asking.principal, id, reason, asking.services)))


async def resume_source(info: Info, id: strawberry.ID, reason: str) -> Registration:  # noqa: A002  as its siblings
    """Resume."""
    asking = info.context
    return Registration.of(await stopping.resume_source(asking.principal, id, reason, asking.services))


async def retire_source(info: Info, id: strawberry.ID, reason: str) -> Registration:  # noqa: A002  as its siblings
    """Retire."""
    asking = info.context
    return Registration.of(await stopping.retire_source(asking.principal, id, reason, asking.services))


async def set_source_secret(info: Info, input: SetSourceSecretInput) -> Registration:  # noqa: A002  as its siblings
    """Set a secret."""
    asking = info.context
    return Registration.of(await credentials.set_secret(asking.principal, input.request(), asking.services))


async def registrations(info: Info, source: strawberry.ID | None = None) -> list[Registration]:
    """Every version that the caller may see."""
    asking = info.context
    wanted = SourceId(source) if source else None
    return [Registration.of(one) for one in await listing.list_registrations(asking.principal, wanted, asking.services)]


async def source_health(info: Info, source: strawberry.ID, hours: int = HOURS_SHOWN) -> list[SourceHealthHour]:
    """What became of the calls."""
    asking = info.context
    told = await listing.source_health(asking.principal, SourceId(source), hours, asking.services)
    return SourceHealthHour.all_of(told)


_WHICH = "id is a source, or one version of it: schools@2."


@strawberry.type
class SourceMutation:
    """Acts on a source; part of the root."""

    register_source: Source = strawberry.field(
        resolver=register_source,
        description="Keep a manifest as a draft. The very same one again is the registration that there is.",
    )
    submit_source: Registration = strawberry.field(
        resolver=submit_source, description=f"Say that the newest version is ready to be tested. {_WHICH}"
    )
    test_source: Registration = strawberry.field(
        resolver=test_source,
        description="Test the newest version at its own system. A long test goes on after this answers: look at the "
        f"version's conformance. {_WHICH}",
    )
    approve_source: Source = strawberry.field(
        resolver=approve_source,
        description="Approve the newest version: by somebody other than who registered it, after it passed its test, "
        f"under an agreement in force. {_WHICH}",
    )
    activate_source: Registration = strawberry.field(
        resolver=activate_source,
        description=f"Take an approved version into use, in place of the one before it. {_WHICH}",
    )
    suspend_source: Source = strawberry.field(
        resolver=suspend_source, description=f"Stop asking a source, on every worker within a second. {_WHICH}"
    )
    resume_source: Registration = strawberry.field(
        resolver=resume_source,
        description=f"Lift your own side's suspension; it stays SUSPENDED while another side stops it too. {_WHICH}",
    )
    retire_source: Registration = strawberry.field(
        resolver=retire_source, description=f"Take a version out for good. {_WHICH}"
    )
    set_source_secret: Registration = strawberry.field(
        resolver=set_source_secret, description="Set a secret that a manifest of the source names. Never readable."
    )


@strawberry.type
class SourceQuery:
    """What the register tells; part of the root."""

    registrations: list[Registration] = strawberry.field(
        resolver=registrations,
        description="Every version that you may see, of one source or of all, by source and version.",
    )
    source_health: list[SourceHealthHour] = strawberry.field(
        resolver=source_health,
        description="What became of the calls to a source in these last hours, oldest first. Nobody's data is in it.",
    )
