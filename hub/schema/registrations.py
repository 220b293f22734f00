"""Versions of sources on their way into use, as the schema shows them: the document, who did what, its newest test."""

from datetime import datetime
from typing import Self

import strawberry

from hub.domain import registrations as domain
from hub.domain.conformance import ConformanceResult
from hub.onboarding import grounds, listing
from hub.schema.asking import Info


@strawberry.type(description="One step of one version. before is null where it began; side says who stopped it.")
class RegistrationChange:
    """``hub.domain.registrations.Change``."""

    before: str | None
    after: str
    by: strawberry.ID
    at: datetime
    reason: str
    side: str | None
    lifted: bool = strawberry.field(description="That side no longer stops it; another still does.")

    @classmethod
    def of(cls, change: domain.Change) -> Self:
        """As the schema shows it."""
        return cls(
            before=change.before and change.before.value,
            after=change.after.value,
            by=strawberry.ID(change.by),
            at=change.at,
            reason=change.reason,
            side=change.side and change.side.value,
            lifted=change.lifted,
        )


@strawberry.type(description="One difference between two versions of a manifest, in words fit to show.")
class ManifestDifference:
    """``hub.connectors.manifests.Change``."""

    path: str
    before: str | None
    after: str | None
    widens: bool = strawberry.field(description="The hub may ask more, show more, or trust somebody else than before.")
    says: str

    @classmethod
    def of(cls, difference: listing.Difference) -> Self:
        """As the schema shows it."""
        return cls(
            path=difference.path,
            before=difference.before,
            after=difference.after,
            widens=difference.widens,
            says=difference.says,
        )


@strawberry.type(description="What the newest test of one version came to, signed by the hub.")
class ConformanceOutcome:
    """``hub.domain.conformance.ConformanceResult``."""

    id: strawberry.ID
    passed: bool
    digest: str = strawberry.field(description="SHA-256 of the manifest that was tested.")
    by: strawberry.ID
    at: datetime
    doubt: str = strawberry.field(description="Why it does not count for an approval; empty where it does.")
    report: str = strawberry.field(description="The whole report, as JSON.")
    signature: str = strawberry.field(description="A compact JWS over what was tested, when, and the report's digest.")

    @classmethod
    def of(cls, result: ConformanceResult, doubt: str) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(result.id),
            passed=result.passed,
            digest=result.digest,
            by=strawberry.ID(result.by),
            at=result.at,
            doubt=doubt,
            report=result.report.decode(),
            signature=result.signature,
        )


async def _stopped_by(root: strawberry.Parent["Registration"], info: Info) -> list[str]:
    sides = await listing.stopped_by(root.registration, info.context.services)
    return [side.value for side in sides]


async def _history(root: strawberry.Parent["Registration"], info: Info) -> list[RegistrationChange]:
    changes = await listing.history_of(root.registration, info.context.services)
    return [RegistrationChange.of(change) for change in changes]


async def _differences(root: strawberry.Parent["Registration"], info: Info) -> list[ManifestDifference]:
    found = await listing.differences(root.registration, info.context.services)
    return [ManifestDifference.of(one) for one in found]


async def _conformance(root: strawberry.Parent["Registration"], info: Info) -> ConformanceOutcome | None:
    services = info.context.services
    result = await listing.newest_result(root.registration, services)
    if result is None:
        return None
    return ConformanceOutcome.of(result, await grounds.doubt_of_test(root.registration, services))


@strawberry.type(description="One version of one source's manifest, and how far it has come.")
class Registration:
    """``hub.domain.registrations.Registration``. What it takes to look further is looked up when it is selected."""

    id: strawberry.ID = strawberry.field(description="source@version")
    source: strawberry.ID
    version: int
    name: str
    agency: str
    kind: str
    state: str
    origin: str = strawberry.field(description="registered: by its owner; file: declared by the hub's operator.")
    digest: str
    manifest: str = strawberry.field(description="The document, as canonical JSON. A secret is never in it.")
    registered_by: strawberry.ID
    registered_at: datetime
    changed_by: strawberry.ID
    changed_at: datetime
    reason: str = strawberry.field(description="Of the last change.")
    registration: strawberry.Private[domain.Registration]

    stopped_by: list[str] = strawberry.field(
        resolver=_stopped_by, description="Who stops it while it is SUSPENDED: owner, operator, guardian."
    )
    history: list[RegistrationChange] = strawberry.field(
        resolver=_history, description="Every step of this version, oldest first."
    )
    conformance: ConformanceOutcome | None = strawberry.field(
        resolver=_conformance, description="What its newest test came to."
    )
    differences: list[ManifestDifference] = strawberry.field(
        resolver=_differences,
        description="From the older version in use, whose place it would take; what widens access first.",
    )

    @classmethod
    def of(cls, one: domain.Registration) -> Self:
        """As the schema shows it."""
        manifest = listing.manifest_of(one)
        return cls(
            id=strawberry.ID(one.reference),
            source=strawberry.ID(one.source),
            version=one.version,
            name=manifest.name,
            agency=one.agency.value,
            kind=manifest.kind,
            state=one.state.value,
            origin=one.origin,
            digest=one.digest,
            manifest=one.manifest.decode(),
            registered_by=strawberry.ID(one.registered_by),
            registered_at=one.registered_at,
            changed_by=strawberry.ID(one.changed_by),
            changed_at=one.changed_at,
            reason=one.reason,
            registration=one,
        )
