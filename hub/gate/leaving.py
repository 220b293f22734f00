"""Work for a caller who may leave: nobody goes on working for somebody who is gone."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.types import Receive

from hub.gate.body import CallerLeft

Done = TypeVar("Done")


async def unless_left(work: Awaitable[Done], receive: Receive, seconds: float) -> Done:
    """The result of the work, cancelled to its end where the caller leaves or the time is up.

    Raises CallerLeft or TimeoutError. Use it when the whole body has been read.
    """
    working, watching = asyncio.ensure_future(work), asyncio.ensure_future(_left(receive))
    tasks: set[asyncio.Future[Done] | asyncio.Future[None]] = {working, watching}
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if working in done:
        return working.result()
    if done:
        raise CallerLeft
    raise TimeoutError


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
