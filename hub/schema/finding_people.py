"""What a live find shows: existence, and what tells people apart. Nothing more."""

from datetime import date, datetime
from typing import Self

import strawberry

from hub.domain import codes, people
from hub.domain.disclosures import Disclosure, Released
from hub.matches import DecideMatch
from hub.schema.codes import AnswerState, Decision, MatchState
from hub.schema.sources import Known, Source


@strawberry.type(description="How one attribute compared, and the log2 weight it added.")
class MatchReason:
    """``hub.domain.people.MatchReason``."""

    attribute: str
    comparison: str
    weight: float


@strawberry.type(description="What somebody decided last about a candidate, who and when.")
class MatchDecision:
    """``hub.domain.matches.MatchDecision``, without what stays inside."""

    decision: Decision
    by: strawberry.ID
    at: datetime
    stands: bool = strawberry.field(
        description="Whether the source tells the same of the candidate as when it was decided. If not: decide again."
    )
    reason: str | None = strawberry.field(description="Shown to whoever gave it, and to nobody else.")

    @classmethod
    def of(cls, candidate: people.Candidate) -> Self | None:
        """The latest about this candidate, as the schema shows it."""
        latest = candidate.decision
        if latest is None:
            return None
        return cls(
            decision=latest.decision,
            by=strawberry.ID(latest.by),
            at=latest.at,
            stands=candidate.decided is not None,
            reason=latest.reason or None,
        )


@strawberry.input(description="A decision about one candidate of one's own enquiry, with the reason for it.")
class MatchDecisionInput:
    """``hub.matches.DecideMatch`` as it is sent."""

    enquiry_id: strawberry.ID
    candidate_id: strawberry.ID
    reason: str

    def request(self) -> DecideMatch:
        """As the use case takes it."""
        return DecideMatch(self.enquiry_id, self.candidate_id, self.reason)


@strawberry.type(description="A person that a source found. The id is opaque; never the partner's own.")
class Candidate:
    """``hub.domain.people.Candidate``, without what stays inside."""

    id: strawberry.ID
    given_name: str | None
    family_name: str | None
    birth_date: date | None
    score: float
    probability: float
    why: list[MatchReason]
    linked: bool
    decision: MatchDecision | None

    @classmethod
    def of(cls, candidate: people.Candidate) -> Self:
        """As the schema shows it."""
        described = candidate.found.attributes
        return cls(
            id=strawberry.ID(candidate.id),
            given_name=described.given_name,
            family_name=described.family_name,
            birth_date=described.birth_date,
            score=candidate.score,
            probability=candidate.probability,
            why=[MatchReason(attribute=w.attribute, comparison=w.comparison, weight=w.weight) for w in candidate.why],
            linked=candidate.linked,
            decision=MatchDecision.of(candidate),
        )


@strawberry.type(description="One step of searching a source, and how many of those shown it found; null: too many.")
class SearchStep:
    """``hub.domain.searching.Searched``."""

    step: str
    found: int | None


@strawberry.type(description="What one source answered to a find.")
class SourceFind:
    """``hub.domain.people.SourceFind``; for a source that was not searched, why not."""

    source: Source
    state: AnswerState
    match: MatchState
    candidates: list[Candidate]
    explanation: str
    steps: list[SearchStep] = strawberry.field(
        description="How the source was searched, in order, each step wider than the one before."
    )
    rejected: list[Candidate] = strawberry.field(
        description="Found again, but somebody decided that they are not the child. Confirm one to take that back."
    )

    @classmethod
    def of(cls, found: people.SourceFind | None, released: Released, known: Known) -> Self:
        """As the schema shows it."""
        if found is None:
            answer = released.answer
            found = people.SourceFind(
                answer.source, answer.state, codes.MatchState.NONE, explanation=answer.explanation
            )
        return cls(
            source=known[found.source],
            state=found.state,
            match=found.match,
            candidates=[Candidate.of(one) for one in found.candidates],
            explanation=found.explanation,
            steps=[SearchStep(step=one.step.value, found=one.found) for one in found.steps],
            rejected=[Candidate.of(one) for one in found.rejected],
        )


@strawberry.type(description="A live find in every source.")
class FindResult:
    """The finds of a ``Disclosure``: every registered source, always."""

    enquiry_id: strawberry.ID
    sources: list[SourceFind]

    @classmethod
    def of(cls, disclosure: Disclosure, known: Known) -> Self:
        """As the schema shows it."""
        return cls(
            enquiry_id=strawberry.ID(disclosure.question.enquiry.id),
            sources=[SourceFind.of(disclosure.finds.get(one.source), one, known) for one in disclosure.released],
        )
