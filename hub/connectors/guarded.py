"""One source behind its own limits: a bulkhead, a breaker, the question's deadline, one retry."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from hub.connectors.breaker import Breaker, RetryBudget
from hub.connectors.connector import Connector
from hub.connectors.manifest import Manifest
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.searching import CannotSearch, TooManyFound

_log = structlog.get_logger("hub.connectors")
Read = TypeVar("Read")
SHORTEST_CALL = 0.05  # seconds; with less left a call would only look like the source's failure
_SILENT = frozenset({AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE})


class GuardedSource:
    """A connector that cannot hurt the others: whatever goes wrong leaves as SourceFailed, in time."""

    def __init__(self, manifest: Manifest, connector: Connector, budget: RetryBudget) -> None:
        self.manifest, self.source, self.connector = manifest, manifest.source, connector
        self._budget = budget
        self._room = asyncio.Semaphore(manifest.limits.concurrency)
        self._breaker = Breaker(manifest.limits.breaker_failures, manifest.limits.breaker_seconds)

    async def call(self, read: Callable[[], Awaitable[Read]], deadline: Deadline) -> Read:
        """Run one read. Raises SourceFailed, CannotSearch or TooManyFound, nothing else but cancellation."""
        if self.source.state != "LIVE":
            raise SourceFailed(AnswerState.UNAVAILABLE, "is suspended")
        self._breaker.admit()
        await self._enter(deadline)
        try:
            return await self._counted(read, deadline.remaining())
        finally:
            self._room.release()

    async def _enter(self, deadline: Deadline) -> None:
        """Wait for room in the bulkhead. A wait in vain says nothing about the source."""
        try:
            async with asyncio.timeout(deadline.remaining()):
                await self._room.acquire()
        except TimeoutError:
            raise SourceFailed(
                AnswerState.TIMED_OUT, "could not be asked: too many calls to it are under way"
            ) from None
        if deadline.remaining() < SHORTEST_CALL:
            self._room.release()
            raise SourceFailed(AnswerState.TIMED_OUT, "could not be asked: the time for this question was used up")

    async def _counted(self, read: Callable[[], Awaitable[Read]], allowed: float) -> Read:
        """Only silence and refused connections are the breaker's business: odd questions never close a source."""
        try:
            async with asyncio.timeout(allowed):
                result = await self._tried(read)
        except TimeoutError:
            self._breaker.failed()
            raise SourceFailed(AnswerState.TIMED_OUT, f"did not answer in {allowed:.1f} seconds") from None
        except SourceFailed as failure:
            if failure.state in _SILENT:
                self._breaker.failed()
            raise
        except (asyncio.CancelledError, CannotSearch):
            raise
        except TooManyFound:  # an answer, and a prompt one
            self._breaker.succeeded()
            raise
        except Exception as fault:
            _log.error("connector_fault", source=self.source.id, fault=type(fault).__name__)
            raise SourceFailed(AnswerState.BAD_DATA, "sent something the hub could not read") from fault
        self._breaker.succeeded()
        return result

    async def _tried(self, read: Callable[[], Awaitable[Read]]) -> Read:
        self._budget.called()
        try:
            return await read()
        except SourceFailed as failure:
            if not (failure.retry and self._budget.spend()):
                raise
        return await read()
