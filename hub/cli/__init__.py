"""The command line: ``hub``. Each group stands in a module of its own."""

import sys
from typing import Annotated

import typer
from rich.console import Console

import hub
from hub.cli import (
    agent,
    agreement,
    audit,
    conformance,
    conformance_reports,
    connector,
    db,
    demonstration,
    enrolment,
    find,
    identity,
    keys,
    policy,
    review,
    serve,
    source,
    view,
)
from hub.errors import HubError


def _print_version(asked: bool) -> None:  # noqa: FBT001  typer's own form
    if asked:
        typer.echo(hub.__version__)
        raise typer.Exit


app = typer.Typer(
    name="hub",
    help="The Partnership Hub: one question about one child, answered live by every partner.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _version(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Take options that stand before a command."""


app.command("serve")(serve.serve)
app.command("demo")(demonstration.demo)
app.command("token")(demonstration.token)
app.command("partner")(demonstration.partner)
app.command("view")(view.view)
app.command("find")(find.find)
app.add_typer(find.app, name="match")
app.add_typer(source.app, name="source")
app.add_typer(agreement.app, name="agreement")
app.add_typer(audit.app, name="audit")
app.add_typer(policy.app, name="policy")
app.add_typer(review.reviews, name="review")
app.add_typer(review.events, name="event")
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(enrolment.app, name="client")
app.add_typer(identity.app, name="identity")
connector.app.command("check")(conformance.check)
connector.app.command("report")(conformance_reports.report)
connector.app.command("verify")(conformance_reports.verify)
app.add_typer(connector.app, name="connector")
app.add_typer(agent.app, name="agent")


def main() -> None:
    """Run the command line. A refusal of the hub is one sentence on standard error and exit code 1."""
    try:
        app()
    except HubError as refusal:
        told = f"{refusal.message}" + (f" ({', '.join(refusal.reasons)})" if refusal.reasons else "")
        _say(told)
    except OSError as fault:
        _say(f"A file or address could not be used: {fault.strerror or 'unknown fault'}.")


def _say(refusal: str) -> None:
    Console(stderr=True).print(refusal, style="red", highlight=False, markup=False)
    sys.exit(1)
