"""Several hubs, each a process, write one log in PostgreSQL in turns."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from audit_samples import act
from stored_leaves import StoredLeaves
from writing_hubs import WritingHub, writing_hubs

from hub.audit.log import AuditLog
from hub.audit.reader import AuditReader, EntryQuery
from hub.errors import AuditUnavailable, Conflict
from hub.keys import FileKeys

SESSION = """
SELECT wait_event, EXISTS (
    SELECT FROM pg_locks WHERE pid = session.pid AND locktype = 'advisory' AND objsubid = 1 AND granted
), state_change < clock_timestamp() - interval '0.1s'
FROM pg_stat_activity AS session WHERE application_name = %s
"""


@pytest.fixture
def url(fresh_database: str) -> str:
    return fresh_database


@pytest.fixture
def hubs(url: str, keys: FileKeys, tmp_path: Path) -> Iterator[list[WritingHub]]:
    """Three of them, writing."""
    with writing_hubs(3, url, tmp_path) as started:
        yield started


def check_acknowledged(hubs: list[WritingHub], stored: StoredLeaves) -> None:
    """The log is dense, every acknowledged leaf stands at its index, and no index was acknowledged twice."""
    stored.check()
    leaves = stored.leaves()
    acknowledged = [one for hub in hubs for one in hub.acknowledged()]
    assert [one for one in acknowledged if leaves[one[0]]["request_id"] != one[1]] == []
    assert len({index for index, _ in acknowledged}) == len(acknowledged)


def test_three_processes_write_one_dense_log_and_lose_nothing(hubs: list[WritingHub], stored: StoredLeaves) -> None:
    for _ in range(3):
        for hub in hubs:
            hub.wait_for_more(100)
    for hub in hubs:
        hub.kill()
    check_acknowledged(hubs, stored)
    writers = stored.writers()
    assert set(writers) == {1, 2, 3}
    assert sum(one != other for one, other in pairwise(writers)) > 20, "they took turns"


def test_one_killed_in_mid_flight_does_not_hold_up_the_others(hubs: list[WritingHub], stored: StoredLeaves) -> None:
    killed, *others = hubs
    killed.wait_for_more(100)
    killed.kill()
    for hub in others:
        hub.wait_for_more(200)
        hub.kill()
    check_acknowledged(hubs, stored)


def test_one_stopped_in_its_turn_loses_it_and_seals_and_the_others_go_on(
    hubs: list[WritingHub], stored: StoredLeaves
) -> None:
    stopped, *others = hubs
    with held_in_its_turn(stopped, stored):
        for hub in others:
            hub.wait_for_more(200)
    stopped.process.wait(30)
    assert stopped.lines()[-1].startswith("sealed The database of the audit log is gone")
    for hub in others:
        hub.wait_for_more(50)
        hub.kill()
    check_acknowledged(hubs, stored)


async def test_whoever_waits_for_a_stopped_writer_is_refused_in_time_and_nothing_seals(
    url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path
) -> None:
    log = await AuditLog.open(url, keys, patience=0.3)
    with writing_hubs(1, url, tmp_path) as [hub], held_in_its_turn(hub, stored):
        with pytest.raises(AuditUnavailable) as refusal:
            await asyncio.wait_for(log.record(act("in line")), 2)
        assert (refusal.value.reasons, log.sealed) == (("audit-slow",), None)
        hub.kill()
    while not await recorded(log, "next"):
        assert log.sealed is None
    assert [leaf["request_id"] for leaf in stored.leaves() if leaf["request_id"] in {"in line", "next"}] == [
        "in line",
        "next",
    ]
    await log.close()
    check_acknowledged([hub], stored)


async def test_a_retry_at_another_hub_gets_the_first_index_and_a_contradiction_a_conflict(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    one, other = await AuditLog.open(url, keys), await AuditLog.open(url, keys)
    assert await one.record(act("same")) == 0
    assert await other.record(act("another")) == 1
    assert await other.record(act("same")) == 0
    with pytest.raises(Conflict):
        await other.record(act("same", reasons=("else",)))
    at_once = [log.record(act(f"r{number}")) for number in range(50) for log in (one, other)]
    indexes = await asyncio.gather(*at_once)
    assert indexes[::2] == indexes[1::2]
    assert sorted(set(indexes)) == list(range(2, 52))
    assert [await log.record(act("last")) for log in (one, other)] == [52, 52]
    assert one.size == other.size == 53
    stored.check()
    await one.close()
    await other.close()


async def test_anybody_may_read_what_all_of_them_wrote(hubs: list[WritingHub], url: str, keys: FileKeys) -> None:
    for hub in hubs:
        hub.wait_for_more(20)
    page = (await AuditReader(url, keys).entries(EntryQuery(), 500, newest_first=True)).entries
    assert [entry.index for entry in page] == list(range(page[0].index, page[-1].index - 1, -1))
    assert len({entry.request_id.split("-")[0] for entry in page}) > 1


async def test_a_server_that_prefers_older_snapshots_is_not_followed(
    url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path
) -> None:
    with stored.connection() as connection:
        connection.execute("ALTER DATABASE hub_test SET default_transaction_isolation = 'serializable'")
    try:
        with writing_hubs(2, url, tmp_path) as hubs:
            for hub in hubs:
                hub.wait_for_more(300)
    finally:
        with stored.connection() as connection:
            connection.execute("ALTER DATABASE hub_test RESET default_transaction_isolation")
    check_acknowledged(hubs, stored)


async def recorded(log: AuditLog, request_id: str) -> bool:
    try:
        await log.record(act(request_id))
    except AuditUnavailable:
        return False
    return True


@contextmanager
def held_in_its_turn(hub: WritingHub, stored: StoredLeaves) -> Iterator[None]:
    """The hub is stopped at a moment when it has the log's lock, and goes on afterwards."""
    with stored.connection() as connection:
        hub.stop()
        while not has_the_lock(connection, hub.name):
            hub.go_on()
            hub.wait_for_more()
            hub.stop()
    yield
    hub.go_on()


def has_the_lock(connection: psycopg.Connection, name: str) -> bool:
    """Whether the session of a process that was stopped will keep the lock until somebody ends it."""
    while (found := connection.execute(SESSION, (name,)).fetchone()) is not None:
        waits_for, holds, long_enough = found
        if waits_for == "ClientRead" and long_enough:
            return holds
    return False
