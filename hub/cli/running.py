"""How a command finds the running demo: its state folder, its address, and a token for a persona."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.client import Caller
from hub.demo.issuer import mint
from hub.demo.partnership import AUDIENCE, demo_file
from hub.errors import BadInput, ConfigurationError

StateOption = Annotated[Path, typer.Option("--state", help="The demo's state folder.")]
RoleOption = Annotated[str, typer.Option("--as", help="The role to act in, for example mash_social_worker.")]
UrlOption = Annotated[str | None, typer.Option("--url", help="A hub's address; HUB_TOKEN then holds your token.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
DEFAULT_STATE = Path(".demo")


def caller(role: str, state: Path, url: str | None) -> Caller:
    """Somebody who can ask: a persona of the running demo, or the bearer of HUB_TOKEN at another hub."""
    if url is not None:
        if "HUB_TOKEN" not in os.environ:
            raise BadInput("Put your bearer token into the environment variable HUB_TOKEN to ask another hub.")
        return Caller(url, os.environ["HUB_TOKEN"])
    return Caller(running_demo(state)["url"], mint(state, role, audience=AUDIENCE))


def running_demo(state: Path) -> dict[str, str]:
    """What the running demo says of itself. Raises ConfigurationError where none runs."""
    try:
        told: dict[str, str] = json.loads(demo_file(state).read_text())
    except OSError as fault:
        raise ConfigurationError(
            "No demo runs here. Start one with `make demo`, or name its folder with --state."
        ) from fault
    return told
