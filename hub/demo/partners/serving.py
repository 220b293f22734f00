"""How every HTTP partner runs: a process of its own on loopback that dies with its parent."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.demo.behaviour import Behaviour, Misbehaving, behaviour
from hub.demo.kept_requests import Keeping

_GOODBYE_SECONDS = 1  # requests still at work after this are cut when the process is told to end


def serve(
    app: ASGIApp,
    port: int,
    state: Path,
    partner: str,
    on_listening: Callable[[int], None] = lambda _port: None,
) -> None:
    """Serve until SIGTERM or until the parent process dies.

    Port 0 takes a free one. ``on_listening`` is told the port, then one line ``ready <partner>
    <port>`` is printed. The partner behaves as its behaviour file says, and keeps the envelopes of requests.
    """
    config = uvicorn.Config(
        Keeping(Misbehaving(app, state, partner), state, partner),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http=_protocol(state, partner),
        ws="none",
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    _Announcing(config, partner, on_listening).run()


class _Announcing(uvicorn.Server):
    """A server that says when it listens, and that does not outlive its parent."""

    def __init__(self, config: uvicorn.Config, partner: str, on_listening: Callable[[int], None]) -> None:
        super().__init__(config)
        self._partner, self._on_listening, self._parent = partner, on_listening, os.getppid()

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Listen, and say so."""
        await super().startup(sockets)  # type: ignore[arg-type]
        port: int = self.servers[0].sockets[0].getsockname()[1]
        self._on_listening(port)
        sys.stdout.write(f"ready {self._partner} {port}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """End at once: break what is open, requests that hang among them."""
        for connection in tuple(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await super().shutdown(sockets)  # type: ignore[arg-type]

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now; asked ten times a second."""
        return await super().on_tick(counter) or os.getppid() != self._parent


def _protocol(state: Path, partner: str) -> type[asyncio.Protocol]:
    """HTTP whose connections break while the partner is down: an HTTP reply could not look like that."""

    class Breakable(HttpToolsProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if behaviour(state, partner) is Behaviour.DOWN:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            if behaviour(state, partner) is Behaviour.DOWN:
                self.transport.abort()
            else:
                super().data_received(data)

    return Breakable
