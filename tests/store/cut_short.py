"""Work that is cancelled at a chosen step of the event loop, whatever the machine's speed."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import suppress
from typing import Any, NamedTuple


class Cut(NamedTuple):
    """Where: at this step of the work, and at the one after it if it is cancelled ``times`` times."""

    step: int
    times: int
    late: bool  # when what was waited for has come and the work has not seen it yet

    def at(self, step: int) -> bool:
        return self.step <= step < self.step + self.times


async def cut_short(work: Coroutine[Any, Any, object], cut: Cut) -> bool:
    """Whether the work was cut short: False when it came to its end in fewer steps."""
    task = asyncio.create_task(_stepped(work, cut))
    with suppress(asyncio.CancelledError):
        await task
    return task.cancelled()


async def _stepped(work: Coroutine[Any, Any, object], cut: Cut) -> object:
    return await _Steps(work, cut)


class _Steps:
    """Passes on what the work waits for, and counts."""

    def __init__(self, work: Coroutine[Any, Any, object], cut: Cut) -> None:
        self._work, self._cut = work, cut

    def __await__(self) -> Generator[Any, Any, object]:
        task, step = asyncio.current_task(), 0
        assert task is not None
        work = self._work.__await__()
        try:
            awaited = work.send(None)
            while True:
                if self._cut.at(step):
                    self._cancel(task, awaited)
                step += 1
                try:
                    value = yield awaited
                except BaseException as fault:  # noqa: BLE001 - the work's own to deal with
                    awaited = work.throw(fault)
                else:
                    awaited = work.send(value)
        except StopIteration as end:
            return end.value

    def _cancel(self, task: asyncio.Task[Any], awaited: asyncio.Future[Any] | None) -> None:
        if self._cut.late and awaited is not None:
            awaited.add_done_callback(lambda _: task.cancel())
        else:
            asyncio.get_running_loop().call_soon(task.cancel)
