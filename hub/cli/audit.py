"""``hub audit``: read the evidence, through the hub's door, as somebody whose role may."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.audit_export import export
from hub.cli.audit_fsck import fsck
from hub.cli.audit_gap import gap, origin
from hub.cli.audit_looks import looks
from hub.cli.audit_prove import prove
from hub.cli.audit_replay import replay
from hub.cli.audit_report import report
from hub.cli.audit_search import ENTRY, entry_row, search
from hub.cli.audit_shred import shred
from hub.cli.audit_statistics import statistics
from hub.cli.audit_story import story
from hub.cli.audit_verify import verify
from hub.cli.audit_watch import flag, staff
from hub.cli.audit_work_list import verdict, worklist
from hub.cli.listing import Listing
from hub.cli.queries import ENTRIES, GLASS
from hub.cli.running import DEFAULT_STATE, StateOption, TokenFileOption, UrlOption, caller

AuditorOption = Annotated[str, typer.Option("--as", help="A role that may read the log.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

app = typer.Typer(help="The evidence of who asked what.", no_args_is_help=True)
app.command("export")(export)
app.command("fsck")(fsck)
app.command("gap")(gap)
app.command("origin")(origin)
app.command("prove")(prove)
app.command("looks")(looks)
app.command("replay")(replay)
app.command("verify")(verify)
app.command("report")(report)
app.command("shred")(shred)
app.command("search")(search)
app.command("story")(story)
app.command("worklist")(worklist)
app.command("verdict")(verdict)
app.command("statistics")(statistics)
app.command("flag")(flag)
app.add_typer(staff, name="staff", no_args_is_help=True)


@app.command("tail")
def tail(
    role: AuditorOption = "auditor",
    count: Annotated[int, typer.Option("-n", min=1, max=100, help="How many entries.")] = 20,
    request: Annotated[str | None, typer.Option("--request", help="Of this request id, as a partner kept it.")] = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the newest entries. Reading them is itself recorded."""
    wanted = {"requestId": request} if request else None
    told = caller(role, state, url, token_file).ask(ENTRIES, {"first": count, "filter": wanted})["auditEntries"]
    entries = [edge["node"] for edge in told["edges"]]
    if as_json:
        for entry in entries:
            typer.echo(msgspec.json.encode(entry))
        return
    if not entries:
        typer.echo("Nothing: the log has no such entry.")
        return
    Listing("Newest evidence", (*ENTRY, "Sources"), [_row(one) for one in entries]).show(Console())


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    return (*entry_row(one), "\n".join(f"{s['source']} {s['state']} {s['recordCount']}" for s in one["sources"]))


@app.command("glass")
def glass(
    role: AuditorOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the broken glasses that wait for review, the oldest first. Reading them is itself recorded."""
    waiting = caller(role, state, url, token_file).ask(GLASS, {})["breakGlassReviews"]
    if as_json:
        for one in waiting:
            typer.echo(msgspec.json.encode(one))
        return
    if not waiting:
        typer.echo("Nothing: no broken glass waits for review.")
        return
    rows = [
        (one["id"], one["at"][:19], one["until"][:19], one["openedBy"], one["purpose"], one["enquiryId"], one["reason"])
        for one in waiting
    ]
    headings = ("Id", "When (UTC)", "Until (UTC)", "Who", "Purpose", "Enquiry", "Reason")
    Listing("Broken glasses that wait for review", headings, rows).show(Console())
