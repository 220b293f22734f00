"""``hub client``: partners' own systems. A key pair at the partner's desk, enrolment at the hub's, a token to try."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.authentication.proofs import new_key_pair, read_private_key, token_request
from hub.cli.listing import Listing
from hub.cli.queries import CLIENTS, ENROL, REVOKE_CLIENT
from hub.cli.running import (
    DEFAULT_STATE,
    ActorOption,
    JsonOption,
    StateOption,
    TokenFileOption,
    UrlOption,
    caller,
)
from hub.domain.answers import SourceFailed
from hub.errors import BadInput, Unauthenticated, Unavailable
from hub.keys.private_files import read_private, write_new
from hub.outbound import PartnerHttp

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The system's id.")]
_TOKEN_PATH, _LARGEST_REPLY = "/oauth/token", 64 * 1024

app = typer.Typer(help="Partners' own systems, which sign in by a key.", no_args_is_help=True)


@app.command("key")
def key(file: Annotated[Path, typer.Argument(help="Where the private key will stand; never sent to anybody.")]) -> None:
    """At the partner's desk: make a key pair. The private key stays in the file; the public key set is printed."""
    private, public = new_key_pair()
    write_new(file, msgspec.json.encode(private))
    typer.echo(msgspec.json.format(msgspec.json.encode(public), indent=2).decode())


@app.command("enrol")
def enrol(
    client: IdArgument,
    agency: Annotated[str, typer.Option("--agency", help="Whose system it is, for example probation.")],
    organisation: Annotated[str, typer.Option("--organisation", help="Its owner, as agreements name it.")],
    jwks: Annotated[Path, typer.Option("--jwks", help="The public key set that hub client key printed.")],
    source: Annotated[list[str] | None, typer.Option("--source", help="A source it speaks for; any number.")] = None,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a partner's system in by its public keys, or give one that is in other keys and sources."""
    sent = {"id": client, "agency": agency, "organisation": organisation, "sources": source or []}
    asker = caller(role, state, url, token_file)
    _print([asker.ask(ENROL, {"input": sent | {"jwks": jwks.read_text()}})["enrolClient"]], as_json=as_json)


@app.command("revoke")
def revoke(
    client: IdArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why, in words for the register.")],
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Shut a system out for good. Its tokens stop within a second."""
    asker = caller(role, state, url, token_file)
    _print([asker.ask(REVOKE_CLIENT, {"id": client, "reason": reason})["revokeClient"]], as_json=as_json)


@app.command("list")
def show(
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every system that you may see, revoked ones as well."""
    _print(caller(role, state, url, token_file).ask(CLIENTS, {})["clients"], as_json=as_json)


@app.command("token")
def token(
    client: IdArgument,
    key_file: Annotated[Path, typer.Option("--key", help="The private key that hub client key made.")],
    url: Annotated[str, typer.Option("--url", help="The hub's public address, as it names itself.")],
) -> None:
    """At the partner's desk: sign in as the system does, and print the token. It lives for ten minutes."""
    typer.echo(asyncio.run(_signed_in(client, read_private_key(read_private(key_file)), url.rstrip("/"))))


async def _signed_in(client: str, private: Any, hub: str) -> str:
    try:
        http = PartnerHttp(hub, max_bytes=_LARGEST_REPLY)
    except ValueError as fault:
        raise BadInput("A hub's address is an http or https URL, for example http://127.0.0.1:8000.") from fault
    try:
        form = token_request(client, private, hub + _TOKEN_PATH, datetime.now(UTC))
        reply = await http.send("POST", _TOKEN_PATH, form=form)
        told = reply.json()
    except SourceFailed as failure:
        raise Unavailable("No hub answers at that address. Give its public address with --url.") from failure
    finally:
        await http.close()
    if not isinstance(told, dict) or "access_token" not in told:
        raise Unauthenticated(
            "The hub does not let this system in. Check its id and key, the clock of this machine, and that --url is "
            "the address by which the hub names itself; those who run the hub can see why."
        )
    return str(told["access_token"])


def _print(clients: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(clients), indent=2).decode())
        return
    headings = ("System", "State", "Agency", "Organisation", "Speaks for")
    rows = [(one["id"], one["state"], one["agency"], one["organisation"], ", ".join(one["sources"])) for one in clients]
    Listing("Partners' systems", headings, rows).show(Console())
