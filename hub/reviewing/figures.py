"""Statistics over a period: for those who review access, small numbers among them."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from hub.domain.acts import Action
from hub.domain.principals import Principal
from hub.review.statistics import By, Figures, statistics
from hub.reviewing.grounds import period, reading, told_since
from hub.services import Services

_DAYS = 365  # where no period is given


class Statistics(NamedTuple):
    """Figures and the period they are of."""

    since: datetime
    until: datetime
    by: By
    figures: tuple[Figures, ...]


async def read_statistics(
    principal: Principal, since: datetime | None, until: datetime | None, by: By, services: Services
) -> Statistics:
    """Figures by agency, role or purpose. Raises AccessDenied, BadInput, AuditUnavailable, Unavailable."""
    async with reading(principal, Action.READ_STATISTICS, services) as done:
        done.naming(f"by:{by.value.lower()}")
        done.permitted(services.policies.authorise(principal, Action.READ_STATISTICS))
        begin, end = period(since, until, _DAYS, services)
        told = await told_since(begin, services)
        verdicts = await services.review.verdicts.by_item()
        figures = await asyncio.to_thread(statistics, told, verdicts, begin, end, by)
    return Statistics(begin, end, by, figures)
