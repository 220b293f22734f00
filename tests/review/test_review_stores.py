"""Verdicts, flags and marks of staff, on both databases: sealed to their rows, keyed hashes alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import select, text, update

from hub.audit.subjects import kin_of
from hub.db.review_tables import review_verdicts
from hub.db.store import Store, open_store
from hub.db.upgrade import upgrade
from hub.db.verdicts import VerdictStore, verdict_context
from hub.db.watched import WatchStore
from hub.domain.review import Flag, FlagKind, Judgement, ReviewVerdict, Rule, StaffMarks
from hub.errors import NotFound
from hub.keys import FileKeys

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
VERDICT = ReviewVerdict(
    id="verdict-1",
    item="enquiry-1",
    enquiry_id="enquiry-1",
    principal="p-worker",
    judgement=Judgement.MISUSE_SUSPECTED,
    reason="CANARY she knows the family",
    by="p-auditor",
    at=NOW,
    rules=(Rule.SAME_SURNAME, Rule.NO_REFERRAL),
    through=17,
)


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    await asyncio.to_thread(upgrade, url)
    opened = open_store(url)
    yield opened
    await opened.close()


async def changed(store: Store, statement: str) -> None:
    async with store.writing() as connection:
        await connection.execute(text(statement))


async def test_a_verdict_comes_back_and_the_newest_is_last(store: Store, keys: FileKeys) -> None:
    verdicts = VerdictStore(store, keys)
    later = msgspec.structs.replace(VERDICT, id="a", at=NOW.replace(hour=6), judgement=Judgement.JUSTIFIED)
    await verdicts.keep(later)
    await verdicts.keep(VERDICT)
    assert await verdicts.by_item() == {"enquiry-1": [VERDICT, later]}


async def test_a_verdict_keeps_the_entries_of_its_line_and_one_from_before_opens_without(
    store: Store, keys: FileKeys
) -> None:
    verdicts = VerdictStore(store, keys)
    given = msgspec.structs.replace(VERDICT, item="person/p-worker/4", enquiry_id=None, entries=(2, 4, 17))
    await verdicts.keep(given)
    assert await verdicts.by_item() == {given.item: [given]}
    (row,) = await store.select(select(review_verdicts))
    before = keys.seal(msgspec.msgpack.encode((given.reason, given.rules)), verdict_context(row))
    async with store.writing() as connection:
        await connection.execute(update(review_verdicts).values(sealed=before))
    assert await verdicts.by_item() == {given.item: [msgspec.structs.replace(given, entries=())]}


async def test_an_altered_verdict_is_no_verdict(store: Store, keys: FileKeys) -> None:
    changes = (
        "judgement = 'justified'",
        "principal = 'p-other'",
        "through = 99",
        "item = 'else'",
        "\"by\" = 'p-worker'",
        "enquiry_id = 'else'",
    )
    verdicts = VerdictStore(store, keys)
    left = [msgspec.structs.replace(VERDICT, id=str(n), item=f"enquiry-{n}") for n in range(len(changes) + 1)]
    for verdict in left:
        await verdicts.keep(verdict)
    for change in changes:
        altered = left.pop(0)
        await changed(store, f"UPDATE review_verdicts SET {change} WHERE id = '{altered.id}'")  # noqa: S608 - our own words
        assert await verdicts.by_item() == {one.item: [one] for one in left}, change


async def test_a_flag_stands_until_it_is_lifted_and_opens_in_its_own_row_alone(store: Store, keys: FileKeys) -> None:
    watched = WatchStore(store, keys)
    flags = [Flag(str(n), FlagKind.COLLEAGUE, frozenset({f"hash-{n}"}), "p-auditor", NOW) for n in range(3)]
    for flag in flags:
        await watched.flag(flag)
    assert await watched.flags() == tuple(flags)
    await watched.lift("1", "p-dpo", NOW)
    await watched.lift("1", "p-else", NOW.replace(hour=9))
    await changed(store, "UPDATE person_flags SET kind = 'other' WHERE id = '2'")
    assert await watched.flags() == (flags[0],)
    with pytest.raises(NotFound):
        await watched.lift("9", "p-dpo", NOW)


async def test_staff_are_noted_anew_and_forgotten(store: Store, keys: FileKeys) -> None:
    watched = WatchStore(store, keys)
    nobody: frozenset[str] = frozenset()
    one = StaffMarks("p-one", frozenset({"a"}), frozenset({"b"}), frozenset({"c"}), frozenset({"d"}))
    two = StaffMarks("p-two", frozenset({"e"}), nobody, nobody, nobody)
    await watched.note_staff([one, two], "p-dpo", NOW)
    await watched.note_staff([msgspec.structs.replace(two, surnames=frozenset({"f"}))], "p-dpo", NOW)
    assert await watched.staff() == {"p-one": one, "p-two": msgspec.structs.replace(two, surnames=frozenset({"f"}))}
    await changed(store, "UPDATE staff_marks SET principal = 'p-else' WHERE principal = 'p-one'")
    assert set(await watched.staff()) == {"p-two"}
    assert await watched.forget_staff("p-two")
    assert not await watched.forget_staff("p-two")


def test_names_are_near_by_word_and_whole_and_particles_make_nobody_kin(keys: FileKeys) -> None:
    def near(one: str, other: str) -> tuple[bool, bool]:
        ours, theirs = kin_of([one], [], keys), kin_of([other], [], keys)
        return bool({*ours.surnames} & {*theirs.surnames}), bool({*ours.parts} & {*theirs.parts})

    assert near("O'Brien", "OBRIEN") == (True, True)
    assert near("Núñez", "Nunez") == (True, True)
    assert near("Smith-Jones", "Jones") == (False, True)
    assert near("Smith Jones", "Smith-Jones") == (True, True)
    assert near("van der Berg", "van der Meer") == (False, False)
    assert near("Ng", "Ng") == (True, True)
    assert near("Smith", "Smithson") == (False, False)


def test_a_postcode_is_near_however_it_is_written_and_no_fixed_abode_is_nobodys(keys: FileKeys) -> None:
    assert kin_of([], ["DE1 1AA"], keys) == kin_of([], ["de11aa"], keys)
    assert kin_of([], ["ZZ99 3VZ", None, ""], keys).postcodes == ()
