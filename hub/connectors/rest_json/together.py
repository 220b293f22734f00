"""Doing several calls at once, and failing as one of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

from hub.domain.answers import SourceFailed

Result = TypeVar("Result")


async def together(calls: Sequence[Callable[[], Awaitable[Result]]]) -> list[Result]:
    """Results in the order of the calls. The first ``SourceFailed`` stops the others and is raised as it is."""
    if len(calls) == 1:
        return [await calls[0]()]
    results: dict[int, Result] = {}

    async def one(position: int, call: Callable[[], Awaitable[Result]]) -> None:
        results[position] = await call()

    try:
        async with anyio.create_task_group() as group:
            for position, call in enumerate(calls):
                group.start_soon(one, position, call)
    except BaseExceptionGroup as faults:
        failed = faults.subgroup(SourceFailed)
        if failed is None or faults.split(SourceFailed)[1] is not None:
            raise
        raise _first(failed) from None
    return [results[position] for position in range(len(calls))]


def _first(faults: BaseExceptionGroup[SourceFailed]) -> SourceFailed:
    fault = faults.exceptions[0]
    return _first(fault) if isinstance(fault, BaseExceptionGroup) else fault
