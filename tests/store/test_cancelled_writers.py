"""A request that goes away in the midst of a transaction: the next writer gets through, and finds all or nothing."""

import gc
from collections.abc import Iterator

import pytest
from cut_short import Cut, cut_short
from sqlalchemy import select
from store_samples import enquiry

from hub.db.enquiries import EnquiryStore
from hub.db.store import Store, open_store
from hub.db.tables import enquiries
from hub.keys import FileKeys

MOST = 200  # steps of the event loop that one writing may take


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing is let go by luck: what a cancellation leaves behind in cycles stays."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.collect()


@pytest.mark.parametrize("connected", [False, True], ids=["that connects first", "that is connected"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "twice"])
@pytest.mark.parametrize("late", [False, True], ids=["waiting", "just answered"])
@pytest.mark.usefixtures("uncollected")
async def test_a_writer_cancelled_at_any_step_lets_the_next_one_through(
    url: str, store: Store, keys: FileKeys, *, connected: bool, times: int, late: bool
) -> None:
    for step in range(MOST):
        own = open_store(url)
        book = EnquiryStore(own, keys)
        if connected:
            async with own.engine.connect():
                pass
        one, key = enquiry(step), f"key-{step}"
        cut = await cut_short(book.open(one, key), Cut(step, times, late))
        assert await book.open(one, key) == one  # the same again: would wait for the row, were it still held
        assert await book.get(one.id) == one
        await own.close()
        if not cut:
            break
    assert step > 3  # a statement, its answer, the commit
    assert not cut
    assert len(await store.select(select(enquiries.c.id))) == step + 1
