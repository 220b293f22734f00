"""Destroying the content of old evidence, as the schema shows it."""

from collections import Counter
from datetime import date, datetime

import strawberry

from hub import retention
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import PersonReference
from hub.schema.asking import Info


@strawberry.input(description="Either a month (2019-05), before which content is destroyed, or one person.")
class ProposeShreddingInput:
    """What is proposed."""

    before: str | None = None
    nhs_number: str | None = None
    upn: str | None = None
    family_name: str | None = None
    birth_date: date | None = None

    def about(self) -> PersonReference | None:
        """The person, where one is named. Raises BadInput."""
        if not (self.nhs_number or self.upn or self.family_name or self.birth_date):
            return None
        return PersonReference(
            nhs_number=nhs_number(self.nhs_number) if self.nhs_number else None,
            upn=upn(self.upn) if self.upn else None,
            family_name=self.family_name,
            birth_date=self.birth_date,
        )


@strawberry.type(description="What would go of one month.")
class ShreddingMonth:
    """Counts alone."""

    month: str
    keys: int
    entries: int


@strawberry.type(description="A proposal. Nothing is destroyed until somebody else confirms it by its id.")
class ShreddingProposal:
    """``hub.retention.Proposal``."""

    id: strawberry.ID
    before: str = strawberry.field(description="The first month that is kept.")
    months: list[ShreddingMonth]
    keys: int
    entries: int
    kept: int = strawberry.field(description="Keys of those months that stay, for their time is not over.")
    until: datetime = strawberry.field(description="Until then it can be confirmed.")

    @classmethod
    def of(cls, proposal: retention.Proposal) -> "ShreddingProposal":
        """As the schema shows it."""
        keys, entries = Counter[str](), Counter[str]()
        for one in proposal.plan.keys:
            keys[one.period] += 1
            entries[one.period] += one.entries
        return cls(
            id=strawberry.ID(proposal.id),
            before=proposal.scope.before,
            months=[ShreddingMonth(month=month, keys=keys[month], entries=entries[month]) for month in sorted(keys)],
            keys=keys.total(),
            entries=entries.total(),
            kept=proposal.plan.kept,
            until=proposal.until,
        )


@strawberry.type(description="What was destroyed.")
class ShreddingDone:
    """``hub.retention.Destroyed``."""

    proposal: strawberry.ID
    keys: int
    entries: int


async def propose_shredding(info: Info, input: ProposeShreddingInput) -> ShreddingProposal:  # noqa: A002  as its siblings
    """Propose."""
    asking = info.context
    proposed = await retention.propose_shredding(asking.principal, input.before, input.about(), asking.services)
    return ShreddingProposal.of(proposed)


async def confirm_shredding(info: Info, id: strawberry.ID) -> ShreddingDone:  # noqa: A002  as its siblings
    """Destroy."""
    asking = info.context
    done = await retention.confirm_shredding(asking.principal, id, asking.services)
    return ShreddingDone(proposal=strawberry.ID(done.proposal), keys=done.keys, entries=done.entries)


@strawberry.type
class RetentionMutation:
    """Destroying what is past its time; part of the root."""

    propose_shredding: ShreddingProposal = strawberry.field(
        resolver=propose_shredding,
        description="Propose to destroy content of the log. Hashes stay, proofs hold, and nothing goes by this alone.",
    )
    confirm_shredding: ShreddingDone = strawberry.field(
        resolver=confirm_shredding,
        description="Destroy what somebody else proposed. It cannot be undone, and is in the log before it is done.",
    )
