import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from store_samples import CANARIES, NOW, decision, link

from hub.db.decisions import DecisionStore
from hub.db.links import LinkStore
from hub.db.store import Store, open_store
from hub.db.tables import links, match_decisions
from hub.domain.identifiers import SourceId
from hub.domain.matches import Decision
from hub.keys import FileKeys, SealBroken

CARE = SourceId("social-care")


@pytest.fixture
def book(store: Store, keys: FileKeys) -> DecisionStore:
    return DecisionStore(store, keys)


@pytest.fixture
def linked(store: Store, keys: FileKeys) -> LinkStore:
    return LinkStore(store, keys)


async def test_decisions_come_back_whole_for_their_subject_and_no_other(book: DecisionStore) -> None:
    health = decision("LOCAL-2", Decision.REJECTED, source=SourceId("health"))
    await book.keep("subject-a", decision(), b"print")
    await book.keep("subject-a", health, b"print")
    await book.keep("subject-b", decision("LOCAL-3"), b"print")
    assert await book.for_subject("subject-a") == (health, decision())
    assert await book.for_subject("subject-b") == (decision("LOCAL-3"),)
    assert await book.for_subject("subject-c") == ()


async def test_a_confirmation_makes_the_link_and_the_link_says_that_a_person_did(
    book: DecisionStore, linked: LinkStore, store: Store
) -> None:
    await linked.put("subject-a", link(local_id="automatic"), "exact-match", "user-9", NOW)
    await book.keep("subject-a", decision(), b"print")
    (kept,) = await linked.for_subject("subject-a")
    assert (kept.local_id, kept.fingerprint, kept.confirmed) == ("LOCAL-CANARY-1", b"print", True)
    (row,) = await store.select(select(links))
    assert (row.how, row.confirmed_by, row.confirmed_at) == ("confirmed", "user-1", NOW)


async def test_a_rejection_removes_the_link_to_that_person_and_no_other_link(
    book: DecisionStore, linked: LinkStore
) -> None:
    await linked.put("subject-a", link(local_id="same"), "exact-match", "user-9", NOW)
    await linked.put("subject-a", link("health", "same"), "exact-match", "user-9", NOW)
    await book.keep("subject-a", decision("another", Decision.REJECTED), b"")
    assert len(await linked.for_subject("subject-a")) == 2
    await book.keep("subject-a", decision("same", Decision.REJECTED), b"")
    assert [one.source for one in await linked.for_subject("subject-a")] == ["health"]


async def test_a_later_decision_about_the_same_person_replaces_the_earlier_each_way(
    book: DecisionStore, linked: LinkStore
) -> None:
    for days, decided in enumerate((Decision.CONFIRMED, Decision.REJECTED, Decision.CONFIRMED)):
        latest = decision(decided=decided, by=f"user-{days}", at=NOW + timedelta(days=days))
        await book.keep("subject-a", latest, b"print")
        assert await book.for_subject("subject-a") == (latest,)
        assert bool(await linked.for_subject("subject-a")) == (decided is Decision.CONFIRMED)


async def test_one_confirmation_stands_at_a_source_and_rejections_stay(book: DecisionStore, linked: LinkStore) -> None:
    rejected = decision("other", Decision.REJECTED)
    await book.keep("subject-a", rejected, b"")
    await book.keep("subject-a", decision("first"), b"one")
    await book.keep("subject-a", decision("second"), b"two")
    assert {(one.local_id, one.decision) for one in await book.for_subject("subject-a")} == {
        ("other", Decision.REJECTED),
        ("second", Decision.CONFIRMED),
    }
    (kept,) = await linked.for_subject("subject-a")
    assert (kept.local_id, kept.fingerprint) == ("second", b"two")


async def test_people_who_decide_at_once_leave_one_link_that_fits_the_decisions(
    book: DecisionStore, linked: LinkStore, url: str, keys: FileKeys
) -> None:
    second = open_store(url)  # as another worker would
    books = (book, DecisionStore(second, keys))
    kinds = (Decision.CONFIRMED, Decision.REJECTED, Decision.CONFIRMED)
    await asyncio.gather(
        *(
            books[n % 2].keep("subject-a", decision(f"local-{n % 4}", kinds[n % 3], by=f"user-{n}"), b"print")
            for n in range(24)
        )
    )
    await second.close()
    standing = {one.local_id for one in await book.for_subject("subject-a") if one.decision is Decision.CONFIRMED}
    assert {one.local_id for one in await linked.for_subject("subject-a")} == standing
    assert len(standing) <= 1


async def test_where_the_link_cannot_be_changed_the_decision_is_not_kept(book: DecisionStore, store: Store) -> None:
    await book.keep("subject-a", decision("first"), b"one")
    async with store.writing() as connection:
        await connection.execute(update(links).values(sealed=b"spoilt"))
    with pytest.raises(SealBroken):
        await book.keep("subject-a", decision("first", Decision.REJECTED), b"")
    assert await book.for_subject("subject-a") == (decision("first"),)


async def test_nothing_personal_stands_in_the_table(book: DecisionStore, store: Store) -> None:
    await book.keep("subject-a", decision(), b"print")
    (row,) = await store.select(select(match_decisions))
    stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert b"user-1" in stored
    assert [one for one in (*CANARIES, b"LOCAL-CANARY", b"SEEN-CANARY", b"enquiry-1") if one in stored] == []


async def test_the_column_that_tells_pairs_apart_does_not_tell_that_two_subjects_share_one(
    book: DecisionStore, store: Store
) -> None:
    for subject in ("subject-a", "subject-b"):
        await book.keep(subject, decision(), b"print")
    one, other = await store.select(select(match_decisions.c.pair))
    assert one.pair != other.pair


@pytest.mark.parametrize("column", ["sealed", "decision", "decided_by", "at"])
async def test_a_blob_beside_another_rows_facts_fails_loudly(book: DecisionStore, store: Store, column: str) -> None:
    await book.keep("subject-a", decision(), b"print")
    later = decision("other", Decision.REJECTED, by="user-2", at=NOW + timedelta(days=1))
    await book.keep("subject-b", later, b"")
    theirs = select(match_decisions.c[column]).where(match_decisions.c.subject == "subject-b").scalar_subquery()
    async with store.writing() as connection:
        change = update(match_decisions).where(match_decisions.c.subject == "subject-a")
        await connection.execute(change.values({column: theirs}))
    with pytest.raises(SealBroken):
        await book.for_subject("subject-a")


async def test_a_match_made_to_look_like_a_confirmation_fails_loudly(linked: LinkStore, store: Store) -> None:
    await linked.put("subject-a", link(), "exact-match", "user-1", NOW)
    async with store.writing() as connection:
        await connection.execute(update(links).values(how="confirmed"))
    with pytest.raises(SealBroken):
        await linked.for_subject("subject-a")
