"""The line of requests: who holds what follows from the rows and the time alone, on both engines."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from hub.db.bells import open_bell
from hub.db.exchange import Claimed, ExchangeStore
from hub.db.partner_tables import exchange_requests
from hub.db.store import Store
from hub.domain.identifiers import SourceId
from hub.errors import HubError, NotFound, TooManyRequests
from hub.keys import FileKeys, SealBroken

SCHOOL, CLINIC = SourceId("school"), SourceId("clinic")
LONG, SHORT = 30.0, 0.05


async def claimed(
    line: ExchangeStore, client: str = "agent", most: int = 1, lease: float = LONG
) -> tuple[Claimed, ...]:
    return await line.claim(SCHOOL, client, most, lease)


async def claimed_again(line: ExchangeStore, client: str = "agent") -> Claimed:
    """What is free once a lease has ended."""
    async with asyncio.timeout(10):
        while not (found := await claimed(line, client)):  # noqa: ASYNC110 - time passes; nothing rings
            await asyncio.sleep(0.01)
    return found[0]


async def refusal(doing) -> str:
    with pytest.raises(HubError) as refused:
        await doing
    return refused.value.reasons[0]


async def rows(store: Store) -> int:
    return (await store.select(select(func.count()).select_from(exchange_requests)))[0][0]


async def test_a_request_is_claimed_once_answered_once_and_collected_once(line: ExchangeStore, store: Store) -> None:
    await line.put(SCHOOL, "r1", b"who is Ada?", LONG, 9)
    (one,) = await claimed(line, "agent-1", most=5)
    assert (one.id, one.asked) == ("r1", b"who is Ada?")
    assert 0 < one.lease_seconds <= one.expires_in <= LONG
    assert await claimed(line, "agent-2") == ()
    assert await line.collect("r1") is None
    assert await line.held(SCHOOL, "r1", "agent-1", one.lease) == b"who is Ada?"
    await line.answer(SCHOOL, "r1", "agent-1", one.lease, b"a pupil")
    assert await refusal(line.answer(SCHOOL, "r1", "agent-1", one.lease, b"another")) == "request-answered"
    assert await claimed(line, "agent-2") == ()
    assert await line.collect("r1") == b"a pupil"
    assert await line.collect("r1") is None
    assert await refusal(line.answer(SCHOOL, "r1", "agent-1", one.lease, b"another")) == "no-such-request"
    assert await rows(store) == 0


async def test_the_oldest_go_first_and_only_those_of_the_source(line: ExchangeStore) -> None:
    for name in ("r1", "r2", "r3"):
        await line.put(SCHOOL, name, name.encode(), LONG, 9)
    await line.put(CLINIC, "c1", b"c1", LONG, 9)
    assert [one.id for one in await claimed(line, most=2)] == ["r1", "r2"]
    assert [one.id for one in await claimed(line, most=2)] == ["r3"]


async def test_a_lease_that_has_ended_is_worth_nothing_and_the_next_one_everything(line: ExchangeStore) -> None:
    await line.put(SCHOOL, "r1", b"asked", LONG, 9)
    (slow,) = await claimed(line, "slow", lease=SHORT)
    quick = await claimed_again(line, "quick")
    for doing in (
        line.answer(SCHOOL, "r1", "slow", slow.lease, b"late"),
        line.renew(SCHOOL, "r1", "slow", slow.lease, LONG),
        line.held(SCHOOL, "r1", "slow", slow.lease),
    ):
        assert await refusal(doing) == "lease-lost"
    await line.answer(SCHOOL, "r1", "quick", quick.lease, b"in time")
    assert await line.collect("r1") == b"in time"


async def test_a_lease_is_good_for_its_own_claim_client_and_source_alone(line: ExchangeStore) -> None:
    await line.put(SCHOOL, "r1", b"one", LONG, 9)
    await line.put(SCHOOL, "r2", b"two", LONG, 9)
    (first,), (second,) = await claimed(line), await claimed(line)
    assert await refusal(line.answer(SCHOOL, "r2", "agent", first.lease, b"x")) == "lease-lost"
    assert await refusal(line.answer(SCHOOL, "r1", "somebody", first.lease, b"x")) == "lease-lost"
    assert await refusal(line.answer(CLINIC, "r2", "agent", second.lease, b"x")) == "no-such-request"
    assert await line.collect("r1") is None


async def test_a_renewed_lease_outlasts_its_first_end(line: ExchangeStore) -> None:
    await line.put(SCHOOL, "r1", b"asked", LONG, 9)
    (one,) = await claimed(line, lease=1.0)
    assert 1.0 < await line.renew(SCHOOL, "r1", "agent", one.lease, LONG) <= LONG
    await asyncio.sleep(1.05)
    assert await claimed(line, "another") == ()
    await line.answer(SCHOOL, "r1", "agent", one.lease, b"answer")


async def test_what_has_expired_is_not_handed_out_nor_answered(line: ExchangeStore, store: Store) -> None:
    await line.put(SCHOOL, "r1", b"asked", 0.2, 9)
    (one,) = await claimed(line)
    await line.put(SCHOOL, "r2", b"asked", SHORT, 9)
    await asyncio.sleep(0.25)
    assert await claimed(line) == ()
    assert await refusal(line.answer(SCHOOL, "r1", "agent", one.lease, b"late")) == "request-expired"
    assert await line.collect("r1") is None
    await line.put(SCHOOL, "r3", b"asked", LONG, 1)  # what expired is no longer in line


async def test_a_withdrawn_request_is_gone_and_says_whether_it_was_claimed(line: ExchangeStore, store: Store) -> None:
    await line.put(SCHOOL, "r1", b"asked", LONG, 9)
    await line.put(SCHOOL, "r2", b"asked", LONG, 9)
    (one,) = await claimed(line)
    assert [await line.withdraw(name) for name in ("r1", "r2", "r1")] == [True, False, False]
    assert await refusal(line.answer(SCHOOL, "r1", "agent", one.lease, b"late")) == "no-such-request"
    assert await rows(store) == 0


async def test_a_full_line_takes_no_more_and_takes_again_when_one_is_answered(line: ExchangeStore) -> None:
    for name in ("r1", "r2"):
        await line.put(SCHOOL, name, b"asked", LONG, 2)
    with pytest.raises(TooManyRequests):
        await line.put(SCHOOL, "r3", b"asked", LONG, 2)
    await line.put(CLINIC, "c1", b"asked", LONG, 2)
    (one,) = await claimed(line)
    with pytest.raises(TooManyRequests):  # one that is held is still in line
        await line.put(SCHOOL, "r3", b"asked", LONG, 2)
    await line.answer(SCHOOL, one.id, "agent", one.lease, b"answer")
    await line.put(SCHOOL, "r3", b"asked", LONG, 2)


async def test_what_was_given_back_is_free_at_once(line: ExchangeStore) -> None:
    await line.put(SCHOOL, "r1", b"asked", LONG, 9)
    lost = await claimed(line, "gone")
    await line.give_back(SCHOOL, "gone", lost)
    (one,) = await claimed(line, "there")
    assert await refusal(line.answer(SCHOOL, "r1", "gone", lost[0].lease, b"x")) == "lease-lost"
    await line.give_back(SCHOOL, "gone", lost)  # too late: it is somebody else's
    await line.answer(SCHOOL, "r1", "there", one.lease, b"answer")


async def test_content_stands_sealed_and_opens_in_its_own_row_only(line: ExchangeStore, store: Store) -> None:
    await line.put(SCHOOL, "r1", b"who is Ada?", LONG, 9)
    await line.put(SCHOOL, "r2", b"who is Bea?", LONG, 9)
    first, _ = await claimed(line, most=2)
    await line.answer(SCHOOL, "r1", "agent", first.lease, b"Ada is a pupil")
    stored = await store.select(select(exchange_requests))
    assert not any(b"Ada" in bytes(value) for row in stored for value in (row.sealed, row.answer or b""))
    assert not any(first.lease in str(row) for row in stored)
    answered = next(row for row in stored if row.id == "r1")
    table = exchange_requests
    async with store.writing() as connection:  # the answer of r1 laid into r2
        moved = {"answered_at": answered.answered_at, "answer": answered.answer, "lease": answered.lease}
        await connection.execute(update(table).where(table.c.id == "r2").values(moved))
    with pytest.raises(SealBroken):
        await line.collect("r2")


async def test_what_expired_long_ago_is_erased_by_whoever_comes_next(line: ExchangeStore, store: Store) -> None:
    await line.put(SCHOOL, "r1", b"asked", LONG, 9)
    table = exchange_requests
    async with store.writing() as connection:
        (row,) = (await connection.execute(select(table))).all()
        await connection.execute(update(table).values(expires_at=row.created_at - timedelta(minutes=2)))
    line._tidied = float("-inf")
    await line.put(SCHOOL, "r2", b"asked", LONG, 9)
    assert [row.id for row in await store.select(select(table))] == ["r2"]


async def test_the_bell_wakes_whoever_waits_here_and_in_another_worker(
    url: str, line: ExchangeStore, store: Store, keys: FileKeys
) -> None:
    async with open_bell(url) as bell:
        other = ExchangeStore(store, keys, bell)
        with line.waiting(SCHOOL) as here, other.waiting(SCHOOL) as there:
            for number in range(20):  # the other worker may not listen yet
                await line.put(SCHOOL, f"r{number}", b"asked", LONG, 99)
                assert await here.heard(10)
                if url.startswith("sqlite") or await there.heard(0.5):
                    break
            else:
                raise AssertionError("the other worker heard nothing")


async def test_one_put_wakes_one_waiter_and_a_ring_left_unheard_goes_to_the_next(line: ExchangeStore) -> None:
    with line.waiting(SCHOOL) as second:
        with line.waiting(SCHOOL) as first:
            await line.put(SCHOOL, "r1", b"asked", LONG, 9)
            assert [first.rung, second.rung].count(True) == 1
            await line.put(SCHOOL, "r2", b"asked", LONG, 9)
            assert first.rung
            assert second.rung
            assert await second.heard(1)
        assert await second.heard(1), "what the first left unheard"
        assert not await second.heard(0)


async def test_competing_claimers_never_share_a_request(line: ExchangeStore) -> None:
    names = {f"r{number}" for number in range(40)}
    for name in names:
        await line.put(SCHOOL, name, b"asked", LONG, 99)

    async def claim_all(client: str) -> list[str]:
        mine: list[str] = []
        while found := await claimed(line, client, most=3):
            mine += [one.id for one in found]
        return mine

    taken = [name for mine in await asyncio.gather(*(claim_all(f"agent-{n}") for n in range(6))) for name in mine]
    assert sorted(taken) == sorted(names)


async def test_nothing_of_an_unknown_request_is_told(line: ExchangeStore) -> None:
    with pytest.raises(NotFound):
        await line.held(SCHOOL, "never", "agent", "lease")
    with pytest.raises(NotFound):
        await line.answer(SCHOOL, "never", "agent", "lease", b"")
