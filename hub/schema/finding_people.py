"""What a live find shows: existence, and what tells people apart. Nothing more."""

from datetime import date
from typing import Self

import strawberry

from hub.domain import codes, people
from hub.domain.disclosures import Disclosure, Released
from hub.schema.codes import AnswerState, MatchState
from hub.schema.sources import Known, Source


@strawberry.type(description="How one attribute compared, and the log2 weight it added.")
class MatchReason:
    """``hub.domain.people.MatchReason``."""

    attribute: str
    comparison: str
    weight: float


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
        )


@strawberry.type(description="What one source answered to a find.")
class SourceFind:
    """``hub.domain.people.SourceFind``; for a source that was not searched, why not."""

    source: Source
    state: AnswerState
    match: MatchState
    candidates: list[Candidate]
    explanation: str

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
