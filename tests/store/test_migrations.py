import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from store_samples import enquiry

from hub.db.enquiries import EnquiryStore
from hub.db.sealed_rows import metadata
from hub.db.store import open_store
from hub.db.upgrade import downgrade, migrations, upgrade
from hub.keys import FileKeys


def test_the_migrated_schema_is_the_one_that_the_code_describes(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, metadata)

    assert _on(url, differences) == []


def test_down_leaves_nothing_and_up_again_makes_it_all(url: str) -> None:
    downgrade(url, "base")
    assert _tables(url) == {"alembic_version"}
    upgrade(url)
    assert _tables(url) == {"alembic_version", *metadata.tables}


def test_upgrading_twice_changes_nothing_and_keeps_the_rows(url: str, keys: FileKeys) -> None:
    async def work(*, again: bool) -> bool:
        store = open_store(url)
        book = EnquiryStore(store, keys)
        known = await book.get("enquiry-1") == enquiry()
        if not again:
            await book.open(enquiry(), "key")
        await store.close()
        return known

    assert not asyncio.run(work(again=False))
    upgrade(url)
    assert asyncio.run(work(again=True))


async def test_an_upgrade_runs_in_a_thread_beside_a_running_loop(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    store = open_store(empty_url)
    await store.close()


def test_an_upgrade_killed_after_any_statement_resumes(empty_url: str) -> None:
    script = Path(__file__).with_name("upgrade_killed_at.py")
    killed = 0
    for statement in range(1, 80, 5):
        done = subprocess.run([sys.executable, script, empty_url, str(statement)], capture_output=True, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr.decode()
        killed += 1
        assert _tables(empty_url) == set(), "half a migration was kept"
    else:
        pytest.fail("the upgrade never got to its end")
    assert killed >= 3
    upgrade(empty_url)
    assert _tables(empty_url) == {"alembic_version", *metadata.tables}


def test_two_upgrades_at_once_take_turns(empty_url: str) -> None:
    command = [sys.executable, "-c", f"from hub.db.upgrade import upgrade; upgrade({empty_url!r})"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    ended = [(one.communicate(timeout=60)[1], one.returncode) for one in running]
    assert [code for _, code in ended] == [0, 0, 0], ended
    assert _tables(empty_url) == {"alembic_version", *metadata.tables}


def test_the_migrations_are_found_from_a_checkout() -> None:
    assert (migrations() / "env.py").is_file()


def _tables(url: str) -> set[str]:
    return _on(url, lambda connection: set(inspect(connection).get_table_names()))


def _on(url: str, work: Callable[[Connection], Any]) -> Any:
    async def run() -> Any:
        store = open_store(url)
        async with store.engine.connect() as connection:
            found = await connection.run_sync(work)
        await store.close()
        return found

    return asyncio.run(run())
