"""The people around the child, each once, with every source that knows them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Self

import strawberry

from hub.domain import records
from hub.domain.handling import handling
from hub.domain.identifiers import SourceId
from hub.domain.kinship import differ
from hub.domain.network import UNTOLD, Member, Together
from hub.domain.subjects import normal
from hub.schema.identity import Answers, SourcedText, side_by_side
from hub.schema.records import Finding, Relationships, ServiceEpisode, about_whom
from hub.schema.rows import Rows, SortedOut, said
from hub.schema.sources import Known, SourceAnswer

Named = tuple[SourceId, records.RelatedPerson]


@strawberry.type(description="What one source says somebody is to the child.")
class SourcedRelationship:
    """A relationship with where it comes from."""

    source: str
    relationship: str


@strawberry.type(description="Somebody around the child, with every source that knows them. Nothing is preferred.")
class NetworkPerson:
    """Records of several sources that ``hub.identity`` found to be about one person."""

    name: str | None = strawberry.field(description="As the sources give it; every way, where they differ.")
    relationship: str = strawberry.field(description="To the child; every way, where the sources differ.")
    sources: list[SourceAnswer]
    findings: list[Finding]
    service_episodes: list[ServiceEpisode]
    relationships: list[SourcedRelationship]
    names: list[SourcedText]
    birth_dates: list[SourcedText]
    conflicts: list[str] = strawberry.field(description="Where sources differ, each with what it says.")
    handling: list[str] = strawberry.field(description="How what sources say of them must be handled, in sentences.")
    joined_because: list[str] = strawberry.field(description="Why records of several sources stand together here.")
    possibly_same_as: list[str] = strawberry.field(
        description="Others around the child who may be the same person; never merged. Ask the sources."
    )

    @classmethod
    def of(cls, one: Together, rows: Rows, seen: "_Seen") -> Self:
        """From the records about one person."""
        told = rows.people
        sources = list(dict.fromkeys(source for source, _ in one.members))
        return cls(
            name=_each_way(told),
            relationship=about_whom(*one.members[0], seen.relationships),
            sources=[seen.answers[source] for source in sources],
            findings=findings_of(rows.findings, seen.relationships),
            service_episodes=episodes_of(rows.episodes, seen.relationships, seen.today),
            relationships=[
                SourcedRelationship(source=source, relationship=person.relationship)
                for source, person in told
                if person.relationship and person.relationship != UNTOLD
            ],
            names=[seen.sourced(source, person.name) for source, person in told if person.name],
            birth_dates=[
                seen.sourced(source, person.birth_date.isoformat()) for source, person in told if person.birth_date
            ],
            conflicts=list(_conflicts(told, seen.known)),
            handling=list(dict.fromkeys(sentence for _, person in told for sentence in handling(person))),
            joined_because=list(one.why),
            possibly_same_as=[seen.called[member] for member in one.possibly if member in seen.called],
        )


class _Seen:
    """What every person's entry is built with."""

    def __init__(
        self, told: SortedOut, answers: Answers, relationships: Relationships, known: Known, today: date
    ) -> None:
        self.answers, self.relationships, self.known, self.today = answers, relationships, known, today
        self.called: Mapping[Member, str] = {
            (source, person.about): _called(person, known[source].name) for source, person in told.everything.people
        }

    def sourced(self, source: SourceId, value: str) -> SourcedText:
        """A value as of when its source was asked."""
        return SourcedText(value=value, source=source, as_of=self.answers[source].as_of)


def network_of(
    told: SortedOut, answers: Answers, relationships: Relationships, known: Known, today: date
) -> list[NetworkPerson]:
    """Everybody but the child, each once, in the order the sources point at them."""
    seen = _Seen(told, answers, relationships, known, today)
    return [NetworkPerson.of(one, rows, seen) for one, rows in told.network]


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


def _called(person: records.RelatedPerson, source: str) -> str:
    """One source's own entry about somebody, in words that tell it from others."""
    who = " ".join(part for part in (said([person.relationship]), person.name or "(name not shown)") if part)
    return f"{who}, as {source} names them"


def _conflicts(told: Sequence[Named], known: Known) -> Iterable[str]:
    """A sentence for each thing on which two sources cannot both be right."""
    if any(differ(one.relationship, other.relationship) for (_, one), (_, other) in combinations(told, 2)):
        words = {source: person.relationship for source, person in told if person.relationship != UNTOLD}
        yield _differs("Relationship to the child", words, known)
    if len({_plain_name(person) for _, person in told if person.name}) > 1:
        yield _differs("Name", {source: person.name for source, person in told if person.name}, known)
    births = {source: person.birth_date.isoformat() for source, person in told if person.birth_date}
    if len(set(births.values())) > 1:
        yield _differs("Birth date", births, known)


def _differs(called: str, told: Mapping[SourceId, str], known: Known) -> str:
    return side_by_side(called, {source: [value] for source, value in told.items()}, known)


def _each_way(told: Iterable[Named]) -> str | None:
    """Every name that differs in more than case, spaces, accents or a title."""
    ways: dict[str, str] = {}
    for _, person in told:
        if person.name:
            ways.setdefault(_plain_name(person), person.name)
    return said(ways.values()) or None


def _plain_name(person: records.RelatedPerson) -> str:
    parts = [person.given_name, person.family_name]
    return normal("".join(part for part in parts if part) if all(parts) else person.name)
