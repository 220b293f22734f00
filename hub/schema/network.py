"""The people around the child whom sources name."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Self

import strawberry

from hub.domain import records
from hub.domain.identifiers import SourceId
from hub.schema.records import Finding, Relationships, ServiceEpisode, about_whom
from hub.schema.rows import Rows, SortedOut
from hub.schema.sources import SourceAnswer


@strawberry.type(description="Somebody around the child, as one source knows them.")
class NetworkPerson:
    """A related person with the findings and episodes that the same source holds about them."""

    name: str | None
    relationship: str
    sources: list[SourceAnswer]
    findings: list[Finding]
    service_episodes: list[ServiceEpisode]

    @classmethod
    def of(cls, rows: Rows, called: str, answer: SourceAnswer, relationships: Relationships, today: date) -> Self:
        """From the records of one source about one person, who is ``called`` this to the child."""
        return cls(
            name=next((person.name for _, person in rows.people if person.name), None),
            relationship=called,
            sources=[answer],
            findings=findings_of(rows.findings, relationships),
            service_episodes=episodes_of(rows.episodes, relationships, today),
        )


def network_of(
    told: SortedOut, answers: Mapping[SourceId, SourceAnswer], relationships: Relationships, today: date
) -> list[NetworkPerson]:
    """Everybody but the child, in the order the sources name them."""
    return [
        NetworkPerson.of(rows, about_whom(source, whom, relationships), answers[source], relationships, today)
        for (source, whom), rows in told.network.items()
    ]


def findings_of(rows: Sequence[tuple[SourceId, records.Finding]], relationships: Relationships) -> list[Finding]:
    """Newest first, those without a date last."""
    found = sorted(rows, key=lambda row: row[1].start or date.min, reverse=True)
    return [Finding.of(r, s, about_whom(s, r.about, relationships)) for s, r in found]


def episodes_of(
    rows: Sequence[tuple[SourceId, records.ServiceEpisode]], relationships: Relationships, today: date
) -> list[ServiceEpisode]:
    """Open ones first, then newest first, those without a date last."""
    worked = [ServiceEpisode.of(r, s, about_whom(s, r.about, relationships), today) for s, r in rows]
    return sorted(worked, key=lambda episode: (episode.open, episode.from_ or date.min), reverse=True)
