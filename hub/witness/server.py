"""A witness's process: its door behind sockets that let nobody wait for long."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from hub.witness.callers import IDLE_SECONDS, PLACES, REQUEST_SECONDS, Caller
from hub.witness.entrance import Entrance


class WitnessServer(uvicorn.Server):
    """Serves on sockets that listen already, until it is told to stop or ``unsafe`` says so."""

    def __init__(
        self,
        door: Starlette,
        unsafe: Callable[[], bool],
        certificate: Path | None = None,
        private_key: Path | None = None,
    ) -> None:
        """``unsafe`` is asked ten times a second. With a certificate and its key it speaks TLS."""
        self._unsafe, self._entrance = unsafe, Entrance(self._let_in)
        super().__init__(
            uvicorn.Config(
                door,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                limit_concurrency=PLACES + 1,  # answered with 503 where nobody waits who could leave
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=5,
                ssl_certfile=certificate,
                ssl_keyfile=private_key,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen. Uvicorn itself would wait a minute for a TLS handshake, and count nobody before its end."""
        await super().startup(sockets=[])
        for one in sockets or []:
            self._entrance.open(one)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way."""
        await self._entrance.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now."""
        return self._unsafe() or await super().on_tick(counter)

    async def _let_in(self, connection: socket.socket) -> None:
        tls = self.config.ssl
        seconds = None if tls is None else REQUEST_SECONDS
        await asyncio.get_running_loop().connect_accepted_socket(
            self._caller, connection, ssl=tls, ssl_handshake_timeout=seconds, ssl_shutdown_timeout=seconds
        )

    def _caller(self) -> Caller:
        return Caller(self.config, self.server_state, self.lifespan.state)
