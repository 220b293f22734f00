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
TokenFileOption = Annotated[
    Path | None, typer.Option("--token-file", help="A file with your bearer token, in place of HUB_TOKEN.")
]
ActorOption = Annotated[
    str | None, typer.Option("--as", help="In the demo: the role or persona to act as.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
DEFAULT_STATE = Path(".demo")
_NOBODY = "Put your bearer token into the environment variable HUB_TOKEN, or into a file for --token-file."


def caller(role: str | None, state: Path, url: str | None, token_file: Path | None = None) -> Caller:
    """Somebody who can ask: a persona of the running demo, or the bearer of a token, here or at another hub.

    Raises BadInput where it is not said who asks.
    """
    at = url or running_demo(state)["url"]
    if token_file is not None:
        return Caller(at, _bearer(token_file.read_text(errors="replace"), "The token file is empty."))
    if url is not None:
        return Caller(at, _bearer(os.environ.get("HUB_TOKEN", ""), _NOBODY))
    if role is None:
        raise BadInput("Say in which role you ask the demo: --as, for example --as connector_admin.")
    return Caller(at, mint(state, role, audience=AUDIENCE))


def _bearer(text: str, otherwise: str) -> str:
    token = text.strip()
    if not token:
        raise BadInput(otherwise)
    if not token.isascii() or not token.isprintable():
        raise BadInput("That is no bearer token: a token is one line of letters, digits and signs.")
    return token


def running_demo(state: Path) -> dict[str, str]:
    """What the running demo says of itself. Raises ConfigurationError where none runs."""
    try:
        told: dict[str, str] = json.loads(demo_file(state).read_text())
    except OSError as fault:
        raise ConfigurationError(
            "No demo runs here. Start one with `make demo`, name its folder with --state, or ask another hub: --url."
        ) from fault
    return told
