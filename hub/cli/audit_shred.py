"""``hub audit shred``: destroy the content of old evidence. One person proposes, another confirms."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from hub.cli.audit_report import BornOption, FamilyOption, NumberOption, UpnOption, WhoOption
from hub.cli.listing import counted
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.cli.subject import whole_birth_date
from hub.errors import BadInput

PROPOSE = """
mutation Propose($input: ProposeShreddingInput!) {
  proposeShredding(input: $input) {
    id before months { month keys entries } keys entries kept spared sparedEntries until
  }
}
"""
CONFIRM = """
mutation Confirm($id: ID!, $person: ShreddedPersonInput) {
  confirmShredding(id: $id, person: $person) { proposal keys entries }
}
"""

BeforeOption = Annotated[
    str | None, typer.Option("--before", help="Propose what is of months before this one: 2019-05.")
]
ConfirmOption = Annotated[
    str | None, typer.Option("--confirm", help="Destroy what somebody else proposed; name the person again.")
]


def shred(
    role: WhoOption = "dpo",
    before: BeforeOption = None,
    number: NumberOption = None,
    upn: UpnOption = None,
    family: FamilyOption = None,
    born: BornOption = None,
    confirm: ConfirmOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose, or confirm, that content of the log is destroyed. Hashes stay, proofs hold; contents never come back."""
    birth_date = whole_birth_date(born) if born else None
    sent = {"before": before, "nhsNumber": number, "upn": upn, "familyName": family, "birthDate": birth_date}
    given = {name: value for name, value in sent.items() if value is not None}
    if before is not None if confirm is not None else not given:
        raise BadInput("Say what to propose, by --before or by naming somebody; or confirm a proposal with --confirm.")
    asking, console = caller(role, state, url, token_file), Console()
    if confirm is None:
        told = asking.ask(PROPOSE, {"input": given})["proposeShredding"]
    else:
        told = asking.ask(CONFIRM, {"id": confirm, "person": given or None})["confirmShredding"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
    elif confirm is None:
        _show(told, console)
    else:
        _show_done(told, console)


def _show_done(done: dict[str, Any], console: Console) -> None:
    entries, keys = counted(done["entries"], "entry", "entries"), counted(done["keys"], "key", "keys")
    console.print(f"Destroyed: the content of {entries}, with {keys}.")


def _show(proposal: dict[str, Any], console: Console) -> None:
    table = Table(title=f"Proposed: before {proposal['before']}", title_justify="left")
    for heading in ("Month", "Keys", "Entries"):
        table.add_column(heading, justify="right")
    for one in proposal["months"]:
        table.add_row(one["month"], str(one["keys"]), str(one["entries"]))
    table.add_row("all", str(proposal["keys"]), str(proposal["entries"]))
    console.print(table)
    if proposal["kept"]:
        kept = counted(proposal["kept"], "key of those months stays", "keys of those months stay")
        console.print(f"{kept}: the time is not over (retention.toml).")
    if proposal["spared"]:
        keys, entries = counted(proposal["spared"], "key", "keys"), proposal["sparedEntries"]
        console.print(
            f"Spared: {keys} with {counted(entries, 'entry', 'entries')}. Reviewers are not done with what is sealed "
            "so, or it keeps something back from reports on accesses."
        )
    console.print(f"Nothing is destroyed yet. Until {proposal['until'][:10]} somebody else confirms it:")
    console.print(f"hub audit shred --confirm {proposal['id']} --as ig_lead", soft_wrap=True)
    console.print("Where it is one person's, they name the person again, as you did.")
