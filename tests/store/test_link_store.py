from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update
from store_samples import NOW, link

from hub.db.links import LinkStore
from hub.db.store import Store
from hub.db.tables import links
from hub.domain.identifiers import SourceId
from hub.keys import FileKeys, SealBroken


@pytest.fixture
def book(store: Store, keys: FileKeys) -> LinkStore:
    return LinkStore(store, keys)


async def test_links_come_back_for_their_subject_and_no_other(book: LinkStore) -> None:
    for source in ("social-care", "health"):
        await book.put("subject-a", link(source), "nhs-number", "user-1", NOW)
    await book.put("subject-b", link("health", "other"), "nhs-number", "user-1", NOW)
    assert await book.for_subject("subject-a") == (link("health"), link("social-care"))
    assert await book.for_subject("subject-b") == (link("health", "other"),)
    assert await book.for_subject("subject-c") == ()


async def test_putting_a_link_again_replaces_it(book: LinkStore, store: Store) -> None:
    for number in (1, 1, 2):
        at = NOW + timedelta(days=number)
        await book.put("subject-a", link(local_id=f"local-{number}"), "confirmed", f"user-{number}", at)
    assert await book.for_subject("subject-a") == (msgspec.structs.replace(link(local_id="local-2"), confirmed=True),)
    (row,) = await store.select(select(links))
    assert (row.how, row.confirmed_by, row.confirmed_at) == ("confirmed", "user-2", NOW + timedelta(days=2))


async def test_a_match_never_replaces_what_a_person_confirmed(book: LinkStore) -> None:
    await book.put("subject-a", link(local_id="confirmed-one"), "confirmed", "user-1", NOW)
    await book.put("subject-a", link(local_id="matched-one"), "exact-match", "user-2", NOW)
    await book.put("subject-b", link(local_id="matched-one"), "exact-match", "user-2", NOW)
    assert [one.local_id for one in await book.for_subject("subject-a")] == ["confirmed-one"]
    assert [one.local_id for one in await book.for_subject("subject-b")] == ["matched-one"]
    await book.remove("subject-a", SourceId("social-care"))
    await book.put("subject-a", link(local_id="matched-one"), "exact-match", "user-2", NOW)
    assert [one.confirmed for one in await book.for_subject("subject-a")] == [False]


async def test_a_removed_link_is_gone(book: LinkStore) -> None:
    await book.put("subject-a", link("health"), "nhs-number", "user-1", NOW)
    await book.put("subject-a", link("probation"), "nhs-number", "user-1", NOW)
    await book.remove("subject-a", SourceId("health"))
    await book.remove("subject-a", SourceId("health"))
    assert await book.for_subject("subject-a") == (link("probation"),)


async def test_local_identifiers_stand_in_no_column(book: LinkStore, store: Store) -> None:
    await book.put("subject-a", link(), "nhs-number", "user-1", NOW)
    (row,) = await store.select(select(links))
    stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
    assert b"CANARY" not in stored


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [(("subject-b", "health"), ("subject-a", "health")), (("subject-a", "probation"), ("subject-a", "health"))],
    ids=["another subject's", "another source's"],
)
async def test_a_link_moved_between_rows_fails_loudly(
    book: LinkStore, store: Store, theirs: tuple[str, str], mine: tuple[str, str]
) -> None:
    for subject, source in (mine, theirs):
        await book.put(subject, link(source), "nhs-number", "user-1", NOW)
    other = select(links.c.sealed).where(links.c.subject == theirs[0], links.c.source == theirs[1]).scalar_subquery()
    async with store.writing() as connection:
        change = update(links).where(links.c.subject == mine[0], links.c.source == mine[1])
        await connection.execute(change.values(sealed=other))
    with pytest.raises(SealBroken):
        await book.for_subject(mine[0])
