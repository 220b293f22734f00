"""Entries of the audit log as the schema shows them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Self

import strawberry

from hub.audit.reader import AuditEntry as LoggedEntry
from hub.audit.reader import EntryPage, EntryQuery
from hub.domain.codes import PurposeCode
from hub.domain.people import PersonReference
from hub.errors import BadInput
from hub.oversight import AuditSearch, numbered
from hub.schema.codes import AnswerState, Purpose
from hub.schema.enquiries import SubjectInput
from hub.schema.paging import PageInfo, cursor_of

ENTRIES_SHOWN = 50


@strawberry.input(
    description="Which entries. Everything given has to fit. requestId is what a partner's envelope names. subject and "
    "person name somebody: every entry of every enquiry that tells of them is found, however it was asked for."
)
class AuditFilter:
    """``AuditSearch`` as it is sent. ``subject`` is an NHS number or a UPN; only keyed hashes are looked for."""

    principal: str | None = strawberry.UNSET
    subject: str | None = strawberry.UNSET
    person: SubjectInput | None = strawberry.UNSET
    purpose: Purpose | None = strawberry.UNSET
    source: str | None = strawberry.UNSET
    from_: datetime | None = strawberry.field(name="from", default=strawberry.UNSET)
    to: datetime | None = strawberry.UNSET
    outcome: str | None = strawberry.UNSET
    request_id: str | None = strawberry.UNSET
    kind: str | None = strawberry.UNSET
    enquiry_id: strawberry.ID | None = strawberry.UNSET
    agency: str | None = strawberry.UNSET
    role: str | None = strawberry.UNSET


def search_of(wanted: AuditFilter | None) -> AuditSearch:
    """What is looked for in the log; everything where nothing was sent. Raises BadInput."""
    if not wanted:
        return AuditSearch()
    query = EntryQuery(
        principal=wanted.principal or None,
        purpose=wanted.purpose or None,
        source=wanted.source or None,
        since=zoned(wanted.from_),
        until=zoned(wanted.to),
        outcome=wanted.outcome or None,
        request_id=wanted.request_id or None,
        kind=wanted.kind or None,
        enquiry=wanted.enquiry_id or None,
        agency=wanted.agency or None,
        role=wanted.role or None,
    )
    if wanted.subject and wanted.person:
        raise BadInput("Name somebody once: as subject, or as person with all that you know of them.", ("subject",))
    return AuditSearch(query, _person(wanted))


@strawberry.type
class AuditedSource:
    """What became of one source: states, categories and counts; no content."""

    source: str
    state: AnswerState
    categories: list[str]
    record_count: int


@strawberry.type
class AuditEntry:
    """One durable fact."""

    index: int
    at: datetime
    kind: str
    request_id: str = strawberry.field(description="The same in every envelope that partners got for this question.")
    principal: str
    agency: str
    roles: list[str]
    purpose: Purpose | None
    enquiry_id: strawberry.ID | None
    outcome: str
    reasons: list[str]
    policy_version: str
    sources: list[AuditedSource]

    @classmethod
    def of(cls, entry: LoggedEntry) -> Self:
        """As the schema shows it."""
        return cls(
            index=entry.index,
            at=entry.at,
            kind=entry.kind,
            request_id=entry.request_id,
            principal=entry.principal,
            agency=entry.agency,
            roles=list(entry.roles),
            purpose=PurposeCode(entry.purpose) if entry.purpose else None,
            enquiry_id=strawberry.ID(entry.enquiry_id) if entry.enquiry_id else None,
            outcome=entry.outcome,
            reasons=list(entry.reasons),
            policy_version=entry.policy_version,
            sources=[
                AuditedSource(
                    source=one.source,
                    state=one.state,
                    categories=list(one.categories),
                    record_count=one.record_count,
                )
                for one in entry.sources
            ],
        )


@strawberry.type
class AuditEntryEdge:
    """One entry and its cursor."""

    cursor: str
    node: AuditEntry


@strawberry.type
class AuditEntryConnection:
    """One page of the log, newest first."""

    edges: list[AuditEntryEdge]
    page_info: PageInfo

    @classmethod
    def of(cls, page: EntryPage, after: int | None) -> Self:
        """As the schema shows it."""
        edges = [AuditEntryEdge(cursor=cursor_of(one.index), node=AuditEntry.of(one)) for one in page.entries]
        return cls(edges=edges, page_info=_page_info(edges, page, after))


def _page_info(edges: list[AuditEntryEdge], page: EntryPage, after: int | None) -> PageInfo:
    """The next page begins where reading ended, also where nothing that was read fits."""
    told = PageInfo.of([edge.cursor for edge in edges], before=after is not None, beyond=page.has_next)
    return replace(told, end_cursor=cursor_of(page.through)) if page.has_next and page.through is not None else told


def _person(wanted: AuditFilter) -> PersonReference | None:
    if wanted.subject:
        return numbered(wanted.subject)
    return wanted.person.reference() if wanted.person else None


def zoned(at: datetime | None) -> datetime | None:
    """A moment that has a zone. Raises BadInput where it has none, or where its UTC is no date."""
    if not at:
        return None
    try:
        zoned = at.astimezone(UTC) if at.tzinfo else None
    except (OverflowError, ValueError):
        zoned = None
    if zoned is None:
        raise BadInput("Give a time with its zone, for example 2026-11-02T09:00:00Z.", ("time-zone",))
    return zoned
