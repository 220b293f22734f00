"""Rows sealed with an old local key: counted by table, sealed again in the background, never lost."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update
from store_samples import NOW, decision, enquiry, link
from structlog.testing import capture_logs

from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.links import LinkStore
from hub.db.rewrapping import Rewrapping
from hub.db.sealed_rows import CONTEXTS, SealedRows, sealed_tables
from hub.db.secrets import SecretStore
from hub.db.store import Store, async_url
from hub.db.tables import enquiries, links, metadata
from hub.errors import Unavailable
from hub.keys import FileKeyProvider, FileKeys, SealBroken, rotate_keys

FILLED = {"enquiries": 3, "break_glass_reviews": 1, "links": 2, "match_decisions": 1}


@pytest.fixture
def rows(store: Store, keys: FileKeys) -> SealedRows:
    return SealedRows(store, keys, pause=0)


@pytest.fixture
async def filled(store: Store, keys: FileKeys, tmp_path: Path) -> None:
    """Rows of every kind, under a key that is former by now."""
    book = EnquiryStore(store, keys)
    for number in range(3):
        await book.open(enquiry(number), f"key-{number}")
    await book.break_glass("enquiry-1", NOW, NOW, "CANARY BREAK")
    await LinkStore(store, keys).put("subject", link("clinic"), "match", "user-1", NOW)
    await DecisionStore(store, keys).keep("subject", decision(), b"fingerprint")
    rotate_keys(tmp_path / "keys.json", "sealing")


async def seen(store: Store, keys: FileKeys) -> list[object]:
    book = EnquiryStore(store, keys)
    return [
        [await book.get(f"enquiry-{number}") for number in range(3)],
        await book.break_glass_reviews(),
        await LinkStore(store, keys).for_subject("subject"),
        await DecisionStore(store, keys).for_subject("subject"),
    ]


async def old(rows: SealedRows) -> dict[str, int]:
    return {table: count for table, count in (await rows.old_counts()).items() if count}


async def test_every_table_with_a_sealed_column_is_counted(rows: SealedRows) -> None:
    tables = {name for name, table in metadata.tables.items() if "sealed" in table.c and name != "partner_secrets"}
    assert set(await rows.old_counts()) == tables == {table.name for table in sealed_tables()}
    assert set(CONTEXTS) <= tables


@pytest.mark.usefixtures("filled")
async def test_old_rows_are_counted_and_sealed_again_with_nothing_changed(
    store: Store, keys: FileKeys, rows: SealedRows, tmp_path: Path
) -> None:
    before = await seen(store, keys)
    assert await old(rows) == FILLED
    assert {name: await rows.reseal(metadata.tables[name]) for name in FILLED} == FILLED
    assert await old(rows) == {}
    assert await seen(store, keys) == before
    alone = FileKeys.create(tmp_path / "alone.json")
    with pytest.raises(SealBroken):
        await seen(store, alone)


async def test_a_table_of_many_pages_is_walked_to_its_end(
    store: Store, keys: FileKeys, rows: SealedRows, tmp_path: Path
) -> None:
    book = LinkStore(store, keys)
    many = [(f"subject-{number // 3:04}", link(f"source-{number % 3}")) for number in range(1203)]
    async with store.writing() as connection:
        for subject, one in many:
            await book.put_within(connection, subject, one, "match", "user-1", NOW)
    rotate_keys(tmp_path / "keys.json", "sealing")
    assert await old(rows) == {"links": 1203}
    assert await rows.reseal(links) == 1203
    assert await old(rows) == {}
    assert len(await book.for_subject("subject-0400")) == 3


@pytest.mark.usefixtures("filled")
async def test_two_workers_at_once_seal_each_row_once(store: Store, keys: FileKeys, rows: SealedRows) -> None:
    other = SealedRows(store, keys, pause=0)
    done = await asyncio.gather(rows.reseal(enquiries), other.reseal(enquiries))
    assert sum(done) == 3
    assert await rows.reseal(enquiries) == 0


@pytest.mark.usefixtures("filled")
async def test_a_row_that_was_moved_stays_as_it_is_and_is_alarmed(
    store: Store, keys: FileKeys, rows: SealedRows
) -> None:
    (first,) = await store.select(select(enquiries).where(enquiries.c.id == "enquiry-0"))
    async with store.writing() as connection:
        await connection.execute(update(enquiries).where(enquiries.c.id == "enquiry-2").values(sealed=first.sealed))
    with capture_logs() as events:
        assert await rows.reseal(enquiries) == 2
    assert events[-1] == {"event": "row_moved_or_altered", "table": "enquiries", "log_level": "critical"}
    assert (await old(rows))["enquiries"] == 1
    assert await EnquiryStore(store, keys).get("enquiry-0") == enquiry(0)
    with pytest.raises(SealBroken):
        await EnquiryStore(store, keys).get("enquiry-2")


class _Meddled(FileKeys):
    """Keys under whose hands another worker changes the row that is being sealed."""

    url = ""

    def seal(self, plaintext: bytes, context: bytes) -> bytes:
        at = async_url(self.url)
        engine = create_engine(at.set(drivername=at.drivername.replace("+aiosqlite", "")))
        with engine.begin() as connection:
            connection.execute(update(enquiries).values(sealed=b"theirs"))
        engine.dispose()
        return super().seal(plaintext, context)


async def test_a_row_that_somebody_changes_meanwhile_stays_as_they_left_it(
    store: Store, keys: FileKeys, url: str, tmp_path: Path
) -> None:
    await EnquiryStore(store, keys).open(enquiry(), "key")
    rotate_keys(tmp_path / "keys.json", "sealing")
    meddled = _Meddled.read(tmp_path / "keys.json")
    meddled.url = url
    assert await SealedRows(store, meddled, pause=0).reseal(enquiries) == 0
    assert [bytes(row.sealed) for row in await store.select(select(enquiries.c.sealed))] == [b"theirs"]


class _Failing(FileKeyProvider):
    """A provider whose engine is away for a while."""

    away = True

    async def current(self) -> str:
        if self.away:
            raise Unavailable
        return await super().current()


@pytest.mark.usefixtures("filled")
async def test_the_background_work_waits_for_an_engine_that_is_away_and_then_does_all(
    store: Store, keys: FileKeys, rows: SealedRows, tmp_path: Path
) -> None:
    provider = _Failing(keys)
    secrets = SecretStore(store, provider)
    await secrets.put("school", "token", "a secret", "user-1", NOW)
    rotate_keys(tmp_path / "keys.json", "sealing")
    work = Rewrapping(secrets, rows, rest=0.01)
    with capture_logs() as events:
        work.start()
        async with asyncio.timeout(20):
            while not any(event["event"] == "rewrapping_waits" for event in events):  # noqa: ASYNC110  no other sign
                await asyncio.sleep(0.01)
            assert work.old == {}
            provider.away = False
            while not work.old or any(work.old.values()):  # noqa: ASYNC110  a count is all it shows
                await asyncio.sleep(0.01)
        await work.stop()
    told = {event["table"]: event["rows"] for event in events if event["event"] == "under_current_key"}
    assert told == {"partner_secrets": 1, **FILLED}
    assert await old(rows) == {}
    assert await secrets.old_count() == 0


@pytest.mark.usefixtures("filled")
async def test_work_that_was_stopped_goes_on_where_it_was(store: Store, keys: FileKeys, rows: SealedRows) -> None:
    secrets = SecretStore(store, FileKeyProvider(keys))
    for _ in range(5):
        work = Rewrapping(secrets, rows, rest=0)
        work.start()
        await asyncio.sleep(0)
        await work.stop()
    assert len(await EnquiryStore(store, keys).break_glass_reviews()) == 1
    await Rewrapping(secrets, rows).once()
    assert await old(rows) == {}
