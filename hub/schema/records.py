"""Records as the schema shows them, and whom each is about in words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Self

import strawberry

from hub.domain import records
from hub.domain.codes import SubjectKind
from hub.domain.handling import handling
from hub.domain.identifiers import SourceId
from hub.schema.codes import Tier

THE_CHILD = "the child"
_SOMEBODY = {SubjectKind.NETWORK_ADULT: "an adult around the child", SubjectKind.NETWORK_CHILD: "another child"}

Relationships = Mapping[tuple[SourceId, str], str]  # who somebody's key points at, where it was released

_HANDLING = "How it must be handled, in sentences: show them wherever the record is shown."
_ABOUT = 'Whom this is about: "the child", or who they are to the child ("mother", "an adult around the child").'


def about_whom(source: SourceId, about: records.About, relationships: Relationships) -> str:
    """Whom a record is about, in words. A flag on a step-parent must never read as a flag on the child."""
    if about.kind is SubjectKind.CHILD:
        return THE_CHILD
    return relationships.get((source, about.key)) or _SOMEBODY[about.kind]


def instant(at: datetime) -> datetime:
    """A moment that can be compared with any other; one without a zone is taken for UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@strawberry.type(description="A professional and how to reach them.")
class RelatedProfessional:
    """``hub.domain.records.RelatedProfessional``."""

    name: str | None
    role: str | None
    contact: str | None


@strawberry.type(description="A service works, or worked, with a person over a period.")
class ServiceEpisode:
    """``hub.domain.records.ServiceEpisode``."""

    source: str
    about: str = strawberry.field(description=_ABOUT)
    type: str
    label: str
    service: str
    organisation: str
    professionals: list[RelatedProfessional]
    from_: date | None = strawberry.field(name="from")
    to: date | None
    open: bool
    tier: Tier
    handling: list[str] = strawberry.field(description=_HANDLING)

    @classmethod
    def of(cls, record: records.ServiceEpisode, source: SourceId, about: str, today: date) -> Self:
        """As the schema shows it."""
        return cls(
            source=source,
            about=about,
            type=record.type,
            label=record.label,
            service=record.service,
            organisation=record.organisation,
            professionals=[
                RelatedProfessional(name=one.name, role=one.role, contact=one.contact) for one in record.professionals
            ],
            from_=record.start,
            to=record.end,
            open=record.end is None or record.end > today,
            tier=record.category.tier,
            handling=list(handling(record)),
        )


@strawberry.type(description="An observation or judgement: a flag, a registration, a risk level.")
class Finding:
    """``hub.domain.records.Finding``."""

    source: str
    about: str = strawberry.field(description=_ABOUT)
    type: str
    label: str
    from_: date | None = strawberry.field(name="from")
    to: date | None
    detail: str | None
    tier: Tier
    handling: list[str] = strawberry.field(description=_HANDLING)

    @classmethod
    def of(cls, record: records.Finding, source: SourceId, about: str) -> Self:
        """As the schema shows it."""
        return cls(
            source=source,
            about=about,
            type=record.type,
            label=record.label,
            from_=record.start,
            to=record.end,
            detail=record.detail,
            tier=record.category.tier,
            handling=list(handling(record)),
        )


@strawberry.type(description="Something that happened at a time.")
class LifeEvent:
    """``hub.domain.records.LifeEvent``."""

    source: str
    about: str = strawberry.field(description=_ABOUT)
    type: str
    label: str
    at: datetime
    detail: str | None
    tier: Tier
    handling: list[str] = strawberry.field(description=_HANDLING)

    @classmethod
    def of(cls, record: records.LifeEvent, source: SourceId, about: str) -> Self:
        """As the schema shows it."""
        return cls(
            source=source,
            about=about,
            type=record.type,
            label=record.label,
            at=record.at,
            detail=record.detail,
            tier=record.category.tier,
            handling=list(handling(record)),
        )
