"""One source behind its own limits: a bulkhead, a breaker, the question's deadline, one retry, a signed envelope."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from hub.connectors.breaker import Breaker, RetryBudget
from hub.connectors.connector import Connector
from hub.connectors.envelopes import Asked, Envelopes
from hub.connectors.health import Tally
from hub.connectors.manifest import Manifest
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.health import ANSWERED
from hub.domain.searching import CannotSearch, TooManyFound
from hub.outbound import carrying

_log = structlog.get_logger("hub.connectors")
Read = TypeVar("Read")
SHORTEST_CALL = 0.05  # seconds; with less left a call would only look like the source's failure
_SILENT = frozenset({AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE})


class GuardedSource:
    """A connector that cannot hurt the others: whatever goes wrong leaves as SourceFailed, in time."""

    def __init__(
        self,
        manifest: Manifest,
        connector: Connector,
        budget: RetryBudget,
        envelopes: Envelopes | None = None,
        tally: Tally | None = None,
    ) -> None:
        """``envelopes`` signs every call; only where nobody's question is asked is there none.

        ``tally`` is told what became of each call, where anybody keeps that.
        """
        self.manifest, self.source, self.connector = manifest, manifest.source, connector
        self._budget, self._envelopes, self._tally = budget, envelopes, tally
        self._room = asyncio.Semaphore(manifest.limits.concurrency)
        self._breaker = Breaker(manifest.limits.breaker_failures, manifest.limits.breaker_seconds)

    async def call(self, read: Callable[[], Awaitable[Read]], deadline: Deadline, asked: Asked | None = None) -> Read:
        """Run one read, which bears the signed envelope of what is asked.

        Raises SourceFailed, CannotSearch or TooManyFound; ConfigurationError where the hub cannot sign.
        """
        if self.source.state != "LIVE":
            raise SourceFailed(AnswerState.UNAVAILABLE, "is suspended")
        envelope = self._envelope(asked)
        self._breaker.admit()
        await self._enter(deadline)
        try:
            with carrying(envelope):
                return await self._noted(read, deadline.remaining())
        finally:
            self._room.release()

    def _envelope(self, asked: Asked | None) -> str | None:
        if self._envelopes is None:
            return None
        if asked is None:
            raise ValueError("a call to a partner says what it asks for")
        return self._envelopes.envelope(self.source.id, asked)

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

    async def _noted(self, read: Callable[[], Awaitable[Read]], allowed: float) -> Read:
        """Tell the tally what became of the call, unless nothing was called or nobody waited for it."""
        began, outcome = time.perf_counter(), ANSWERED
        try:
            return await self._counted(read, allowed)
        except SourceFailed as failure:
            outcome = failure.state.value
            raise
        except (asyncio.CancelledError, CannotSearch):
            outcome = ""
            raise
        finally:
            if outcome and self._tally is not None:
                self._tally.note(self.source.id, outcome, time.perf_counter() - began)

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
