"""Work goes on when whoever asked for it no longer waits."""

import asyncio

import pytest

from hub.domain.underway import Underway
from hub.errors import Conflict


async def test_work_that_is_done_in_time_is_handed_over_and_so_is_its_refusal():
    underway = Underway()

    async def refused() -> None:
        raise Conflict

    assert await underway.done_within(5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(Conflict):
        await underway.done_within(5, refused())
    await underway.close()


async def test_work_goes_on_after_its_time_and_after_whoever_asked_left():
    underway, go_on, done = Underway(), asyncio.Event(), []

    async def work(name: str) -> None:
        await go_on.wait()
        done.append(name)

    assert await underway.done_within(0.01, work("late")) is None
    asker = asyncio.create_task(underway.done_within(60, work("left")))
    await asyncio.sleep(0)
    asker.cancel()
    await asyncio.gather(asker, return_exceptions=True)
    go_on.set()
    await asyncio.gather(*underway._tasks)
    assert done == ["late", "left"]


async def test_a_fault_that_nobody_waits_for_is_logged_by_its_class_alone(capfd: pytest.CaptureFixture[str]):
    underway, go_on = Underway(), asyncio.Event()

    async def work() -> None:
        await go_on.wait()
        raise KeyError("somebody's name")

    assert await underway.done_within(0.01, work()) is None
    go_on.set()
    await asyncio.gather(*underway._tasks, return_exceptions=True)
    told = capfd.readouterr().out
    assert "KeyError" in told
    assert "somebody" not in told


async def test_closing_ends_what_is_under_way():
    underway, ended = Underway(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    assert await underway.done_within(0.01, work()) is None
    await underway.close()
    assert ended.is_set()
