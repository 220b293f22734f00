"""What became of every real call is counted, and nothing else is: no wait, no refusal of ours, nobody who left."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.health import HealthKeeping, Tally
from hub.connectors.in_memory import InMemory
from hub.connectors.manifest import Limits, Manifest
from hub.domain.answers import SourceFailed
from hub.domain.codes import Agency, AnswerState
from hub.domain.deadline import Deadline
from hub.domain.health import Calls
from hub.domain.identifiers import SourceId
from hub.domain.searching import CannotSearch, TooManyFound
from hub.errors import Unavailable

NOW = datetime(2026, 6, 15, 12, 34, tzinfo=UTC)


def guarded(tally: Tally, state: str = "LIVE", **limits: int) -> GuardedSource:
    manifest = Manifest(
        id=SourceId("schools"),
        name="S",
        agency=Agency.EDUCATION,
        kind="rest_json",
        endpoint="memory:",
        contact="phone",
        coverage="All.",
        search=(),
        categories=frozenset(),
        limits=Limits(**limits),
        state=state,
    )
    return GuardedSource(manifest, InMemory((), {}), RetryBudget(), None, tally)


async def told(result: object) -> object:
    if isinstance(result, BaseException):
        raise result
    return result


@pytest.mark.parametrize(
    ("result", "counted"),
    [
        ("an answer", ["answered"]),
        (TooManyFound(), ["answered"]),
        (SourceFailed(AnswerState.UNAVAILABLE, "failed"), ["UNAVAILABLE"]),
        (SourceFailed(AnswerState.BAD_DATA, "failed"), ["BAD_DATA"]),
        (KeyError("somebody's name"), ["BAD_DATA"]),
        (CannotSearch(), []),
        (asyncio.CancelledError(), []),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, BaseException) else None,
)
async def test_a_call_is_counted_by_what_became_of_it(result: object, counted: list[str]):
    tally = Tally(lambda: NOW)
    await asyncio.gather(guarded(tally).call(lambda: told(result), Deadline.after(5)), return_exceptions=True)
    taken = tally.take()
    assert [(one.outcome, one.calls) for one in taken] == [(outcome, 1) for outcome in counted]
    assert all(one.hour == NOW.replace(minute=0) for one in taken)
    assert tally.take() == ()


async def test_a_call_that_took_too_long_counts_with_the_time_it_was_given():
    tally = Tally(lambda: NOW)
    with pytest.raises(SourceFailed):
        await guarded(tally).call(lambda: asyncio.sleep(60), Deadline.after(0.2))
    (counted,) = tally.take()
    assert counted.outcome == "TIMED_OUT"
    assert counted.slowest_ms >= 150


async def test_what_was_never_called_is_not_counted():
    tally = Tally(lambda: NOW)
    with pytest.raises(SourceFailed):
        await guarded(tally, "SUSPENDED").call(lambda: told("x"), Deadline.after(5))
    with pytest.raises(SourceFailed):
        await guarded(tally).call(lambda: told("x"), Deadline.after(0.01))
    broken = guarded(tally, breaker_failures=1)
    down = SourceFailed(AnswerState.UNAVAILABLE, "failed")
    for _ in range(3):
        with pytest.raises(SourceFailed):
            await broken.call(lambda: told(down), Deadline.after(5))
    assert [(one.outcome, one.calls) for one in tally.take()] == [("UNAVAILABLE", 1)]


async def test_calls_of_one_hour_add_up_and_those_of_another_stand_apart():
    at = [NOW]
    tally = Tally(lambda: at[0])
    for seconds in (0.01, 0.03, 0.02):
        tally.note(SourceId("schools"), "answered", seconds)
    at[0] += timedelta(hours=1)
    tally.note(SourceId("schools"), "answered", 0.5)
    first, second = tally.take()
    assert (first.calls, first.total_ms, first.slowest_ms) == (3, 60, 30)
    assert (second.calls, second.hour - first.hour) == (1, timedelta(hours=1))


class Register:
    """Keeps what it is given, or does not answer."""

    def __init__(self) -> None:
        self.kept: list[Calls] = []
        self.down, self.asked = False, asyncio.Event()

    async def add(self, calls: tuple[Calls, ...]) -> None:
        self.asked.set()
        if self.down:
            raise Unavailable
        self.kept += calls


async def test_what_cannot_be_kept_is_kept_later_and_once():
    tally, register = Tally(lambda: NOW), Register()
    keeping = HealthKeeping(tally, register.add, every=0.01)
    register.down = True
    tally.note(SourceId("schools"), "answered", 0.01)
    keeping.start()
    await asyncio.wait_for(register.asked.wait(), 5)
    register.down = False
    tally.note(SourceId("schools"), "answered", 0.02)
    await keeping.stop()
    assert sum(one.calls for one in register.kept) == 2
    assert sum(one.total_ms for one in register.kept) == 30


async def test_stopping_keeps_the_last_calls_also_where_it_never_came_round():
    tally, register = Tally(lambda: NOW), Register()
    keeping = HealthKeeping(tally, register.add, every=3600)
    keeping.start()
    tally.note(SourceId("schools"), "TIMED_OUT", 4)
    await keeping.stop()
    assert [(one.outcome, one.calls) for one in register.kept] == [("TIMED_OUT", 1)]
