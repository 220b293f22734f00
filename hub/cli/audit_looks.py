"""``hub audit looks``: who looked at a source's own records, for those who work there."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller

LOOKS = """
query Looks($source: ID!, $first: Int) {
  looksAtOurRecords(source: $source, first: $first) {
    at who organisation purpose purposeInWords legalBasis requestId
  }
}
"""
SourceArgument = Annotated[str, typer.Argument(help="Your source's id.")]
PractitionerOption = Annotated[
    str, typer.Option("--as", help="Somebody who works for the source's holder: a partner_rep of its agency.")
]


def looks(
    source: SourceArgument,
    role: PractitionerOption = "partner_rep",
    count: Annotated[int, typer.Option("-n", min=1, max=100, help="How many.")] = 20,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print who looked at your records, in which role and why. It is recorded that you asked."""
    told = caller(role, state, url, token_file).ask(LOOKS, {"source": source, "first": count})["looksAtOurRecords"]
    if as_json:
        for one in told:
            typer.echo(msgspec.json.encode(one))
        return
    if not told:
        typer.echo("Nobody: no look at your records is in the log.")
        return
    table = Table(title="Who looked at your records", title_justify="left", expand=True)
    for heading in ("When (UTC)", "Who", "Organisation", "Why", "Request"):
        table.add_column(heading)
    for one in told:
        table.add_row(one["at"][:16], one["who"], one["organisation"], one["purposeInWords"], one["requestId"])
    Console().print(table)
