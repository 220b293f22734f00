"""Agreements as the schema shows them, and what people do with them. Each resolver calls one use case."""

from datetime import date, datetime
from typing import Self

import strawberry

from hub.domain.identifiers import SourceId
from hub.onboarding import agreements as acts
from hub.schema.asking import Info
from hub.schema.codes import Purpose


@strawberry.type(description="Who signs for whom. signature says whether a key of their party signed this document.")
class AgreementSignatory:
    """``hub.policy.agreements.Signatory``, with its signature checked."""

    name: str
    role: str
    organisation: str
    signed_on: date
    signature: str = strawberry.field(description="signed, or: not signed")
    key: str | None = strawberry.field(description="The thumbprint of the key: compare it with the one you were given.")


@strawberry.type(description="One version of one information sharing agreement.")
class Agreement:
    """``hub.onboarding.agreements.Kept``. What the document says is empty for one that cannot be used."""

    id: strawberry.ID = strawberry.field(description="How decisions and evidence name it: name@version.")
    name: str
    version: int
    source: strawberry.ID
    state: str = strawberry.field(description="SUBMITTED, APPROVED or REVOKED.")
    in_force: bool = strawberry.field(description="It counts today: approved, begun, not ended, not replaced.")
    origin: str = strawberry.field(description="registered: put in and approved here; file: declared by the operator.")
    digest: str = strawberry.field(description="SHA-256 of the document.")
    document: str = strawberry.field(description="The document, as canonical JSON.")
    submitted_by: strawberry.ID
    submitted_at: datetime
    changed_by: strawberry.ID
    changed_at: datetime
    reason: str = strawberry.field(description="Of the last change.")
    purposes: list[Purpose]
    conditions: list[str] = strawberry.field(description="Words that travel with what is shared.")
    valid_from: date | None
    valid_until: date | None
    review_date: date | None
    signatories: list[AgreementSignatory]

    @classmethod
    def of(cls, kept: acts.Kept) -> Self:
        """As the schema shows it."""
        record, read = kept.record, kept.read
        agreement = read.agreement if read is not None else None
        return cls(
            id=strawberry.ID(record.reference),
            name=record.id,
            version=record.version,
            source=strawberry.ID(record.source),
            state=record.state.value,
            in_force=kept.in_force,
            origin=record.origin,
            digest=record.digest,
            document=record.document.decode(errors="replace"),
            submitted_by=strawberry.ID(record.submitted_by),
            submitted_at=record.submitted_at,
            changed_by=strawberry.ID(record.changed_by),
            changed_at=record.changed_at,
            reason=record.reason,
            purposes=sorted(agreement.purposes) if agreement else [],
            conditions=list(agreement.conditions) if agreement else [],
            valid_from=agreement.valid_from if agreement else None,
            valid_until=agreement.valid_until if agreement else None,
            review_date=agreement.review_date if agreement else None,
            signatories=_signatories(kept),
        )


def _signatories(kept: acts.Kept) -> list[AgreementSignatory]:
    if kept.read is None:
        return []
    return [
        AgreementSignatory(
            name=one.name,
            role=one.role,
            organisation=one.organisation,
            signed_on=one.signed_on,
            signature=check.state,
            key=check.key,
        )
        for one, check in zip(kept.read.agreement.signatories, kept.read.signed, strict=True)
    ]


@strawberry.input(description="A signed document, whole, as JSON.")
class SubmitAgreementInput:
    """The document."""

    document: str


async def agreements(info: Info, source: strawberry.ID | None = None) -> list[Agreement]:
    """Every version that the caller may see."""
    asking = info.context
    wanted = SourceId(source) if source else None
    return [Agreement.of(one) for one in await acts.list_agreements(asking.principal, wanted, asking.services)]


async def submit_agreement(info: Info, input: SubmitAgreementInput) -> Agreement:  # noqa: A002  as its siblings
    """Submit."""
    asking = info.context
    return Agreement.of(await acts.submit_agreement(asking.principal, input.document, asking.services))


async def approve_agreement(info: Info, id: strawberry.ID, version: int) -> Agreement:  # noqa: A002  as its siblings
    """Approve."""
    asking = info.context
    return Agreement.of(await acts.approve_agreement(asking.principal, id, version, asking.services))


async def revoke_agreement(info: Info, id: strawberry.ID, version: int, reason: str) -> Agreement:  # noqa: A002
    """Revoke."""
    asking = info.context
    return Agreement.of(await acts.revoke_agreement(asking.principal, id, version, reason, asking.services))


@strawberry.type
class AgreementMutation:
    """Acts on agreements; part of the root."""

    submit_agreement: Agreement = strawberry.field(
        resolver=submit_agreement,
        description="Put in a document. The very same one again is the version that there is.",
    )
    approve_agreement: Agreement = strawberry.field(
        resolver=approve_agreement,
        description="Let a version of the agreement of this name count from its first day on: by somebody else than "
        "whoever put it in, once every party has signed it.",
    )
    revoke_agreement: Agreement = strawberry.field(
        resolver=revoke_agreement,
        description="End a version and every older one of it for good, on every worker within a second; with a reason.",
    )


@strawberry.type
class AgreementQuery:
    """What agreements there are; part of the root."""

    agreements: list[Agreement] = strawberry.field(
        resolver=agreements,
        description="Every version that you may see, about one source or all, by source, name and version.",
    )
