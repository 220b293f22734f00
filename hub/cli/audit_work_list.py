"""``hub audit worklist`` and ``hub audit verdict``: what deserves a look, and what a reviewer came to."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.audit_queries import VERDICT, WORK_LIST
from hub.cli.audit_search import ReviewerOption
from hub.cli.enquiry import require_purpose
from hub.cli.listing import Listing, counted
from hub.cli.moments import FromOption, ToOption, moment
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.domain.review import Judgement, Priority, Rule


def worklist(
    rule: Annotated[Rule | None, typer.Option("--rule", help="Lines on which this rule found something.")] = None,
    priority: Annotated[Priority | None, typer.Option("--priority", help="Only these.")] = None,
    principal: Annotated[str | None, typer.Option("--principal", help="Whose access, by id.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Of people of this agency.")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Of enquiries for this purpose.")] = None,
    judgement: Annotated[Judgement | None, typer.Option("--verdict", help="Whose standing verdict is this.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also lines that have a verdict.")] = False,
    since: FromOption = None,
    until: ToOption = None,
    count: Annotated[int, typer.Option("-n", min=1, max=100, help="How many lines.")] = 20,
    after: Annotated[str | None, typer.Option("--after", help="Go on after the cursor printed last.")] = None,
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what deserves a look and has no verdict, the most pressing first.

    Of the last 31 days, unless you say otherwise. Reading it is itself recorded.
    """
    if purpose:
        require_purpose(purpose)
    wanted = {
        "rule": rule,
        "priority": priority,
        "principal": principal,
        "agency": agency,
        "purpose": purpose,
        "judgement": judgement,
        "from": moment(since),
        "to": moment(until),
    }
    given = {name: value for name, value in wanted.items() if value}
    settled = {"settled": None} if everything else {}
    asked = {"first": count, "after": after, "filter": given | settled}
    told = caller(role, state, url, token_file).ask(WORK_LIST, asked)["auditWorkList"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    _print([edge["node"] for edge in told["edges"]], told["total"], told["pageInfo"])


def verdict(
    item: Annotated[str, typer.Argument(metavar="ID", help="A line's id, as the work list prints it.")],
    judgement: Annotated[Judgement, typer.Argument(help="What you came to.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in words; kept sealed.")],
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what you came to about one line of the work list. Nobody judges their own access."""
    given = {"item": item, "judgement": judgement.value, "reason": reason}
    told = caller(role, state, url, token_file).ask(VERDICT, {"input": given})["recordVerdict"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    _print([told], 1, {"hasNextPage": False})


def _print(items: list[dict[str, Any]], total: int, page: dict[str, Any]) -> None:
    console = Console()
    rows = [
        (
            one["priority"] + _verdict(one),
            f"{one['principal']} ({', '.join(one['roles'])})\n{one['purpose'] or ''} {one['until'][:16]}",
            "\n".join(f"{found['rule']}: {found['reason']}" for found in one["findings"]),
            one["id"],
        )
        for one in items
    ]
    headings = ("Priority", "Who, why, when", "What deserves a look", "Line")
    Listing(f"{len(items)} of {counted(total, 'line', 'lines')}", headings, rows).show(console)
    if page["hasNextPage"]:
        console.print(f"More: --after {page['endCursor']}", highlight=False)


def _verdict(item: dict[str, Any]) -> str:
    if not item["verdicts"]:
        return ""
    latest = item["verdicts"][-1]
    since = "; more came to light since" if item["waiting"] else ""
    return f"\n{latest['judgement']} by {latest['by']}{since}"
