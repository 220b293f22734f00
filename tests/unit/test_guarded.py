"""One bad partner hurts no other: deadline, bulkhead, breaker, one retry within a budget."""

import asyncio

import pytest

from hub.connectors.breaker import Breaker, RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Limits, Manifest
from hub.domain.answers import SourceFailed
from hub.domain.codes import Agency, AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId


class Nothing:
    """A connector that is never reached: reads are given to the guard directly."""

    async def find(self, reference, deadline):
        return ()

    async def fetch(self, person, categories, deadline):
        return None

    async def close(self):
        return None


def guarded(state="LIVE", **limits) -> GuardedSource:
    manifest = Manifest(
        id=SourceId("s"), name="S", agency=Agency.HEALTH, kind="rest_json", endpoint="memory:", contact="phone",
        coverage="All.", search=(), categories=frozenset(), limits=Limits(**limits), state=state,
    )  # fmt: skip
    return GuardedSource(manifest, Nothing(), RetryBudget())


async def failing(state=AnswerState.UNAVAILABLE, *, retry=False):
    raise SourceFailed(state, "failed", retry=retry)


async def outcome(source: GuardedSource, read, seconds=5.0) -> AnswerState:
    with pytest.raises(SourceFailed) as failure:
        await source.call(read, Deadline.after(seconds))
    return failure.value.state


async def test_a_read_that_takes_too_long_is_timed_out_and_cancelled():
    left = asyncio.Event()

    async def hanging():
        try:
            await asyncio.sleep(60)
        finally:
            left.set()

    assert await outcome(guarded(), hanging, 0.2) is AnswerState.TIMED_OUT
    assert left.is_set()


async def test_a_fault_inside_a_connector_is_bad_data_not_an_exception():
    async def broken():
        raise KeyError("somebody's name")

    assert await outcome(guarded(), broken) is AnswerState.BAD_DATA


async def test_a_connection_that_fails_is_tried_once_more():
    tries = []

    async def flaky():
        tries.append(1)
        if len(tries) == 1:
            await failing(retry=True)
        return "answer"

    assert await guarded().call(flaky, Deadline.after(5)) == "answer"
    assert len(tries) == 2


async def test_retries_stay_within_a_tenth_of_the_calls():
    source, tries = guarded(breaker_failures=10_000), []

    async def down():
        tries.append(1)
        await failing(retry=True)

    for _ in range(500):
        await outcome(source, down)
    assert len(tries) - 500 <= 50 + 3


async def test_the_breaker_opens_after_repeated_failures_and_says_so():
    source = guarded(breaker_failures=3, breaker_seconds=60)
    for _ in range(3):
        await outcome(source, failing)
    reached = []

    async def read():
        reached.append(1)

    assert await outcome(source, read) is AnswerState.UNAVAILABLE
    assert reached == []


def test_an_open_breaker_admits_one_trial_when_its_pause_is_over():
    now = [0.0]
    breaker = Breaker(1, 10.0, clock=lambda: now[0])
    breaker.failed()
    now[0] = 11.0
    breaker.admit()
    with pytest.raises(SourceFailed):
        breaker.admit()
    breaker.succeeded()
    breaker.admit()


async def test_a_full_bulkhead_makes_others_wait_no_longer_than_their_deadline():
    source, release = guarded(concurrency=1), asyncio.Event()
    busy = asyncio.create_task(source.call(release.wait, Deadline.after(5)))
    await asyncio.sleep(0)
    assert await outcome(source, failing, 0.1) is AnswerState.TIMED_OUT
    release.set()
    await busy


async def test_a_suspended_source_is_not_called():
    assert await outcome(guarded(state="SUSPENDED"), failing) is AnswerState.UNAVAILABLE


def test_a_failure_can_never_be_made_to_look_like_an_answer():
    for state in (AnswerState.KNOWN, AnswerState.NOT_KNOWN):
        with pytest.raises(ValueError, match="never looks like"):
            SourceFailed(state, "x")


async def test_replies_that_cannot_be_read_do_not_close_a_source_for_everybody():
    source = guarded(breaker_failures=2, breaker_seconds=60)
    for _ in range(5):
        assert await outcome(source, lambda: failing(AnswerState.BAD_DATA)) is AnswerState.BAD_DATA

    async def read():
        return "answer"

    assert await source.call(read, Deadline.after(5)) == "answer"


async def test_waiting_in_vain_for_room_is_not_counted_against_the_source():
    source, release = guarded(concurrency=1, breaker_failures=1, breaker_seconds=60), asyncio.Event()
    busy = asyncio.create_task(source.call(release.wait, Deadline.after(5)))
    await asyncio.sleep(0)
    await outcome(source, failing, 0.1)
    release.set()
    await busy

    async def read():
        return "answer"

    assert await source.call(read, Deadline.after(5)) == "answer"


async def test_a_call_that_has_no_time_left_is_not_made():
    reached = []

    async def read():
        reached.append(1)

    assert await outcome(guarded(), read, 0.01) is AnswerState.TIMED_OUT
    assert reached == []
