"""Two limits on harm: a circuit breaker for one source, and a retry budget over all of them."""

import time
from collections.abc import Callable

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState


class Breaker:
    """Stops calling a source after repeated failures; lets one trial through when the pause is over."""

    def __init__(self, failures: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pause, self._clock = failures, seconds, clock
        self._failures = 0
        self._open_until = 0.0

    def admit(self) -> None:
        """Raise SourceFailed(UNAVAILABLE) while the breaker is open."""
        now = self._clock()
        if self._failures < self._limit:
            return
        if now < self._open_until:
            wait = max(1, round(self._open_until - now))
            raise SourceFailed(AnswerState.UNAVAILABLE, f"keeps failing; the hub tries it again in {wait} seconds")
        self._open_until = now + self._pause  # this caller is the trial; others wait for its result

    def succeeded(self) -> None:
        """Close the breaker."""
        self._failures = 0

    def failed(self) -> None:
        """Count a failure; at the limit, open."""
        self._failures += 1
        if self._failures >= self._limit:
            self._open_until = self._clock() + self._pause


class RetryBudget:
    """Allows retries for at most a tenth of recent calls, so that retries never become a storm."""

    def __init__(self, share: float = 0.1, burst: float = 3.0) -> None:
        self._share, self._burst = share, burst
        self._tokens = burst

    def called(self) -> None:
        """Earn a part of a retry."""
        self._tokens = min(self._burst, self._tokens + self._share)

    def spend(self) -> bool:
        """Take one retry if there is one."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
