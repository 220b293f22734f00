"""``hub serve``: one hub process."""

import asyncio
import contextlib
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from hub.app import create_app, rehearse
from hub.errors import BadInput, Conflict
from hub.settings import read_settings

_NOT_STARTED = 3  # the exit code by which uvicorn says so


def serve(
    config: Annotated[Path, typer.Option(help="The settings file; docs/settings.md has a line for each setting.")],
    port: Annotated[int | None, typer.Option(help="Instead of the settings' port.")] = None,
) -> None:
    """Serve the hub until it is told to stop."""
    settings = read_settings(config)
    port = settings.port if port is None else port
    require_free(settings.host, port)
    asyncio.run(rehearse(settings))
    served = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
    )
    server = _Server(served)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if server.unsafe:
        os._exit(os.EX_IOERR)  # at once: leaving in order would write to the log's storage
    if not server.started:
        sys.exit(_NOT_STARTED)


class _Server(uvicorn.Server):
    """Ends by itself when its log's storage failed (docs/adr/0022-failing-closed.md).

    Tells the partner door before it waits for callers: whoever polls there would keep the hub for seconds.
    """

    @property
    def unsafe(self) -> bool:
        """Whether the log says that this process is to end."""
        services = getattr(self.config.app.state, "services", None)  # type: ignore[union-attr]
        return services is not None and services.audit.unsafe

    async def on_tick(self, counter: int) -> bool:
        """Whether to end, ten times a second."""
        return await super().on_tick(counter) or self.unsafe

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, within the time for it."""
        self.config.app.state.partners.end()  # type: ignore[union-attr]
        await super().shutdown(sockets)


def require_free(host: str, port: int) -> None:
    """Raise Conflict when something listens there already, BadInput when nothing ever can."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (socket.gaierror, OverflowError) as fault:
        raise BadInput("The host and port of the settings are no address that a hub can listen on.") from fault
    except OSError as fault:
        raise Conflict(f"Something listens on port {port} already; choose another with --port.") from fault
