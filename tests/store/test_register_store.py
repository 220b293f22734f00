"""The register keeps every version, one standing; changes take turns, are counted, and cannot be altered in secret."""

import asyncio
from datetime import timedelta

import pytest
from register_samples import NOW, SCHOOLS, S, registration, result
from sqlalchemy import select, update

from hub.db.partner_tables import conformance_results, registration_changes, registrations
from hub.db.register import RegisterStore, Stop
from hub.db.revision import revision
from hub.db.store import Store, open_store
from hub.domain.codes import Agency
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.domain.registrations import NEXT, Registration, RegistrationState, Side, suspensions
from hub.errors import Conflict, NotFound
from hub.keys import FileKeys, SealBroken

WAY = (S.SUBMITTED, S.TESTED, S.APPROVED, S.LIVE)


@pytest.fixture
def register(store: Store, keys: FileKeys) -> RegisterStore:
    return RegisterStore(store, keys)


async def move(register: RegisterStore, to: S, version: int = 1, **more: object) -> Registration:
    told = {"by": "user-2", "at": NOW, "reason": f"to {to}", "expecting": frozenset(S), **more}
    return await register.move(SCHOOLS, version, to, **told)


async def bring_live(register: RegisterStore, version: int = 1) -> None:
    await register.put(registration(version))
    for to in WAY:
        await move(register, to, version)


async def test_what_is_registered_comes_back_whole_and_the_newest_without_a_version(register: RegisterStore) -> None:
    await register.put(registration())
    await register.put(registration(3))
    await register.put(registration(source=SourceId("clinic")))
    assert await register.get(SCHOOLS, 1) == registration()
    assert await register.get(SCHOOLS) == registration(3)
    assert await register.get(SCHOOLS, 2) is None
    assert [one.reference for one in await register.all()] == ["clinic@1", "schools@1", "schools@3"]
    assert await register.standing() == ()


async def test_the_same_document_again_is_the_same_registration_however_far_it_has_come(
    register: RegisterStore,
) -> None:
    await bring_live(register)
    assert (await register.put(registration(registered_by="user-9"))).state is S.LIVE
    assert (await register.get(SCHOOLS)).registered_by == "user-1"
    assert len(await register.history(SCHOOLS)) == 5


async def test_another_document_under_a_version_that_there_is_changes_nothing(register: RegisterStore) -> None:
    await register.put(registration())
    other = registration(digest=digest(b"other"), manifest=b"other", registered_by="user-9")
    with pytest.raises(Conflict, match="higher version"):
        await register.put(other)
    with pytest.raises(Conflict):  # nor does a file take the place of what somebody registered
        await register.put(registration(digest=digest(b"other"), manifest=b"other", origin="file", state=S.LIVE))
    assert await register.all() == (registration(),)


async def test_a_file_takes_the_place_of_the_file_before_it_and_comes_back_after_it_went(
    register: RegisterStore,
) -> None:
    file = registration(origin="file", state=S.LIVE)
    await register.put(file)
    await register.put(file)
    changed = registration(origin="file", state=S.LIVE, digest=digest(b"other"), manifest=b"other")
    await register.put(changed)
    assert await register.standing() == (changed,)
    await move(register, S.RETIRED)
    assert await register.standing() == ()
    await register.put(changed)
    assert await register.standing() == (changed,)
    steps = [(one.before, one.after) for one in await register.history(SCHOOLS)]
    assert steps == [(None, S.LIVE), (S.LIVE, S.LIVE), (S.LIVE, S.RETIRED), (S.RETIRED, S.LIVE)]


async def test_one_version_stands_and_the_next_takes_its_place_at_once(register: RegisterStore) -> None:
    await bring_live(register)
    await move(register, S.SUSPENDED, stop=Stop(Side.OWNER))
    await bring_live(register, 2)
    assert [one.version for one in await register.standing()] == [2]
    assert (await register.get(SCHOOLS, 1)).state is S.RETIRED
    await register.put(registration(4, origin="file", state=S.LIVE))
    assert [one.version for one in await register.standing()] == [4]


async def test_the_history_tells_every_step_in_order_with_its_reason_and_side(register: RegisterStore) -> None:
    await bring_live(register)
    await move(register, S.SUSPENDED, stop=Stop(Side.GUARDIAN), reason="a breach", by="user-3")
    told = await register.history(SCHOOLS)
    assert [one.after for one in told] == [S.DRAFT, *WAY, S.SUSPENDED]
    assert [one.before for one in told] == [None, S.DRAFT, *WAY]
    assert (told[-1].by, told[-1].reason, told[-1].side) == ("user-3", "a breach", Side.GUARDIAN)
    assert suspensions(told) == {Side.GUARDIAN: 5}
    await move(register, S.LIVE)
    assert suspensions(await register.history(SCHOOLS)) == {}


async def test_each_side_lifts_its_own_suspension_and_a_new_version_lifts_none(register: RegisterStore) -> None:
    await bring_live(register)
    await move(register, S.SUSPENDED, stop=Stop(Side.OWNER))
    await move(register, S.SUSPENDED, stop=Stop(Side.GUARDIAN))
    await move(register, S.SUSPENDED, stop=Stop(Side.OWNER, lifted=True))
    assert suspensions(await register.history(SCHOOLS)) == {Side.GUARDIAN: 6}
    await move(register, S.RETIRED)
    assert suspensions(await register.history(SCHOOLS)) == {Side.GUARDIAN: 6}
    await bring_live(register, 2)
    assert suspensions(await register.history(SCHOOLS)) == {}


async def test_whoever_decided_on_a_history_that_went_on_meanwhile_is_told_so(register: RegisterStore) -> None:
    await bring_live(register)
    seen = len(await register.history(SCHOOLS))
    await move(register, S.SUSPENDED, stop=Stop(Side.OWNER), seen=seen)
    await move(register, S.SUSPENDED, stop=Stop(Side.GUARDIAN))
    with pytest.raises(Conflict, match="at the same moment"):
        await move(register, S.LIVE, seen=seen + 1)
    assert (await register.get(SCHOOLS)).state is S.SUSPENDED


@pytest.mark.parametrize("state", list(S))
async def test_a_version_goes_where_the_life_cycle_leads_and_nowhere_else(
    register: RegisterStore, store: Store, keys: FileKeys, state: S
) -> None:
    source = f"schools-{state.lower()}"
    for to in S:
        begun = registration(source=SourceId(f"{source}-{to.lower()}"), state=state, origin="file")
        await register.put(begun)
        told = {"by": "user-2", "at": NOW, "reason": "", "expecting": frozenset(S), "stop": Stop(Side.OWNER)}
        if to in NEXT[state]:
            assert (await register.move(begun.source, 1, to, **told)).state is to
        else:
            with pytest.raises(Conflict):
                await register.move(begun.source, 1, to, **told)
            assert (await register.get(begun.source)).state is state


async def test_a_state_that_is_not_expected_and_a_source_that_is_not_there_are_refused(
    register: RegisterStore, store: Store
) -> None:
    await register.put(registration())
    before = await revision(store)
    with pytest.raises(Conflict, match="is DRAFT now"):
        await move(register, S.RETIRED, expecting=frozenset({S.LIVE}))
    with pytest.raises(NotFound):
        await move(register, S.RETIRED, version=2)
    assert await revision(store) == before
    assert len(await register.history(SCHOOLS)) == 1


async def test_every_change_raises_the_revision(register: RegisterStore, store: Store) -> None:
    seen = [await revision(store)]
    await register.put(registration())
    seen.append(await revision(store))
    for to in WAY:
        await move(register, to)
        seen.append(await revision(store))
    assert len(set(seen)) == len(seen)
    assert seen == sorted(seen)


async def test_of_many_who_move_one_version_at_once_one_wins(register: RegisterStore, url: str, keys: FileKeys) -> None:
    await register.put(registration())
    stores = [open_store(url) for _ in range(2)]  # as other workers would
    books = [register, *(RegisterStore(one, keys) for one in stores)]
    moves = (
        books[n % 3].move(
            SCHOOLS, 1, S.SUBMITTED, by=f"user-{n}", at=NOW, reason="", expecting=frozenset({RegistrationState.DRAFT})
        )
        for n in range(12)
    )
    told = await asyncio.gather(*moves, return_exceptions=True)
    for one in stores:
        await one.close()
    assert sum(isinstance(one, Registration) for one in told) == 1
    assert sum(isinstance(one, Conflict) for one in told) == 11
    assert len(await register.history(SCHOOLS)) == 2


async def test_of_versions_that_go_live_at_once_one_stands(register: RegisterStore, url: str, keys: FileKeys) -> None:
    for version in range(1, 7):
        await register.put(registration(version))
        for to in WAY[:-1]:
            await move(register, to, version)
    other = open_store(url)
    books = (register, RegisterStore(other, keys))
    await asyncio.gather(*(move(books[version % 2], S.LIVE, version) for version in range(1, 7)))
    await other.close()
    states = [one.state for one in await register.all()]
    assert sorted(states) == [S.LIVE, *[S.RETIRED] * 5]


async def test_of_documents_registered_at_once_under_one_version_one_is_kept(
    register: RegisterStore, url: str, keys: FileKeys
) -> None:
    other = open_store(url)
    books = (register, RegisterStore(other, keys))
    drafts = [registration(digest=digest(b"%d" % n), manifest=b"%d" % n) for n in range(8)]
    told = await asyncio.gather(*(books[n % 2].put(one) for n, one in enumerate(drafts)), return_exceptions=True)
    await other.close()
    assert sum(isinstance(one, Registration) for one in told) == 1
    assert {type(one) for one in told} == {Registration, Conflict}


async def test_the_newest_result_of_a_version_counts(register: RegisterStore) -> None:
    assert await register.newest_result(SCHOOLS, 1) is None
    await register.keep_result(result(2, at=NOW + timedelta(days=1), passed=False))
    await register.keep_result(result(1))
    await register.keep_result(result(3, version=2, at=NOW + timedelta(days=2)))
    assert await register.newest_result(SCHOOLS, 1) == result(2, at=NOW + timedelta(days=1), passed=False)


@pytest.mark.parametrize("column", ["state", "digest", "agency", "origin", "registered_by", "changed_at", "sealed"])
async def test_a_registration_beside_anything_of_anothers_fails_loudly(
    register: RegisterStore, store: Store, column: str
) -> None:
    await register.put(registration(origin="file", state=S.SUSPENDED))
    other = registration(
        source=SourceId("clinic"),
        digest=digest(b"other"),
        agency=Agency.HEALTH,
        registered_by="user-9",
        changed_at=NOW + timedelta(days=1),
    )
    await register.put(other)
    theirs = select(registrations.c[column]).where(registrations.c.source == other.source).scalar_subquery()
    async with store.writing() as connection:
        mine = update(registrations).where(registrations.c.source == SCHOOLS)
        await connection.execute(mine.values({column: theirs}))
    with pytest.raises(SealBroken):
        await register.get(SCHOOLS)


@pytest.mark.parametrize("value", [{"outcome": "passed"}, {"digest": "another"}, {"version": 2}])
async def test_a_result_made_to_look_like_another_fails_loudly(
    register: RegisterStore, store: Store, value: dict[str, object]
) -> None:
    await register.keep_result(result(passed=False))
    async with store.writing() as connection:
        await connection.execute(update(conformance_results).values(value))
    with pytest.raises(SealBroken):
        await register.newest_result(SCHOOLS, 2 if "version" in value else 1)


async def test_a_suspension_made_to_look_like_somebody_elses_fails_loudly(
    register: RegisterStore, store: Store
) -> None:
    await register.put(registration(origin="file", state=S.SUSPENDED))
    async with store.writing() as connection:
        await connection.execute(update(registration_changes).values(by="user-9"))
    with pytest.raises(SealBroken):
        await register.history(SCHOOLS)


async def test_nothing_that_a_manifest_a_reason_or_a_report_says_stands_in_the_open(
    register: RegisterStore, store: Store
) -> None:
    await register.put(registration())
    await move(register, S.RETIRED, reason="CANARY REASON")
    await register.keep_result(result())
    for table in (registrations, registration_changes, conformance_results):
        (row, *_) = await store.select(select(table))
        stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        assert b"user-1" in stored
        assert b"CANARY" not in stored
