"""Who is connected to a witness. Nobody holds a place by saying nothing, or by saying it slowly."""

import asyncio
from collections import Counter

from uvicorn.protocols.http.h11_impl import H11Protocol

PLACES = 64  # connections at once
REQUEST_SECONDS = 5.0  # that a whole request, or a TLS handshake, may take
IDLE_SECONDS = 2  # between an answer and the next request
_READING_SECONDS = 0.1  # so that a machine that was busy reads what has come in time


class Caller(H11Protocol):
    """One connection. Closed when it has not sent a whole request in time, or when another needs its place."""

    since = 0.0  # when it began to wait for its present request
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """It is there."""
        _make_room({one for one in self.connections if isinstance(one, Caller)})
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        if self._late is not None:
            self._late.cancel()

    def on_response_complete(self) -> None:
        """It was answered: what it says from now on is another request, unless it has not said all of this one."""
        if not self.cycle.more_body:
            self._expect()
        super().on_response_complete()

    @property
    def waiting(self) -> bool:
        """Whether it is the caller's turn: to ask, to say the rest, or to read the answers."""
        asked = self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete
        return not asked or self.flow.write_paused

    @property
    def address(self) -> str:
        """Where it comes from."""
        return self.client[0] if self.client else ""

    def leave(self) -> None:
        """Close it at once; its place is free when this returns."""
        self.connections.discard(self)
        self.transport.abort()

    def _expect(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self.since = self.loop.time()
        self._late = self.loop.call_later(REQUEST_SECONDS, self._overdue)

    def _overdue(self) -> None:
        self._late = self.loop.call_later(_READING_SECONDS, self._end)

    def _end(self) -> None:
        if self.waiting:
            self.leave()
        else:
            self._expect()


def _make_room(callers: set[Caller]) -> None:
    """Where every place is taken: close one that waits, of the address that holds most, the oldest first."""
    waiting = [one for one in callers if one.waiting] if len(callers) >= PLACES else []
    if waiting:
        held = Counter(one.address for one in callers)
        max(waiting, key=lambda one: (held[one.address], -one.since)).leave()
