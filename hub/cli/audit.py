"""``hub audit``: read the evidence, through the hub's door, as somebody whose role may."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.cli.queries import ENTRIES
from hub.cli.running import DEFAULT_STATE, StateOption, UrlOption, caller

app = typer.Typer(help="The evidence of who asked what.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``tail`` a named command."""


@app.command("tail")
def tail(
    role: Annotated[str, typer.Option("--as", help="A role that may read the log.")] = "auditor",
    count: Annotated[int, typer.Option("-n", help="How many entries.")] = 20,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Print the newest entries. Reading them is itself recorded."""
    told = caller(role, state, url).ask(ENTRIES, {"first": count})["auditEntries"]
    entries = [edge["node"] for edge in told["edges"]]
    if as_json:
        for entry in entries:
            typer.echo(msgspec.json.encode(entry))
        return
    table = Table(title="Newest evidence", title_justify="left", expand=True)
    for heading in ("#", "When", "What", "Who", "Purpose", "Outcome", "Reasons", "Sources"):
        table.add_column(heading)
    for one in entries:
        sources = "\n".join(f"{s['source']} {s['state']} {s['recordCount']}" for s in one["sources"])
        reasons = ", ".join(one["reasons"])
        table.add_row(
            str(one["index"]),
            one["at"][:19],
            one["kind"],
            one["principal"],
            one["purpose"] or "",
            one["outcome"],
            reasons,
            sources,
        )
    Console().print(table)
