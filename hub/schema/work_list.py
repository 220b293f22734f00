"""What deserves a look, and what reviewers came to, as the schema shows them."""

from datetime import datetime
from enum import StrEnum
from typing import Self, TypeVar

import strawberry

from hub.domain import review
from hub.errors import BadInput
from hub.review import work_list as lines
from hub.reviewing import work_list as reviewing
from hub.schema.asking import Info
from hub.schema.codes import Purpose
from hub.schema.evidence import zoned
from hub.schema.paging import PageInfo, cursor_of, number_of, page_size

LINES_SHOWN = 20
_Code = TypeVar("_Code", bound=StrEnum)


@strawberry.type(description="Why a line stands on the list. Rules are explained in docs/reviewing.md.")
class ReviewFinding:
    """``hub.review.finding.Finding``."""

    rule: str
    reason: str
    priority: str
    entries: list[int] = strawberry.field(description="Indexes in the log that it rests on.")


@strawberry.type(description="What a reviewer came to. The latest stands.")
class ReviewVerdict:
    """``hub.domain.review.ReviewVerdict``."""

    judgement: str
    reason: str
    by: strawberry.ID
    at: datetime

    @classmethod
    def of(cls, verdict: review.ReviewVerdict) -> Self:
        """As the schema shows it."""
        return cls(
            judgement=verdict.judgement.value, reason=verdict.reason, by=strawberry.ID(verdict.by), at=verdict.at
        )


@strawberry.type(description="One enquiry, or one spell of somebody's, that deserves a look.")
class AuditWorkItem:
    """``hub.review.work_list.Item``."""

    id: strawberry.ID
    enquiry_id: strawberry.ID | None
    principal: str
    agency: str
    roles: list[str]
    purpose: Purpose | None
    since: datetime
    until: datetime
    priority: str
    score: float = strawberry.field(description="How much its findings weigh together, from 0 to 1.")
    waiting: bool = strawberry.field(
        description="Whether it has no verdict, or more came to light since the latest one."
    )
    findings: list[ReviewFinding]
    verdicts: list[ReviewVerdict]

    @classmethod
    def of(cls, item: lines.Item) -> Self:
        """As the schema shows it."""
        return cls(
            id=strawberry.ID(item.id),
            enquiry_id=strawberry.ID(item.enquiry_id) if item.enquiry_id else None,
            principal=item.principal,
            agency=item.agency,
            roles=list(item.roles),
            purpose=Purpose(item.purpose) if item.purpose else None,
            since=item.since,
            until=item.until,
            priority=item.priority.value,
            score=round(item.score, 3),
            waiting=item.verdict is None,
            findings=[
                ReviewFinding(
                    rule=one.rule.value, reason=one.reason, priority=one.priority.value, entries=list(one.entries)
                )
                for one in item.findings
            ],
            verdicts=[ReviewVerdict.of(one) for one in item.verdicts],
        )


@strawberry.type
class AuditWorkItemEdge:
    """One line and its cursor."""

    cursor: str
    node: AuditWorkItem


@strawberry.type(description="A month that is over, and the key its random sample was drawn by.")
class SampleKey:
    """With it anybody can draw the same sample."""

    month: str
    key: str


@strawberry.type
class AuditWorkItemConnection:
    """One page of the work list, the most pressing first."""

    edges: list[AuditWorkItemEdge]
    page_info: PageInfo
    total: int
    samples: list[SampleKey]

    @classmethod
    def of(cls, page: reviewing.WorkPage) -> Self:
        """As the schema shows it."""
        edges = [
            AuditWorkItemEdge(cursor=cursor_of(place), node=AuditWorkItem.of(item))
            for place, item in enumerate(page.items, page.after + 1)
        ]
        beyond = page.after + len(edges) < page.total
        return cls(
            edges=edges,
            page_info=PageInfo.of([edge.cursor for edge in edges], before=page.after > 0, beyond=beyond),
            total=page.total,
            samples=[SampleKey(month=month, key=key) for month, key in page.samples],
        )


@strawberry.input(
    description="Which lines. Everything given has to fit. Lines that wait for a verdict, unless settled is true, or "
    "judgement names the verdict that stands. 31 days back unless from and to say otherwise."
)
class AuditWorkFilter:
    """``hub.reviewing.work_list.WorkFilter`` as it is sent."""

    from_: datetime | None = strawberry.field(name="from", default=strawberry.UNSET)
    to: datetime | None = strawberry.UNSET
    rule: str | None = strawberry.UNSET
    priority: str | None = strawberry.UNSET
    principal: str | None = strawberry.UNSET
    agency: str | None = strawberry.UNSET
    purpose: Purpose | None = strawberry.UNSET
    judgement: str | None = strawberry.UNSET
    settled: bool | None = strawberry.field(default=False)

    def asked(self) -> reviewing.WorkFilter:
        """As the use case takes it. Raises BadInput."""
        return reviewing.WorkFilter(
            since=zoned(self.from_),
            until=zoned(self.to),
            rule=code_of(self.rule, review.Rule),
            priority=code_of(self.priority, review.Priority),
            principal=self.principal or None,
            agency=self.agency or None,
            purpose=self.purpose.value if self.purpose else None,
            judgement=code_of(self.judgement, review.Judgement),
            settled=self.settled,
        )


@strawberry.input(description="What you came to about one line, with a reason in words.")
class RecordVerdictInput:
    """``hub.reviewing.work_list.GiveVerdict`` as it is sent."""

    item: strawberry.ID
    judgement: str
    reason: str


async def audit_work_list(
    info: Info,
    first: int | None = strawberry.UNSET,
    after: str | None = strawberry.UNSET,
    filter: AuditWorkFilter | None = strawberry.UNSET,  # noqa: A002  as auditEntries names it
) -> AuditWorkItemConnection:
    """One page."""
    asking = info.context
    size = page_size(first if isinstance(first, int) else None, LINES_SHOWN)
    asked = filter.asked() if filter else reviewing.WorkFilter()
    page = await reviewing.work_page(asking.principal, asked, size, number_of(after) if after else 0, asking.services)
    return AuditWorkItemConnection.of(page)


async def record_verdict(info: Info, input: RecordVerdictInput) -> AuditWorkItem:  # noqa: A002  as its siblings
    """Record."""
    asking = info.context
    judgement = code_of(input.judgement, review.Judgement)
    if judgement is None:
        raise BadInput("Say what you came to.", ("judgement",))
    request = reviewing.GiveVerdict(input.item, judgement, input.reason)
    return AuditWorkItem.of(await reviewing.record_verdict(asking.principal, request, asking.services))


def code_of(text: str | None, codes: type[_Code]) -> _Code | None:
    """A code that is sent as text. Raises BadInput naming those there are."""
    if not text:
        return None
    try:
        return codes(text)
    except ValueError:
        raise BadInput(f"There is no such code. Give one of {', '.join(codes)}.", ("code-unknown",)) from None
