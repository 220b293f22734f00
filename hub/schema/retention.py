"""Destroying the content of old evidence, as the schema shows it."""

from collections import Counter
from datetime import date, datetime

import strawberry

from hub import retention
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import PersonReference
from hub.schema.asking import Info


@strawberry.input(description="The person whose content goes: named again, in the way in which they were proposed.")
class ShreddedPersonInput:
    """Who is meant, by whoever confirms."""

    nhs_number: str | None = None
    upn: str | None = None
    family_name: str | None = None
    birth_date: date | None = None

    def about(self) -> PersonReference | None:
        """The person, where one is named. Raises BadInput."""
        return _person(self.nhs_number, self.upn, self.family_name, self.birth_date)


@strawberry.input(description="Either a month (2019-05), before which content is destroyed, or one person.")
class ProposeShreddingInput(ShreddedPersonInput):
    """What is proposed."""

    before: str | None = None


def _person(number: str | None, pupil: str | None, family: str | None, born: date | None) -> PersonReference | None:
    if not (number or pupil or family or born):
        return None
    return PersonReference(
        nhs_number=nhs_number(number) if number else None,
        upn=upn(pupil) if pupil else None,
        family_name=family,
        birth_date=born,
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
    spared: int = strawberry.field(
        description="Keys that stay, whatever their time: a query or misuse stands on what one seals, or it keeps "
        "something back from reports on accesses."
    )
    spared_entries: int = strawberry.field(description="The entries that they seal.")
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
            spared=proposal.plan.spared,
            spared_entries=proposal.plan.spared_entries,
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


async def confirm_shredding(
    info: Info,
    id: strawberry.ID,  # noqa: A002  as its siblings
    person: ShreddedPersonInput | None = None,
) -> ShreddingDone:
    """Destroy."""
    asking, about = info.context, person.about() if person else None
    done = await retention.confirm_shredding(asking.principal, id, about, asking.services)
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
        description="Destroy what somebody else proposed; where it is one person's, name the person. "
        "It cannot be undone, and is in the log before it is done.",
    )
