"""The way into a witness: whoever connects is counted from the moment of being accepted, TLS handshake included."""

import asyncio
import errno
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from hub.witness.callers import PLACES

_AGAIN_SECONDS = 0.1  # when there was no descriptor for a connection


class _Newcomer(NamedTuple):
    connection: socket.socket
    address: str


class Entrance:
    """Accepts one connection after the other. At most as many as there are places are not let in yet."""

    def __init__(self, let_in: Callable[[socket.socket], Awaitable[object]]) -> None:
        """``let_in`` ends when the connection is ready, or raises OSError."""
        self._let_in = let_in
        self._listening = set[asyncio.Task[None]]()
        self._newcomers: dict[asyncio.Task[None], _Newcomer] = {}  # the oldest first

    def open(self, listening: socket.socket) -> None:
        """Accept from this socket from now on."""
        listening.setblocking(False)
        self._listening.add(asyncio.create_task(self._accept(listening), name="accepting"))

    async def close(self) -> None:
        """Accept nobody any more, and send away whoever was not let in yet."""
        for task in self._listening:
            task.cancel()
        for newcomer in self._newcomers.values():
            _send_away(newcomer)
        await asyncio.gather(*self._listening, *self._newcomers, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, address = await loop.sock_accept(listening)
            except OSError as fault:
                await asyncio.sleep(_AGAIN_SECONDS if out_of_files(fault) else 0)
                continue
            task = asyncio.create_task(self._admit(connection))
            self._newcomers[task] = _Newcomer(connection, address[0])
            task.add_done_callback(self._newcomers.pop)
            await asyncio.sleep(0)  # others are to have their turn in a flood
            while len(self._newcomers) > PLACES:
                await self._make_room()

    async def _admit(self, connection: socket.socket) -> None:
        with suppress(OSError):
            await self._let_in(connection)

    async def _make_room(self) -> None:
        """Of the address that holds most, the oldest leaves."""
        held = Counter(one.address for one in self._newcomers.values())
        task, newcomer = max(self._newcomers.items(), key=lambda one: held[one[1].address])
        _send_away(newcomer)
        await asyncio.wait([task])


def out_of_files(fault: BaseException | None) -> bool:
    """Whether this is a lack of descriptors, which passes, and says nothing of what was to be opened."""
    return isinstance(fault, OSError) and fault.errno in (errno.EMFILE, errno.ENFILE)


def _send_away(newcomer: _Newcomer) -> None:
    """End its connection, which is closed when that is noticed: its transport owns the descriptor."""
    with suppress(OSError):
        newcomer.connection.shutdown(socket.SHUT_RDWR)
