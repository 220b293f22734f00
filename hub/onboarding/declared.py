"""What the operator's files declare becomes part of the register, once at each start, with evidence of every change.

A file is the operator's own word: its source is live without an approval, and leaves when the file goes. What
partners registered is never touched, and a suspension or a revocation by anybody else outlives the file.
"""

import secrets
from collections.abc import Iterable, Sequence

import msgspec

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.connectors.manifest import Manifest, canonical
from hub.domain.acts import Action
from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.domain.registrations import REGISTERED, Registration, RegistrationState
from hub.errors import ConfigurationError
from hub.services import Services

OPERATOR = "operator"
_GONE = "No longer declared by the operator's files."


class DeclaredAgreement(msgspec.Struct, frozen=True):
    """One agreement file: what it is called, whose it is, and its bytes."""

    id: str
    version: int
    source: SourceId
    document: bytes


async def adopt_declared(
    manifests: Sequence[Manifest], agreements: Sequence[DeclaredAgreement], services: Services
) -> None:
    """Make the register hold what the files say.

    Raises ConfigurationError for a version that was registered by a partner with other content, or an agreement
    whose content changed without a new version.
    """
    known = await services.register.all()
    for manifest in manifests:
        await _adopt_source(manifest, known, services)
    declared = {manifest.id for manifest in manifests}
    for gone in known:
        if gone.origin == "file" and gone.state in REGISTERED and gone.source not in declared:
            await _recorded(gone.source, services)
            await services.register.move(
                gone.source,
                gone.version,
                RegistrationState.RETIRED,
                by=OPERATOR,
                at=services.now(),
                reason=_GONE,
                expecting=REGISTERED,
            )
    await _adopt_agreements(agreements, services)


async def _adopt_source(manifest: Manifest, known: Iterable[Registration], services: Services) -> None:
    document, now = canonical(manifest), services.now()
    same = [one for one in known if one.source == manifest.id]
    before = next((one for one in same if one.version == manifest.version), None)
    if before is not None and (before.digest == digest(document) and before.state in REGISTERED):
        return
    if before is not None and before.origin != "file":
        raise ConfigurationError(
            f"Version {manifest.version} of {manifest.id} was registered by its owner. Take its file away, or raise "
            "the version in it."
        )
    if any(one.origin != "file" and one.state in REGISTERED for one in same):
        raise ConfigurationError(f"{manifest.id} is registered by its owner. Take its file away.")
    state = RegistrationState(manifest.state)
    if before is not None and before.state is RegistrationState.SUSPENDED:
        state = before.state  # whoever suspended it did not mean a newer file to undo that
    await _recorded(manifest.id, services)
    await services.register.put(
        Registration(
            source=manifest.id,
            version=manifest.version,
            state=state,
            digest=digest(document),
            agency=manifest.agency,
            origin="file",
            manifest=document,
            registered_by=OPERATOR,
            registered_at=now,
            changed_by=OPERATOR,
            changed_at=now,
        )
    )


async def _adopt_agreements(declared: Sequence[DeclaredAgreement], services: Services) -> None:
    known = {(one.id, one.version): one for one in await services.agreements.all()}
    for one in declared:
        before = known.get((one.id, one.version))
        if before is not None and before.digest != digest(one.document):
            raise ConfigurationError(
                f"The agreement {one.id}@{one.version} changed since it was adopted. A signed document does not "
                "change: raise its version."
            )
        if before is None:
            await _recorded(one.source, services)
            await services.agreements.put(_record(one, services))
    names = {(one.id, one.version) for one in declared}
    for name, record in known.items():
        stands = record.origin == "file" and record.state is AgreementState.APPROVED
        if stands and name not in names:
            await _recorded(record.source, services)
            await services.agreements.move(
                record.id,
                record.version,
                AgreementState.REVOKED,
                by=OPERATOR,
                at=services.now(),
                reason=_GONE,
                expecting=frozenset({AgreementState.APPROVED}),
            )


def _record(declared: DeclaredAgreement, services: Services) -> AgreementRecord:
    now = services.now()
    return AgreementRecord(
        id=declared.id,
        version=declared.version,
        source=declared.source,
        state=AgreementState.APPROVED,
        digest=digest(declared.document),
        origin="file",
        document=declared.document,
        submitted_by=OPERATOR,
        submitted_at=now,
        changed_by=OPERATOR,
        changed_at=now,
    )


async def _recorded(source: SourceId, services: Services) -> None:
    """Evidence before the change."""
    await services.audit.record(
        Act(
            action=Action.ADOPT,
            request_id=secrets.token_urlsafe(18),
            outcome=Outcome.DONE,
            policy_version=services.policies.version,
            source=source,
        )
    )
