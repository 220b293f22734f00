"""A period holds every entry of it, however far the clocks of those who wrote the log were apart."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from reporting_hub import BEGAN, ReportingHub

from hub.audit import sqlite_tables, stretch
from hub.audit.evidence import Act
from hub.audit.leaf import Outcome, timestamp
from hub.audit.reader import PAGE, AuditEntry, AuditReader, EntryQuery
from hub.audit_exports.formats import FORMATS
from hub.domain.acts import Action
from hub.keys import FileKeys


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
async def test_a_period_is_exact_whatever_the_clocks_showed(
    hub: ReportingHub, monkeypatch: pytest.MonkeyPatch, *, newest_first: bool
) -> None:
    monkeypatch.setattr(stretch, "NEAR", 25)  # so that in so small a log some pages are found near by, and some not
    random = Random(4)
    for _ in range(40):
        await written(hub, random.randrange(12), random.randrange(1, 4))
    entries, moments = await hub.evidence(), [BEGAN + timedelta(minutes=minutes) for minutes in range(-1, 14, 4)]
    for since in (None, *moments):
        for until in (None, *moments):
            told = await paged(hub, EntryQuery(since=since, until=until), 15, newest_first=newest_first)
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


_MANY, _FEW = 20_000, 300
_STEPS = 50  # of SQLite's machine, between two looks at how many it took


class Measured(sqlite3.Connection):
    """Counts how far SQLite's machine went, in all connections."""

    taken = 0

    def __init__(self, *where: Any, **how: Any) -> None:
        super().__init__(*where, **how)
        self.set_progress_handler(self._count, _STEPS)

    def _count(self) -> int:
        Measured.taken += _STEPS
        return 0


@pytest.fixture
def long_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AuditReader:
    """An entry a minute for two weeks, without contents, in SQLite, which is measured."""
    with closing(sqlite3.connect(tmp_path / "audit.db")) as log, log:
        log.executescript(sqlite_tables.TABLES)
        log.executemany(
            "INSERT INTO audit_leaves VALUES (?, ?, ?, 'act', 'view', 'p', NULL, NULL, 'done', ?, '', '', x'', x'')",
            ((one, timestamp(at_minute(one)), f"r{one}", f"e{one // 10}") for one in range(_MANY)),
        )
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Measured))
    return AuditReader(f"sqlite:///{tmp_path}/audit.db", FileKeys.create(tmp_path / "keys.json"))


def at_minute(minutes: int) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


@pytest.mark.parametrize("newest_first", [False, True])
async def test_no_page_of_a_short_period_walks_over_the_rest_of_the_log(
    long_log: AuditReader, *, newest_first: bool
) -> None:
    period = {"since": at_minute(_MANY - _FEW)} if newest_first else {"until": at_minute(_FEW)}
    after = None
    for pages_left in (1, 0):
        Measured.taken = 0
        page = await long_log.entries(EntryQuery(**period), _FEW - 50, after, newest_first=newest_first)
        assert (page.has_next, len(page.entries)) == (bool(pages_left), _FEW - 50 if pages_left else 50)
        assert Measured.taken < 2 * _MANY, "the whole log takes several steps an entry"
        after = page.through


@pytest.mark.parametrize(("query", "found"), [({}, 50), ({"enquiry": "e5"}, 10)])
async def test_a_long_period_costs_nothing_where_the_page_is_full_or_its_entries_are_known_without(
    long_log: AuditReader, query: dict[str, str], found: int
) -> None:
    for newest_first in (False, True):
        Measured.taken = 0
        asked = EntryQuery(since=BEGAN, until=at_minute(_MANY), **query)
        assert len((await long_log.entries(asked, 50, newest_first=newest_first)).entries) == found
        assert Measured.taken < _MANY // 2, "a look at all of the period takes several steps an entry"
