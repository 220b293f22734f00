"""The command line: ``hub``. Each group stands in a module of its own, read when it is asked for."""

import sys
from importlib import import_module
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

import hub
from hub.errors import HubError


class Part(NamedTuple):
    """Where a command, or a group of commands, stands below ``hub.cli``."""

    module: str
    name: str = "app"
    group: bool = True


# Reading every module takes longer than most commands do: one that is asked for by name is read alone.
PARTS = {
    "serve": Part("serve", "serve", group=False),
    "demo": Part("demonstration", "demo", group=False),
    "token": Part("demonstration", "token", group=False),
    "partner": Part("demonstration", "partner", group=False),
    "view": Part("view", "view", group=False),
    "find": Part("find", "find", group=False),
    "match": Part("find"),
    "source": Part("source"),
    "agreement": Part("agreement"),
    "connector": Part("connector_commands"),
    "client": Part("enrolment"),
    "agent": Part("agent"),
    "review": Part("review", "reviews"),
    "event": Part("review", "events"),
    "audit": Part("audit"),
    "witness": Part("witness"),
    "policy": Part("policy"),
    "identity": Part("identity"),
    "db": Part("db"),
    "keys": Part("keys"),
}


def command_line(only: str | None = None) -> typer.Typer:
    """The command line, whole or with one command or group alone."""
    app = typer.Typer(
        name="hub",
        help="The Partnership Hub: one question about one child, answered live by every partner.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_version)
    for name, part in PARTS.items():
        if only in {None, name}:
            found = getattr(import_module(f"hub.cli.{part.module}"), part.name)
            if part.group:
                app.add_typer(found, name=name)
            else:
                app.command(name)(found)
    return app


def _print_version(asked: bool) -> None:  # noqa: FBT001  typer's own form
    if asked:
        typer.echo(hub.__version__)
        raise typer.Exit


def _version(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Take options that stand before a command."""


def main() -> None:
    """Run the command line. A refusal of the hub is one sentence on standard error and exit code 1."""
    asked = sys.argv[1] if len(sys.argv) > 1 else None
    try:
        command_line(asked if asked in PARTS else None)()
    except HubError as refusal:
        told = f"{refusal.message}" + (f" ({', '.join(refusal.reasons)})" if refusal.reasons else "")
        _say(told)
    except OSError as fault:
        _say(f"{_named(fault)} could not be used: {fault.strerror or 'unknown fault'}.")


def _named(fault: OSError) -> str:
    """The file as it was typed, where the system says which one it was."""
    return f"The file {fault.filename}" if isinstance(fault.filename, str) else "A file or address"


def _say(refusal: str) -> None:
    Console(stderr=True).print(refusal, style="red", highlight=False, markup=False, soft_wrap=True)
    sys.exit(1)
