"""Statistics for those who review access, as the schema shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from hub.review import statistics
from hub.reviewing.figures import Statistics, read_statistics
from hub.schema.asking import Info
from hub.schema.evidence import zoned

By = Annotated[
    statistics.By,
    strawberry.enum(name="StatisticsBy", description="What figures are told apart by."),
]


@strawberry.type(description="How often something happened.")
class Tally:
    """A name and a number."""

    name: str
    count: int

    @classmethod
    def all(cls, counted: Mapping[Any, int]) -> list[Self]:
        """As the schema shows them."""
        return [cls(name=str(name), count=count) for name, count in counted.items()]


@strawberry.type(description="What one agency, role or purpose came to.")
class AuditFigures:
    """``hub.review.statistics.Figures``."""

    of: str
    enquiries: int
    people: int
    questions: int
    disclosures: int
    refusals: int
    refused_by: list[Tally]
    withheld_by: list[Tally]
    broken_glass: int
    glass_without_verdict: int
    verdicts: list[Tally]
    finds_without_view: int
    median_seconds: float | None = strawberry.field(description="From opening to the first answer.")
    small: bool = strawberry.field(
        description="So few people that a figure may point at one: not to be passed on as it is."
    )

    @classmethod
    def from_(cls, one: statistics.Figures) -> Self:
        """As the schema shows it."""
        return cls(
            of=one.of,
            enquiries=one.enquiries,
            people=one.people,
            questions=one.questions,
            disclosures=one.disclosures,
            refusals=one.refusals,
            refused_by=Tally.all(one.refused_by),
            withheld_by=Tally.all(one.withheld_by),
            broken_glass=one.broken_glass,
            glass_without_verdict=one.glass_without_verdict,
            verdicts=Tally.all(one.verdicts),
            finds_without_view=one.finds_without_view,
            median_seconds=one.median_seconds,
            small=one.small,
        )


@strawberry.type(description="Figures of a period. Small numbers are shown: keep them among those who review.")
class AuditStatistics:
    """``hub.reviewing.figures.Statistics``."""

    from_: datetime = strawberry.field(name="from")
    to: datetime
    by: By
    figures: list[AuditFigures]

    @classmethod
    def of(cls, told: Statistics) -> Self:
        """As the schema shows it."""
        return cls(
            from_=told.since, to=told.until, by=told.by, figures=[AuditFigures.from_(one) for one in told.figures]
        )


async def audit_statistics(
    info: Info,
    from_: Annotated[datetime | None, strawberry.argument(name="from")] = strawberry.UNSET,
    to: datetime | None = strawberry.UNSET,
    by: By = statistics.By.AGENCY,
) -> AuditStatistics:
    """Figures."""
    asking = info.context
    told = await read_statistics(asking.principal, zoned(from_), zoned(to), by, asking.services)
    return AuditStatistics.of(told)
