"""The story of one enquiry as the schema shows it: what happened, in order, without any content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

import strawberry

from hub.reviewing import story
from hub.schema.asking import Info
from hub.schema.codes import AnswerState, Purpose


@strawberry.type(description="A rule that decided something, and what it says.")
class Ruling:
    """``hub.reviewing.story.Ruling``."""

    rule: str
    says: str

    @classmethod
    def all(cls, rulings: Sequence[story.Ruling]) -> list[Self]:
        """As the schema shows them."""
        return [cls(rule=one.rule, says=one.says) for one in rulings]


@strawberry.type(description="A category that was kept back; no count where even a number would tell.")
class KeptBack:
    """``hub.reviewing.story.KeptBack``."""

    category: str
    count: int | None
    rulings: list[Ruling]


@strawberry.type(description="What became of one source in one answer: categories and counts, no content.")
class StorySource:
    """``hub.reviewing.story.SourceStep``."""

    source: str
    state: AnswerState
    categories: list[str]
    record_count: int
    agreement: str | None
    rulings: list[Ruling]
    withheld: list[KeptBack]

    @classmethod
    def of(cls, one: story.SourceStep) -> Self:
        """As the schema shows it."""
        return cls(
            source=one.source,
            state=AnswerState(one.state),
            categories=list(one.categories),
            record_count=one.records,
            agreement=one.agreement,
            rulings=Ruling.all(one.rulings),
            withheld=[
                KeptBack(category=back.category, count=back.number, rulings=Ruling.all(back.rulings))
                for back in one.withheld
            ],
        )


@strawberry.type(description="One entry of the log, in words. Its index is what a proof is asked for.")
class StoryStep:
    """``hub.reviewing.story.Step``."""

    index: int
    at: datetime
    kind: str
    stage: str
    outcome: str
    says: str
    principal: str
    agency: str
    organisation: str | None
    roles: list[str]
    broken_glass: bool
    rulings: list[Ruling]
    sources: list[StorySource]
    words: str | None = strawberry.field(
        description="What was written when the glass was broken, where the log says that it was this."
    )
    part_of_review: bool = strawberry.field(description="Looking at the enquiry afterwards, and not the enquiry.")

    @classmethod
    def of(cls, step: story.Step) -> Self:
        """As the schema shows it."""
        entry = step.entry
        return cls(
            index=entry.index,
            at=entry.at,
            kind=entry.kind,
            stage=entry.stage.value,
            outcome=entry.outcome,
            says=step.says,
            principal=entry.principal,
            agency=entry.agency,
            organisation=entry.organisation,
            roles=list(entry.roles),
            broken_glass=entry.broken_glass,
            rulings=Ruling.all(step.rulings),
            sources=[StorySource.of(one) for one in step.sources],
            words=step.words,
            part_of_review=step.part_of_review,
        )


@strawberry.type(description="One enquiry from opening to outcome, as the log tells it.")
class EnquiryStory:
    """``hub.reviewing.story.Story``."""

    enquiry_id: strawberry.ID
    opened_at: datetime | None
    opened_by: str | None
    agency: str | None
    organisation: str | None
    roles: list[str]
    purpose: Purpose | None
    urgency: str | None
    referred: bool | None = strawberry.field(description="Whether a referral is linked.")
    steps: list[StoryStep]
    differences: list[str] = strawberry.field(
        description="Where the store says otherwise than the log, or lacks what it tells. The log wins."
    )
    whole: bool = strawberry.field(description="False where there are more entries than are told here.")

    @classmethod
    def of(cls, told: story.Story) -> Self:
        """As the schema shows it."""
        opening = told.opening
        facts = opening.opening if opening else None
        return cls(
            enquiry_id=strawberry.ID(told.enquiry_id),
            opened_at=opening.at if opening else None,
            opened_by=opening.principal if opening else None,
            agency=opening.agency if opening else None,
            organisation=opening.organisation if opening else None,
            roles=list(opening.roles) if opening else [],
            purpose=Purpose(opening.purpose) if opening and opening.purpose else None,
            urgency=facts.urgency if facts else None,
            referred=facts.referred if facts else None,
            steps=[StoryStep.of(one) for one in told.steps],
            differences=list(told.differences),
            whole=told.whole,
        )


async def enquiry_story(info: Info, id: strawberry.ID) -> EnquiryStory:  # noqa: A002  as its siblings
    """One story."""
    asking = info.context
    return EnquiryStory.of(await story.enquiry_story(asking.principal, id, asking.services))
