"""``hub serve``: one hub process."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from hub.app import create_app
from hub.settings import read_settings


def serve(
    config: Annotated[Path, typer.Option(help="The settings file; docs/settings.md has a line for each setting.")],
    port: Annotated[int | None, typer.Option(help="Instead of the settings' port.")] = None,
) -> None:
    """Serve the hub until it is told to stop."""
    settings = read_settings(config)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port if port is None else port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
    )
