import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import uvloop
from audit_samples import act
from stored_leaves import StoredLeaves

from hub.audit.leaves import conninfo, sqlite_path
from hub.audit.log import AuditLog
from hub.errors import AuditUnavailable, Conflict
from hub.keys import FileKeys


async def refused(log: AuditLog, request_id: str = "later") -> tuple[str, ...]:
    with pytest.raises(AuditUnavailable) as refusal:
        await log.record(act(request_id))
    return refusal.value.reasons


async def test_the_first_write_error_seals_the_log_for_good(
    log: AuditLog, stored: StoredLeaves, url: str, keys: FileKeys
) -> None:
    assert await log.record(act("before")) == 0
    assert log.sealed is None
    stored.drop()
    waiting = await asyncio.gather(*(log.record(act(f"r{n}")) for n in range(50)), return_exceptions=True)
    assert {type(one) for one in waiting} == {AuditUnavailable}
    assert log.sealed is not None
    assert log.sealed.startswith("The audit log could not be written. Look into why")
    assert "audit_leaves" not in log.sealed, "a database's own text can hold values"

    healed = StoredLeaves(url, keys)  # the fault goes away; the seal does not
    with healed.connection() as connection:
        connection.execute("CREATE TABLE audit_leaves (idx int)")
    with healed.locked():  # and nobody asks the database any more
        assert await refused(log) == ("audit-sealed",)


async def test_a_log_that_became_shorter_seals_instead_of_giving_its_indexes_again(
    log: AuditLog, stored: StoredLeaves
) -> None:
    for number in range(3):
        await log.record(act(f"r{number}"))
    with stored.connection() as connection:
        connection.execute("DELETE FROM audit_leaves WHERE idx = 2")
    assert await refused(log) == ("audit-sealed",)
    assert log.sealed is not None
    assert log.sealed.startswith("The audit log has lost leaves that were durable")
    assert len(stored.leaves()) == 2


async def test_a_full_queue_refuses_at_once_and_loses_nothing_that_was_in_it(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    log = await AuditLog.open(url, keys, queue_limit=3, patience=10)
    with stored.locked():
        waiting = [asyncio.create_task(log.record(act(f"r{n}"))) for n in range(3)]
        await asyncio.sleep(0.05)
        assert await refused(log) == ("audit-queue-full",)  # and not "audit-slow": it waited for nothing
    assert sorted(await asyncio.gather(*waiting)) == [0, 1, 2]
    assert await log.record(act("room again")) == 3
    await log.close()


async def test_a_writer_that_hangs_refuses_within_its_patience_and_the_leaf_still_gets_there(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    log = await AuditLog.open(url, keys, patience=0.2)
    with stored.locked():
        assert await refused(log, "slow") == ("audit-slow",)  # while the database is still held up
    await log.close()
    assert [leaf["request_id"] for leaf in stored.leaves()] == ["slow"]


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_a_loop_that_was_itself_held_up_does_not_take_that_for_a_hanging_writer(
    url: str, keys: FileKeys, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def hold_up() -> int:
        log = await AuditLog.open(url, keys, patience=0.1)
        recording = asyncio.create_task(log.record(act()))
        await asyncio.sleep(0)
        time.sleep(0.5)  # noqa: ASYNC251 - that is the point
        index = await recording
        await log.close()
        return index

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(hold_up()) == 0


async def test_waiters_that_go_away_do_not_lose_the_write(log: AuditLog, stored: StoredLeaves) -> None:
    with stored.locked():
        waiting = [asyncio.create_task(log.record(act(f"r{n}"))) for n in range(5)]
        await asyncio.sleep(0.05)
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert await log.record(act("last")) == 5
    assert [leaf["request_id"] for leaf in stored.leaves()] == ["r0", "r1", "r2", "r3", "r4", "last"]


async def test_a_retry_gets_the_first_index_and_a_contradiction_a_conflict(log: AuditLog, stored: StoredLeaves) -> None:
    assert await log.record(act("same")) == 0
    assert await log.record(act("other")) == 1
    assert await log.record(act("same")) == 0
    with pytest.raises(Conflict):
        await log.record(act("same", reasons=("another",)))
    assert await log.record(act("next")) == 2
    assert log.size == len(stored.leaves()) == 3
    stored.check()


async def test_repeats_within_one_group_are_told_apart_and_indexes_stay_dense(
    log: AuditLog, stored: StoredLeaves
) -> None:
    await log.record(act("r0"))
    with stored.locked():  # so that they are committed together
        acts = [act(f"r{n % 4}", reasons=("odd",) if n == 9 else ()) for n in range(12)]
        waiting = [asyncio.create_task(log.record(one)) for one in acts]
        await asyncio.sleep(0.05)
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers.pop(9), Conflict)
    assert answers == [0, 1, 2, 3, 0, 1, 2, 3, 0, 2, 3]
    assert await log.record(act("next")) == 4
    stored.check()


async def test_a_closed_log_writes_what_is_in_line_and_then_refuses(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    log = await AuditLog.open(url, keys)
    waiting = [asyncio.create_task(log.record(act(f"r{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await log.close()
    assert sorted(await asyncio.gather(*waiting)) == list(range(20))
    assert await refused(log) == ("audit-sealed",)
    await log.close()


async def test_a_lost_postgresql_session_seals(fresh_database: str, keys: FileKeys) -> None:
    log = await AuditLog.open(fresh_database, keys)
    await log.record(act("before"))
    with psycopg.connect(conninfo(fresh_database), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await refused(log) == ("audit-sealed",)
    assert log.sealed == (
        "The database of the audit log is gone, or ended this hub's session. See that it runs, then start the hub"
        " again. (AdminShutdown 57P01)"
    )
    assert not log.unsafe
    await log.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", ["removed", "replaced by a backup"])
async def test_a_log_whose_file_is_no_longer_the_one_written_seals(log: AuditLog, url: str, fault: str) -> None:
    await log.record(act("before"))
    {"removed": Path.unlink, "replaced by a backup": _replace}[fault](Path(sqlite_path(url)))
    assert await refused(log) == ("audit-sealed",)
    assert log.sealed is not None
    assert "moved or replaced" in log.sealed


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_file_that_may_not_grow_seals_and_loses_nothing_that_was_acknowledged(
    url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path
) -> None:
    command = [sys.executable, Path(__file__).with_name("write_acts.py"), url, tmp_path / "keys.json", "600000"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60, check=False)
    *acknowledged, last = done.stdout.split("\n")[:-1]
    assert last.startswith("sealed The audit log's storage gave an input or output error"), last
    assert done.returncode == os.EX_IOERR
    assert len(acknowledged) > 50
    again = await AuditLog.open(url, keys)
    leaves = stored.leaves()
    for line in acknowledged:
        index, request_id = line.split()
        assert leaves[int(index)]["request_id"] == request_id
    assert await again.record(act("there is room again")) == len(leaves)
    stored.check()
    await again.close()


def _replace(path: Path) -> None:
    backup = path.with_suffix(".backup")
    shutil.copy(path, backup)
    backup.replace(path)
