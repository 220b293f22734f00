"""What became of every call, counted in memory and added to the register every few seconds."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

import structlog

from hub.domain.health import Calls
from hub.domain.identifiers import SourceId
from hub.errors import HubError

_log = structlog.get_logger("hub.connectors")
FLUSH_SECONDS = 5.0
_Key = tuple[SourceId, datetime, str]


class Tally:
    """Counts by source, hour and outcome. Used on the event loop alone; a note takes about a microsecond."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._counts: dict[_Key, tuple[int, int, int]] = {}

    def note(self, source: SourceId, outcome: str, seconds: float) -> None:
        """Count one call that has just ended."""
        hour = self._now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        took = round(seconds * 1000)
        self._add((source, hour, outcome), (1, took, took))

    def take(self) -> tuple[Calls, ...]:
        """Everything counted since the last time, in one order for all workers: nobody waits crosswise."""
        counts, self._counts = self._counts, {}
        return tuple(
            Calls(source=source, hour=hour, outcome=outcome, calls=calls, total_ms=total, slowest_ms=slowest)
            for (source, hour, outcome), (calls, total, slowest) in sorted(counts.items())
        )

    def put_back(self, taken: Iterable[Calls]) -> None:
        """Count again what could not be kept."""
        for one in taken:
            self._add((one.source, one.hour, one.outcome), (one.calls, one.total_ms, one.slowest_ms))

    def _add(self, key: _Key, more: tuple[int, int, int]) -> None:
        calls, total, slowest = self._counts.get(key, (0, 0, 0))
        self._counts[key] = (calls + more[0], total + more[1], max(slowest, more[2]))


class HealthKeeping:
    """Keeps a tally by ``keep``, which adds to what other workers kept. One for each worker."""

    def __init__(
        self, tally: Tally, keep: Callable[[tuple[Calls, ...]], Awaitable[None]], every: float = FLUSH_SECONDS
    ) -> None:
        self._tally, self._keep, self._every = tally, keep, every
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, inside a running event loop."""
        self._task = asyncio.create_task(self._until_stopped(), name="health")

    async def stop(self) -> None:
        """Keep what is counted, and end. A store that does not answer loses the last few seconds, no more."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def flush(self) -> None:
        """Keep what is counted. Raises Unavailable where that cannot be now; nothing is lost by it."""
        taken = self._tally.take()
        if not taken:
            return
        try:
            await self._keep(taken)
        except BaseException:
            self._tally.put_back(taken)
            raise

    async def _until_stopped(self) -> None:
        last = False
        while not last:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._every)
            last = self._stopping.is_set()  # before keeping: what is counted meanwhile is kept in another round
            try:
                await self.flush()
            except HubError as refusal:
                _log.warning("health_waits", code=refusal.code)
            except Exception as fault:  # noqa: BLE001  a fault here must not end the loop
                _log.error("health_not_kept", fault=type(fault).__name__)
