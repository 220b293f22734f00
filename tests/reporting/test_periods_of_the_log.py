"""A period holds every entry of it, however far the clocks of those who wrote the log were apart."""

import asyncio
from datetime import datetime, timedelta
from random import Random

import pytest
from reporting_hub import BEGAN, ReportingHub

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.reader import PAGE, AuditEntry, EntryQuery
from hub.audit_exports.formats import FORMATS
from hub.domain.acts import Action


async def written(hub: ReportingHub, minutes: int, count: int) -> None:
    """Entries whose writer's clock shows so many minutes after the beginning."""
    hub.clock.at = BEGAN + timedelta(minutes=minutes)
    first = hub.services.audit.size
    acts = (
        Act(action=Action.LIST_SOURCES, request_id=f"{first}-{one}", outcome=Outcome.DONE, policy_version="1")
        for one in range(count)
    )
    await asyncio.gather(*map(hub.services.audit.record, acts))


async def paged(hub: ReportingHub, query: EntryQuery, size: int, *, newest_first: bool) -> list[int]:
    """The indexes of all pages."""
    found, after, more = list[int](), None, True
    while more:
        page = await hub.services.audit.entries(query, size, after, newest_first=newest_first)
        found, after, more = [*found, *(one.index for one in page.entries)], page.through, page.has_next
    return found


def inside(entries: list[AuditEntry], since: datetime | None, until: datetime | None) -> list[int]:
    return [one.index for one in entries if (not since or one.at >= since) and (not until or one.at < until)]


@pytest.mark.parametrize("newest_first", [False, True])
async def test_a_period_is_exact_whatever_the_clocks_showed(hub: ReportingHub, *, newest_first: bool) -> None:
    random = Random(4)
    for _ in range(40):
        await written(hub, random.randrange(12), random.randrange(1, 4))
    entries, moments = await hub.evidence(), [BEGAN + timedelta(minutes=minutes) for minutes in range(-1, 14, 4)]
    for since in (None, *moments):
        for until in (None, *moments):
            told = await paged(hub, EntryQuery(since=since, until=until), 30, newest_first=newest_first)
            assert sorted(told) == inside(entries, since, until), (since, until)
            assert told == sorted(told, reverse=newest_first)


async def test_a_few_entries_of_a_clock_that_was_ahead_are_in_the_export_before_many_others(hub: ReportingHub) -> None:
    await written(hub, 9, 3)
    await written(hub, 1, PAGE + 20)
    since = (BEGAN + timedelta(minutes=1)).isoformat()
    _, body = await hub.exported(format="ocsf", **{"from": since})
    told = [FORMATS["ocsf"].index_of(line) for line in body.splitlines(keepends=True)]
    assert told == list(range(PAGE + 23))
    [first, *_] = await hub.evidence(since=BEGAN + timedelta(minutes=1))
    assert first.index == 0
