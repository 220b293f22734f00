"""Partner systems, and what became of asking them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self

import strawberry

from hub.domain import disclosures, sources
from hub.domain.answers import MATCH_WAITS
from hub.domain.identifiers import SourceId
from hub.schema.codes import AnswerState
from hub.schema.holding import Deciding
from hub.services import Services


@strawberry.type(description="A partner's system.")
class Source:
    """``hub.domain.sources.Source``."""

    id: strawberry.ID
    name: str
    agency: str
    kind: str
    state: str
    contact: str
    coverage: str

    @classmethod
    def of(cls, source: sources.Source) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(source.id),
            name=source.name,
            agency=source.agency.value,
            kind=source.kind,
            state=source.state,
            contact=source.contact,
            coverage=source.coverage,
        )


Known = Mapping[SourceId, Source]  # every registered source


def known_sources(services: Services) -> Known:
    """Every registered source, by id."""
    return {source.id: Source.of(source) for source in services.sources.all}


@strawberry.type(description="What became of asking one source: exactly one state, and what to do about it.")
class SourceAnswer:
    """``hub.domain.disclosures.Released``, without its records."""

    source: Source
    state: AnswerState
    as_of: datetime | None
    elapsed_ms: int
    record_count: int
    explanation: str
    deciding: Deciding | None = strawberry.field(description="Of an answer UNDER_REVIEW: who decides, by when.")
    waiting: bool = strawberry.field(description="Possible matches wait here for somebody to confirm or reject them.")

    conditions: list[str] = strawberry.field(
        description="What the agreement asks of whoever uses what is shared here, in its own words."
    )

    @classmethod
    def of(cls, released: disclosures.Released, known: Known, conditions: Sequence[str] = ()) -> Self:
        """As the schema shows it."""
        answer = released.answer
        return cls(
            source=known[answer.source],
            state=answer.state,
            as_of=answer.as_of,
            elapsed_ms=answer.elapsed_ms,
            record_count=len(answer.records),
            explanation=answer.explanation,
            deciding=Deciding.of(answer.handed) if answer.handed else None,
            waiting=MATCH_WAITS in answer.reasons,
            conditions=list(conditions) if answer.records else [],
        )
