import asyncio
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from audit_samples import act
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.audit.reader import AuditReader, EntryQuery
from hub.errors import ConfigurationError, Unavailable
from hub.keys import FileKeys


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_second_process_on_one_log_in_sqlite_is_refused_and_told_why(
    log: AuditLog, url: str, tmp_path: Path
) -> None:
    await log.record(act("mine"))
    command = [sys.executable, Path(__file__).with_name("write_acts.py"), url, tmp_path / "keys.json"]
    second = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "ConfigurationError: Another process is writing" in second.stderr
    assert await log.record(act("still mine")) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_second_log_in_sqlite_in_the_same_process_is_refused_until_the_first_closes(
    url: str, keys: FileKeys
) -> None:
    first = await AuditLog.open(url, keys)
    with pytest.raises(ConfigurationError, match="Another process"):
        await AuditLog.open(url, keys)
    await first.record(act("first"))
    await first.close()
    second = await AuditLog.open(url, keys)
    assert second.size == 1
    assert await second.record(act("second")) == 1
    await second.close()


async def test_anybody_may_read_beside_the_writer(log: AuditLog, url: str, keys: FileKeys) -> None:
    await log.record(act("mine"))
    assert [entry.index for entry in (await AuditReader(url, keys).entries(EntryQuery())).entries] == [0]


async def test_an_opener_that_goes_away_does_not_keep_the_log(url: str, keys: FileKeys) -> None:
    opening = asyncio.create_task(AuditLog.open(url, keys))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for _ in range(100):
        try:
            log = await AuditLog.open(url, keys)
        except ConfigurationError:
            await asyncio.sleep(0.05)
        else:
            await log.close()
            return
    pytest.fail("the log stayed taken")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "audit.db",
        "mysql://CANARY@h/d",
        "sqlite://",
        "sqlite:////no/such/CANARY/a.db",
        "postgresql://u:CANARY@127.0.0.1:1/d",
    ],
)
async def test_a_log_that_cannot_be_opened_is_refused_without_repeating_its_url(bad: str, keys: FileKeys) -> None:
    with pytest.raises(ConfigurationError, match="audit log") as refused:
        await AuditLog.open(bad, keys)
    assert "CANARY" not in str(refused.value)


async def test_an_open_that_failed_does_not_keep_the_log(tmp_path: Path, keys: FileKeys) -> None:
    path = tmp_path / "audit.db"
    path.mkdir()
    with pytest.raises(ConfigurationError, match="SQLITE_CANTOPEN"):
        await AuditLog.open(f"sqlite:///{path}", keys)
    path.rmdir()
    log = await AuditLog.open(f"sqlite:///{path}", keys)
    assert await log.record(act()) == 0
    await log.close()


async def test_a_postgresql_that_forgets_in_a_crash_is_refused(fresh_database: str, keys: FileKeys) -> None:
    _set_fsync(fresh_database, "off")
    try:
        with pytest.raises(ConfigurationError, match="fsync off"):
            await AuditLog.open(fresh_database, keys)
    finally:
        _set_fsync(fresh_database, "on")
    log = await AuditLog.open(fresh_database, keys)
    await log.close()


async def test_a_log_that_is_not_there_cannot_be_read(tmp_path: Path, fresh_database: str, keys: FileKeys) -> None:
    for url in (f"sqlite:///{tmp_path}/none.db", fresh_database):
        with pytest.raises(Unavailable):
            await AuditReader(url, keys).entries(EntryQuery())
    assert not (tmp_path / "none.db").exists()


async def test_urls_that_name_a_driver_are_taken_as_the_store_takes_them(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    with_driver = url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+psycopg:")
    log = await AuditLog.open(with_driver, keys)
    await log.record(act())
    assert len((await log.entries(EntryQuery())).entries) == len(stored.leaves()) == 1
    await log.close()


def _set_fsync(url: str, setting: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"ALTER SYSTEM SET fsync = {setting}")
        server.execute("SELECT pg_reload_conf()")
        while server.execute("SHOW fsync").fetchone() != (setting,):
            time.sleep(0.01)
