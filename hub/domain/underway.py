"""Work that goes on when whoever asked for it no longer waits. One set of it for each process."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from hub.errors import HubError

Done = TypeVar("Done")


class Underway:
    """Holds on to work until it is done. What it raises too late for anybody is logged, by its class alone."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    async def done_within(self, seconds: float, work: Coroutine[Any, Any, Done]) -> Done | None:
        """What the work comes to, or raises; None where that takes longer, and then it goes on by itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task.result() if done else None

    async def close(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None and not isinstance(fault, HubError):
            structlog.get_logger("hub").error("work_failed", fault=type(fault).__name__)
