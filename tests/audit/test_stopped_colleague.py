"""Of several hubs that write one log, those that stopped get their open reads closed, and those that live do not."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from audit_samples import NOW, act, disclosure, question
from stored_leaves import StoredLeaves

from hub.audit.evidence import act_leaf
from hub.audit.leaf import read_leaf
from hub.audit.leaves import row_of
from hub.audit.log import AuditLog
from hub.audit.postgres_leaves import PostgresLeaves
from hub.audit.sequencer import Sequencer
from hub.errors import AuditUnavailable
from hub.keys import FileKeys

SCRIPT = Path(__file__).with_name("ask_for_ever.py")
Asking = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def url(fresh_database: str) -> str:
    return fresh_database


@pytest.fixture
def asking(url: str, keys: FileKeys, tmp_path: Path) -> Iterator[Asking]:
    """Start a hub that keeps two reads open, under names with this prefix."""
    started = []

    def start(prefix: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, SCRIPT, url, tmp_path / "keys.json", prefix]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        assert started[-1].stdout.readline() == b"asked\n"
        return started[-1]

    yield start
    for hub in started:
        hub.kill()
        hub.communicate()


def closed(stored: StoredLeaves) -> list[str]:
    """The reads that somebody else closed."""
    return [leaf["request_id"] for leaf in stored.leaves() if leaf["reasons"] == ["hub-stopped"]]


async def test_whoever_starts_closes_what_a_killed_hub_left_and_nothing_of_those_that_live(
    asking: Asking, url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    asking("a-")
    asking("b-").kill()
    asking("c-")
    stored.wait_until_so_many_write(2)
    for _ in range(2):
        log = await AuditLog.open(url, keys)
        assert closed(stored) == ["b-find", "b-view"]
        await log.close()
    stored.check()


async def test_where_nobody_starts_a_living_hub_closes_them(asking: Asking, stored: StoredLeaves) -> None:
    asking("a-")
    asking("b-").kill()
    while not closed(stored):
        stored.wait_until_so_many_write(1)
    assert closed(stored) == ["b-find", "b-view"]
    stored.check()


async def test_a_read_is_closed_however_much_others_wrote_since(
    asking: Asking, url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    asking("a-").kill()
    stored.wait_until_so_many_write(0)
    sequencer = Sequencer.open(PostgresLeaves(url), keys, None)
    with sequencer.turn():
        sequencer.append([row_of(act_leaf(act(f"later-{number}"), keys, NOW)) for number in range(50)])
    with sequencer.turn():
        intents, _ = sequencer.take_over(newest=10)
    sequencer.close()
    assert [read_leaf(one).request_id for one in intents] == ["a-find", "a-view"]


async def test_a_hub_that_lost_its_session_discloses_nothing_more_and_its_read_is_closed(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    losing, asked, told = await AuditLog.open(url, keys), question("lost"), question("told")
    async with losing.recording(told, "policy-1") as entry:
        entry.settle(disclosure(told))
    read = losing.recording(asked, "policy-1")
    (await read.__aenter__()).settle(disclosure(asked))
    end_every_session(stored)
    stored.wait_until_so_many_write(0)
    other = await AuditLog.open(url, keys)
    assert closed(stored) == ["lost"]
    assert losing.sealed is None, "it does not know yet"
    with pytest.raises(AuditUnavailable):
        await read.__aexit__(None, None, None)
    assert losing.sealed is not None
    assert [leaf["outcome"] for leaf in stored.leaves()] == ["asked", "disclosed", "asked", "failed"]
    assert await other.record(act("goes on")) == 4
    await losing.close()
    await other.close()


async def test_starting_waits_for_nobody_who_reads_the_whole_log(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    first = await AuditLog.open(url, keys)
    with stored.connection() as connection, connection.transaction():
        connection.execute("SELECT count(*) FROM audit_leaves")  # a backup, which keeps its lock until it ends
        second = await AuditLog.open(url, keys)
        assert [await log.record(act(name)) for name, log in (("one", first), ("two", second))] == [0, 1]
    await first.close()
    await second.close()


def end_every_session(stored: StoredLeaves) -> None:
    with stored.connection() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
