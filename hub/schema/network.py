"""The people around the child whom sources name."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Self

import strawberry

from hub.domain import records
from hub.domain.codes import SubjectKind
from hub.domain.identifiers import SourceId
from hub.schema.records import Finding, Relationships, ServiceEpisode, about_whom
from hub.schema.sources import SourceAnswer

Row = tuple[SourceId, records.AnyRecord]


@strawberry.type(description="Somebody around the child, as one source knows them.")
class NetworkPerson:
    """A related person with the findings and episodes that the same source holds about them."""

    name: str | None
    relationship: str
    sources: list[SourceAnswer]
    findings: list[Finding]
    service_episodes: list[ServiceEpisode]

    @classmethod
    def of(cls, rows: list[Row], answer: SourceAnswer, relationships: Relationships, today: date) -> Self:
        """From the records of one source about one person."""
        source, record = rows[0]
        named = [record for _, record in rows if isinstance(record, records.RelatedPerson)]
        return cls(
            name=next((record.name for record in named if record.name), None),
            relationship=about_whom(source, record.about, relationships),
            sources=[answer],
            findings=findings_of(rows, relationships),
            service_episodes=episodes_of(rows, relationships, today),
        )


def network_of(
    rows: Iterable[Row], answers: Mapping[SourceId, SourceAnswer], relationships: Relationships, today: date
) -> list[NetworkPerson]:
    """Everybody but the child, in the order the sources name them.

    Two sources' people are never taken for one: nothing here has matched them.
    """
    people: dict[tuple[SourceId, str], list[Row]] = {}
    for source, record in rows:
        if record.about.kind is not SubjectKind.CHILD:
            people.setdefault((source, record.about.key), []).append((source, record))
    return [NetworkPerson.of(told, answers[source], relationships, today) for (source, _), told in people.items()]


def findings_of(rows: Iterable[Row], relationships: Relationships) -> list[Finding]:
    """Findings among these records, newest first, those without a date last."""
    found = [(s, r) for s, r in rows if isinstance(r, records.Finding)]
    found.sort(key=lambda row: row[1].start or date.min, reverse=True)
    return [Finding.of(r, s, about_whom(s, r.about, relationships)) for s, r in found]


def episodes_of(rows: Iterable[Row], relationships: Relationships, today: date) -> list[ServiceEpisode]:
    """Episodes among these records: open ones first, then newest first, those without a date last."""
    worked = [
        ServiceEpisode.of(r, s, about_whom(s, r.about, relationships), today)
        for s, r in rows
        if isinstance(r, records.ServiceEpisode)
    ]
    return sorted(worked, key=lambda episode: (episode.open, episode.from_ or date.min), reverse=True)
