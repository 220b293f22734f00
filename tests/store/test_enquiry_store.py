import asyncio
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from store_samples import CANARIES, NOW, WHO, enquiry

from hub.db.enquiries import MOST_REVIEWS, EnquiryStore
from hub.db.store import Store, open_store
from hub.db.tables import break_glass_reviews, enquiries
from hub.domain.codes import PurposeCode, Urgency
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.errors import ConfigurationError, Conflict, NotFound, Unavailable
from hub.keys import FileKeys, SealBroken


@pytest.fixture
def book(store: Store, keys: FileKeys) -> EnquiryStore:
    return EnquiryStore(store, keys)


async def test_an_enquiry_comes_back_as_it_was_opened(book: EnquiryStore) -> None:
    assert await book.open(enquiry(), "key") == enquiry()
    assert await book.get("enquiry-1") == enquiry()
    assert await book.get("enquiry-2") is None


async def test_the_same_request_again_returns_the_first_enquiry(book: EnquiryStore) -> None:
    await book.open(enquiry(1), "key")
    later = enquiry(2, opened_at=NOW + timedelta(hours=1), expires_at=NOW + timedelta(days=2))
    assert await book.open(later, "key") == enquiry(1)
    assert await book.get("enquiry-2") is None


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "another"},
        {"purpose": PurposeCode.SCREEN},
        {"urgency": Urgency.GREEN},
        {"about": PersonReference(family_name="Quillfeather", birth_date=enquiry().about.birth_date)},
        {"referral_id": None},
        {"family_agreement": None},
    ],
)
async def test_one_key_for_other_content_is_a_conflict(book: EnquiryStore, change: dict[str, Any]) -> None:
    await book.open(enquiry(1), "key")
    with pytest.raises(Conflict) as refused:
        await book.open(enquiry(2, **change), "key")
    assert refused.value.reasons == ("idempotency-key-reused",)
    assert await book.get("enquiry-2") is None


async def test_two_people_may_use_the_same_key(book: EnquiryStore) -> None:
    other = Principal("user-2", "Oriole Other", WHO.agency, WHO.roles)
    await book.open(enquiry(1), "key")
    assert (await book.open(enquiry(2, opened_by=other), "key")).id == "enquiry-2"


async def test_twenty_openings_at_once_with_one_key_give_one_enquiry(
    book: EnquiryStore, url: str, keys: FileKeys, store: Store
) -> None:
    second = open_store(url)  # as another worker would
    books = (book, EnquiryStore(second, keys))
    opened = await asyncio.gather(*(books[n % 2].open(enquiry(n), "key") for n in range(20)))
    await second.close()
    assert len({one.id for one in opened}) == 1
    assert len(await store.select(select(enquiries.c.id))) == 1


async def test_closing_holds_from_the_first_time(book: EnquiryStore) -> None:
    await book.open(enquiry(), "key")
    closed = await book.close("enquiry-1", NOW + timedelta(hours=1))
    assert closed.closed_at == NOW + timedelta(hours=1)
    assert await book.close("enquiry-1", NOW + timedelta(hours=2)) == closed == await book.get("enquiry-1")
    with pytest.raises(NotFound):
        await book.close("enquiry-2", NOW)


async def test_broken_glass_is_granted_until_its_end_and_waits_for_review(book: EnquiryStore) -> None:
    await book.open(enquiry(), "key")
    until = NOW + timedelta(hours=1)
    broken = await book.break_glass("enquiry-1", until, NOW, "CANARY BREAK because")
    assert broken.broken_glass_until == until
    assert await book.get("enquiry-1") == broken
    (review,) = await book.break_glass_reviews()
    assert (review.enquiry_id, review.purpose, review.opened_by) == ("enquiry-1", PurposeCode.S47, "user-1")
    assert (review.at, review.until, review.reason) == (NOW, until, "CANARY BREAK because")

    settled = await book.mark_reviewed(review.id, "guardian-1", until)
    assert (settled.reviewed_by, settled.reviewed_at, settled.reason) == ("guardian-1", until, review.reason)
    assert await book.mark_reviewed(review.id, "guardian-2", until) == settled
    assert await book.break_glass_review(review.id) == settled
    assert await book.break_glass_reviews() == ()
    with pytest.raises(NotFound):
        await book.mark_reviewed("no-such-review", "guardian-1", until)
    assert await book.break_glass_review("no-such-review") is None


async def test_the_list_for_review_is_bounded_and_begins_with_the_oldest(book: EnquiryStore) -> None:
    await book.open(enquiry(), "key")
    for minute in reversed(range(MOST_REVIEWS + 1)):
        await book.break_glass("enquiry-1", NOW, NOW + timedelta(minutes=minute), "why")
    listed = [review.at for review in await book.break_glass_reviews()]
    assert listed == [NOW + timedelta(minutes=minute) for minute in range(MOST_REVIEWS)]


async def test_glass_is_not_broken_on_a_closed_or_unknown_enquiry_and_nothing_is_listed(book: EnquiryStore) -> None:
    await book.open(enquiry(), "key")
    await book.close("enquiry-1", NOW)
    with pytest.raises(Conflict):
        await book.break_glass("enquiry-1", NOW, NOW, "why")
    with pytest.raises(NotFound):
        await book.break_glass("enquiry-2", NOW, NOW, "why")
    assert await book.break_glass_reviews() == ()
    assert (await book.get("enquiry-1")).broken_glass_until is None


async def test_nothing_personal_stands_in_the_tables(book: EnquiryStore, store: Store) -> None:
    await book.open(enquiry(), "Zebedee Quillfeather's key")
    await book.break_glass("enquiry-1", NOW, NOW, "CANARY BREAK because")
    rows = [*await store.select(select(enquiries)), *await store.select(select(break_glass_reviews))]
    stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert b"enquiry-1" in stored
    assert [canary for canary in CANARIES if canary in stored] == []


@pytest.mark.parametrize("column", ["sealed", "purpose", "opened_by", "expires_at"])
async def test_a_blob_beside_another_rows_facts_fails_loudly(book: EnquiryStore, store: Store, column: str) -> None:
    await book.open(enquiry(1), "one")
    other = Principal("user-2", "Oriole Other", WHO.agency, WHO.roles)
    changes = {"opened_by": other, "purpose": PurposeCode.SCREEN, "expires_at": NOW + timedelta(days=9)}
    await book.open(enquiry(2, **changes), "two")
    theirs = select(enquiries.c[column]).where(enquiries.c.id == "enquiry-2").scalar_subquery()
    async with store.writing() as connection:
        await connection.execute(update(enquiries).where(enquiries.c.id == "enquiry-1").values({column: theirs}))
    with pytest.raises(SealBroken):
        await book.get("enquiry-1")
    assert await book.get("enquiry-2") is not None


async def test_a_break_glass_reason_moved_between_rows_fails_loudly(book: EnquiryStore, store: Store) -> None:
    await book.open(enquiry(), "key")
    for reason in ("first", "second"):
        await book.break_glass("enquiry-1", NOW, NOW, reason)
    one, other = await store.select(select(break_glass_reviews))
    async with store.writing() as connection:
        change = update(break_glass_reviews).where(break_glass_reviews.c.id == one.id)
        await connection.execute(change.values(sealed=other.sealed))
    with pytest.raises(SealBroken):
        await book.break_glass_reviews()


async def test_a_database_without_tables_is_unavailable_and_says_nothing_of_what_was_stored(
    empty_url: str, keys: FileKeys
) -> None:
    store = open_store(empty_url)
    book = EnquiryStore(store, keys)
    with pytest.raises(Unavailable) as reading:
        await book.get("enquiry-1")
    with pytest.raises(Unavailable) as writing:
        await book.open(enquiry(), "key")
    await store.close()
    for refused in (reading, writing):
        assert "enquiry-1" not in str(refused.value.__cause__)


async def test_a_moment_without_a_zone_is_never_stored(store: Store) -> None:
    row = {"id": "x", "enquiry_id": "x", "at": NOW.replace(tzinfo=None), "until": NOW, "sealed": b""}
    with pytest.raises(Unavailable):
        async with store.writing() as connection:
            await connection.execute(insert(break_glass_reviews), row)


@pytest.mark.parametrize("bad", ["", "nonsense", "mysql://u:CANARY@h/d", "sqlite://", "postgresql+psycopg2://:x:/"])
def test_a_store_that_is_no_store_is_refused_without_repeating_its_url(bad: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_store(bad)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
async def test_a_read_of_sqlite_is_far_below_a_millisecond(book: EnquiryStore) -> None:
    await book.open(enquiry(), "key")
    taken = []
    for _ in range(200):
        started = time.perf_counter()
        await book.get("enquiry-1")
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[100] < 0.001
