"""``hub audit search``: entries of the log by whom they are about, who asked, why, when and what came of it."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.enquiry import require_purpose
from hub.cli.listing import Listing, counted
from hub.cli.moments import FromOption, ToOption, moment
from hub.cli.queries import ENTRIES
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.cli.subject import BornOption, FamilyOption, NumberArgument, subject_of

ReviewerOption = Annotated[str | None, typer.Option("--as", help="In the demo: a role that may read the log.")]
ENTRY = "#", "When (UTC)", "What", "Who", "Purpose", "Outcome", "Reasons"
_PAGE = 100


def search(
    number: NumberArgument = None,
    family: FamilyOption = None,
    born: BornOption = None,
    principal: Annotated[str | None, typer.Option("--principal", help="Who asked, by id.")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="The agency of whoever asked.")] = None,
    asking_role: Annotated[str | None, typer.Option("--role", help="A role of whoever asked.")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Why, for example S47.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="What became of this source.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="What was done, for example view or breakGlass.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="disclosed, refused, failed...")] = None,
    enquiry: Annotated[str | None, typer.Option("--enquiry", help="Under this enquiry.")] = None,
    since: FromOption = None,
    until: ToOption = None,
    count: Annotated[int, typer.Option("-n", min=1, max=5_000, help="How many entries, the newest first.")] = 50,
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the evidence. A child is found by number, or by family name and birth date, however they were asked for.

    That you searched, and for whom, is itself recorded; what you typed is not.
    """
    if purpose:
        require_purpose(purpose)
    wanted = {
        "person": subject_of(number, family, born=born),
        "principal": principal,
        "agency": agency,
        "role": asking_role,
        "purpose": purpose,
        "source": source,
        "kind": kind,
        "outcome": outcome,
        "enquiryId": enquiry,
        "from": moment(since),
        "to": moment(until),
    }
    given = {name: value for name, value in wanted.items() if value}
    entries, after = list[dict[str, Any]](), None
    auditor = caller(role, state, url, token_file)
    while len(entries) < count:
        first = min(_PAGE, count - len(entries))
        told = auditor.ask(ENTRIES, {"first": first, "after": after, "filter": given})["auditEntries"]
        entries += [edge["node"] for edge in told["edges"]]
        after = told["pageInfo"]["endCursor"]
        if not told["pageInfo"]["hasNextPage"]:
            break
    if as_json:
        typer.echo(msgspec.json.encode(entries).decode())
        return
    if not entries:
        typer.echo("Nothing: no entry fits all of this.")
        return
    _listing(entries).show(Console())


def _listing(entries: list[dict[str, Any]]) -> Listing:
    rows = [(*entry_row(one), one["enquiryId"] or "") for one in entries]
    return Listing(f"{counted(len(entries), 'entry', 'entries')}, the newest first", (*ENTRY, "Enquiry"), rows)


def entry_row(one: dict[str, Any]) -> tuple[str, ...]:
    """An entry under the headings of ``ENTRY``."""
    return (
        str(one["index"]),
        one["at"][:19],
        one["kind"],
        one["principal"],
        one["purpose"] or "",
        one["outcome"],
        ", ".join(one["reasons"]),
    )
