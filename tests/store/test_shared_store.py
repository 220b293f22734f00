"""Several hubs share one store in PostgreSQL, each over connections of its own."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text, update
from store_samples import NOW, enquiry

from hub.db.enquiries import EnquiryStore
from hub.db.store import open_store
from hub.db.tables import enquiries
from hub.errors import Unavailable
from hub.keys import FileKeys


@pytest.fixture
def empty_url(fresh_database: str) -> str:
    return fresh_database


@pytest.fixture
def prefers_older_snapshots(empty_url: str) -> Iterator[None]:
    with psycopg.connect(empty_url, autocommit=True) as server:
        server.execute("ALTER DATABASE hub_test SET default_transaction_isolation = 'serializable'")
        yield
        server.execute("ALTER DATABASE hub_test RESET default_transaction_isolation")


@pytest.mark.slow
async def test_a_hub_that_stopped_in_a_transaction_holds_up_another_for_a_while_and_loses_it(
    url: str, keys: FileKeys
) -> None:
    stopped, other = open_store(url), open_store(url)
    book = EnquiryStore(other, keys)
    await book.open(enquiry(), "key")
    transaction = stopped.writing()
    await (await transaction.__aenter__()).execute(update(enquiries).values(urgency="GREEN"))
    with pytest.raises(Unavailable):
        await book.close("enquiry-1", NOW)
    while not await closed(book):
        pass
    with pytest.raises(Unavailable):
        await transaction.__aexit__(None, None, None)
    assert await book.get("enquiry-1") == enquiry(closed_at=NOW + timedelta(hours=1))
    await stopped.close()
    await other.close()


@pytest.mark.usefixtures("prefers_older_snapshots")
async def test_a_transaction_sees_what_was_committed_while_it_waited_whatever_the_server_prefers(url: str) -> None:
    store = open_store(url)
    async with store.writing() as connection:
        assert await connection.scalar(text("SHOW transaction_isolation")) == "read committed"
    await store.close()


async def closed(book: EnquiryStore) -> bool:
    try:
        await book.close("enquiry-1", NOW + timedelta(hours=1))
    except Unavailable:
        return False
    return True
