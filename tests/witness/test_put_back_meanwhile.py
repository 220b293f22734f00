"""What the hub's witnessing reads and writes while a log's database is put back, or closed."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from witnessed_hub import ORIGIN, Place, opened

from hub.audit.merkle import ProofBroken
from hub.audit.witnessed import Cosigned, WitnessedLog
from hub.errors import Unavailable
from hub.keys import FileKeys


@pytest.fixture
async def size(url: str, keys: FileKeys) -> int:
    """Of a log that nobody serves."""
    async with opened(Place(url, keys)) as hub:
        return await hub.act(3)


@contextmanager
def occupied(url: str) -> Iterator[None]:
    """Nobody else writes cosignatures."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as there:
            there.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url) as there:
            there.execute("LOCK TABLE audit_cosignatures")
            yield


def without_newest(url: str, table: str, column: str) -> None:
    statement = f"DELETE FROM {table} WHERE {column} = (SELECT max({column}) FROM {table})"  # noqa: S608 - our own names
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as there, there:
            there.execute(statement)
    else:
        with psycopg.connect(url) as there:
            there.execute(statement)


async def test_a_log_that_went_back_since_it_was_looked_at_is_not_taken_for_an_altered_one(url: str, size: int):
    log = WitnessedLog(url)
    for asked in (log.root(size + 1), log.consistency(size, size + 1)):
        with pytest.raises(Unavailable):  # look again: it is behind
            await asked


async def test_a_log_whose_entries_are_gone_and_its_checkpoint_is_not_was_altered(url: str, size: int):
    without_newest(url, "audit_leaves", "idx")
    log = WitnessedLog(url)
    for asked in (log.root(size), log.consistency(1, size)):
        with pytest.raises(ProofBroken):
            await asked


async def test_what_nobody_waits_for_any_more_is_kept_before_the_log_is_settled_and_never_after(url: str, size: int):
    log = WitnessedLog(url)
    with occupied(url):
        keeping = asyncio.create_task(log.keep(Cosigned(size, "a witness", "its line", 1, ORIGIN)))
        await asyncio.sleep(0)  # it has begun, in a thread that waits for the database
        keeping.cancel()
        await asyncio.wait({keeping})
        settling = asyncio.create_task(log.settle())
        await asyncio.sleep(0)
        assert not settling.done()
    await settling
    assert [one.line for one in (await log.standing()).cosigned] == ["its line"]
