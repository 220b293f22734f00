"""``hub source``: a partner's system on its way into use, through the hub's door."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.client import Caller
from hub.cli.registrations import show_health, show_list, show_version
from hub.cli.running import (
    DEFAULT_STATE,
    ActorOption,
    JsonOption,
    StateOption,
    TokenFileOption,
    UrlOption,
    caller,
)
from hub.cli.source_queries import ACTS, HEALTH, LIST, REGISTER, SECRET, SHOW
from hub.connectors.manifest import canonical
from hub.connectors.manifests import read_manifest
from hub.errors import BadInput, NotFound

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="A source, or one version of it: schools@2.")]
WhyOption = Annotated[str, typer.Option("--reason", help="Why, in words for the register.")]
TEST_SECONDS = 300  # how long a test is waited for

app = typer.Typer(help="Register, test, approve and look after sources.", no_args_is_help=True)


@app.command("register")
def register(
    manifest: Annotated[Path, typer.Argument(help="The manifest, TOML or JSON; its mapping file goes with it.")],
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand in a manifest as a draft. The very same one again changes nothing."""
    asker, document = caller(role, state, url, token_file), read_manifest(manifest)
    asker.ask(REGISTER, {"input": {"manifest": canonical(document).decode()}})
    _print(_version(asker, f"{document.id}@{document.version}"), as_json=as_json)


def _step(name: str, promise: str) -> None:
    """A command that takes a version one step on."""

    def step(
        source: IdArgument,
        role: ActorOption = None,
        state: StateOption = DEFAULT_STATE,
        url: UrlOption = None,
        token_file: TokenFileOption = None,
        as_json: JsonOption = False,
    ) -> None:
        asker = caller(role, state, url, token_file)
        _print(_done(asker, name, source, {"id": source}), as_json=as_json)

    app.command(name, help=promise)(step)


def _stop(name: str, promise: str) -> None:
    """A command that says why."""

    def stop(
        source: IdArgument,
        reason: WhyOption,
        role: ActorOption = None,
        state: StateOption = DEFAULT_STATE,
        url: UrlOption = None,
        token_file: TokenFileOption = None,
        as_json: JsonOption = False,
    ) -> None:
        asker = caller(role, state, url, token_file)
        _print(_done(asker, name, source, {"id": source, "reason": reason}), as_json=as_json)

    app.command(name, help=promise)(stop)


_step("submit", "Say that a draft is ready to be tested.")


@app.command("test")
def try_out(
    source: IdArgument,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Test a version at its own system, and wait for what that comes to. Exits 1 where it did not pass."""
    asker = caller(role, state, url, token_file)
    before = _result(_version(asker, source))
    with Console(stderr=True).status("Testing"):
        named = asker.ask(ACTS["test"], {"id": source})["testSource"]["id"]
        tested, until = _version(asker, named), time.monotonic() + TEST_SECONDS
        while _result(tested) == before and time.monotonic() < until:
            time.sleep(2)
            tested = _version(asker, named)
    if _result(tested) == before:
        raise NotFound(f"The test has not ended yet. Look again: hub source show {named}")
    _print(tested, as_json=as_json)
    raise typer.Exit(0 if tested["conformance"]["passed"] else 1)


_step("approve", "Approve a version that somebody else registered and that passed its test.")
_step("activate", "Take an approved version into use, in place of the one before it.")
_stop("suspend", "Stop asking a source, on every worker within a second.")
_stop("resume", "Lift your own side's suspension.")
_stop("retire", "Take a version out for good.")


@app.command("list")
def list_all(
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print every version that you may see."""
    found = caller(role, state, url, token_file).ask(LIST, {})["registrations"]
    if as_json:
        _print_json(found)
    else:
        show_list(found, Console())


@app.command("show")
def show(
    source: IdArgument,
    hours: Annotated[int, typer.Option(min=1, max=744, help="How far back the calls to it are shown.")] = 24,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a source's versions with their history, and how its system does."""
    asker = caller(role, state, url, token_file)
    name, _, number = source.partition("@")
    versions = [_version(asker, source)] if number else _versions(asker, source)
    health = asker.ask(HEALTH, {"source": name, "hours": hours})["sourceHealth"]
    if as_json:
        _print_json({"versions": versions, "health": health})
        return
    console = Console()
    for one in versions:
        show_version(one, console)
    show_health(health, console)


@app.command("secret")
def secret(
    source: IdArgument,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The name that the manifest gives it.")],
    file: Annotated[
        Path | None, typer.Option("--from-file", help="Read it from here, not from standard input.")
    ] = None,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set a secret, from standard input or a file and never from the command itself. It cannot be read again."""
    asker = caller(role, state, url, token_file)
    sent = {"source": source, "field": field, "value": _secret(file)}
    done = asker.ask(SECRET, {"input": sent})["setSourceSecret"]
    if as_json:
        _print_json(done)
    else:
        typer.echo(f"The secret {field} of {done['id']} is set. Workers use it within a second.")


def _secret(file: Path | None) -> str:
    if file is not None:
        return file.read_text().removesuffix("\n")
    if sys.stdin.isatty():
        typed: str = typer.prompt("Secret", hide_input=True, err=True)
        return typed
    return sys.stdin.read().removesuffix("\n")


def _done(asker: Caller, act: str, source: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Do it, and return the version that it was done to."""
    (done,) = asker.ask(ACTS[act], variables).values()
    named = done["id"] if "@" in done["id"] else source
    if "@" not in named and act == "suspend":
        (named,) = [one["id"] for one in _versions(asker, named) if one["state"] == "SUSPENDED"]
    return _version(asker, named)


def _versions(asker: Caller, source: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asker.ask(SHOW, {"source": source})["registrations"]
    if not found:
        raise NotFound("No source of that id is registered, or it is not yours to see.", ("no-such-source",))
    return found


def _version(asker: Caller, reference: str) -> dict[str, Any]:
    """The version named, else the newest."""
    name, _, number = reference.partition("@")
    known = [one for one in _versions(asker, name) if number in {"", str(one["version"])}]
    if not known:
        raise BadInput(f"There is no such version; hub source show {name} tells which there are.", ("no-such-source",))
    return known[-1]


def _result(version: dict[str, Any]) -> str | None:
    return str(version["conformance"]["id"]) if version["conformance"] else None


def _print(version: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _print_json(version)
    else:
        show_version(version, Console())


def _print_json(told: Any) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
