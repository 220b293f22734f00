"""The command line: ``hub``. Each group stands in a module of its own."""

import sys

import typer
from rich.console import Console

from hub.cli import audit, db, demonstration, keys, policy, serve, view
from hub.errors import HubError

app = typer.Typer(
    name="hub",
    help="The Partnership Hub: one question about one child, answered live by every partner.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("demo")(demonstration.demo)
app.command("token")(demonstration.token)
app.command("partner")(demonstration.partner)
app.command("view")(view.view)
app.add_typer(audit.app, name="audit")
app.add_typer(policy.app, name="policy")
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line. A refusal of the hub is one sentence on standard error and exit code 1."""
    try:
        app()
    except HubError as refusal:
        told = f"{refusal.message}" + (f" ({', '.join(refusal.reasons)})" if refusal.reasons else "")
        Console(stderr=True).print(told, style="red", highlight=False, markup=False)
        sys.exit(1)
