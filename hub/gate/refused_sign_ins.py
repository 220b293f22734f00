"""The record of sign-ins that were refused: evidence, but never so much of it that a stranger fills the log."""

import time
from collections.abc import Callable

import structlog

from hub import oversight
from hub.services import Services

_log = structlog.get_logger("hub.gate")


class RefusedSignIns:
    """At most ``most`` a second are written; how many were not is logged with the next one that is."""

    def __init__(self, services: Services, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._services, self._most, self._clock = services, most, clock
        self._second, self._written, self._unwritten = 0, 0, 0

    async def record(self, reason: str) -> None:
        """Write one, with nothing of the token. Raises AuditUnavailable."""
        second = int(self._clock())
        if second != self._second:
            self._second, self._written = second, 0
        if self._written >= self._most:
            self._unwritten += 1
            return
        self._written += 1
        if self._unwritten:
            _log.warning("refused_sign_ins_not_recorded", count=self._unwritten)
            self._unwritten = 0
        await oversight.refused_sign_in(reason, self._services)
