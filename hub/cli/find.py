"""``hub find`` and ``hub match``: who each source says the child may be, and what a person decides about that."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.candidates import show_find
from hub.cli.enquiry import DEFAULT_REASON, EnquiryOption, PurposeOption, ReasonOption, enquiry_for
from hub.cli.queries import CONFIRM, FIND, REJECT
from hub.cli.running import DEFAULT_STATE, JsonOption, RoleOption, StateOption, UrlOption, caller
from hub.cli.subject import (
    AliasOption,
    BornOption,
    FamilyOption,
    GivenOption,
    NumberArgument,
    PostcodeOption,
    subject_of,
)

CandidateArgument = Annotated[str, typer.Argument(help="A candidate's id, as hub find printed it.")]
UnderOption = Annotated[str, typer.Option("--enquiry", help="Your enquiry, as hub find printed it.")]
WhyOption = Annotated[str, typer.Option("--reason", help="Why you are sure.")]

app = typer.Typer(help="Say who is whom, where the hub is not sure.", no_args_is_help=True)


def find(
    role: RoleOption,
    number: NumberArgument = None,
    family: FamilyOption = None,
    given: GivenOption = None,
    born: BornOption = None,
    postcode: PostcodeOption = None,
    alias: AliasOption = None,
    widen: Annotated[bool, typer.Option("--widen", help="Search on where sources found too many.")] = False,
    purpose: PurposeOption = None,
    reason: ReasonOption = DEFAULT_REASON,
    enquiry: EnquiryOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search every source for one child and print who was found, with the reasons attribute by attribute."""
    asker = caller(role, state, url)
    subject = subject_of(number, family, given, born, postcode, alias)
    under = enquiry_for(asker, enquiry, subject, purpose, reason)
    _print(asker.ask(FIND, {"id": under, "widen": widen})["findSubject"], as_json=as_json)


@app.command("confirm")
def confirm(
    candidate: CandidateArgument,
    enquiry: UnderOption,
    reason: WhyOption,
    role: RoleOption,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a candidate is the child, and print the find that follows. It also takes back a rejection."""
    sent = {"input": {"enquiryId": enquiry, "candidateId": candidate, "reason": reason}}
    _print(caller(role, state, url).ask(CONFIRM, sent)["confirmMatch"], as_json=as_json)


@app.command("reject")
def reject(
    candidate: CandidateArgument,
    enquiry: UnderOption,
    reason: WhyOption,
    role: RoleOption,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a candidate is somebody else, and print the find that follows. It also takes back a confirmation."""
    sent = {"input": {"enquiryId": enquiry, "candidateId": candidate, "reason": reason}}
    _print(caller(role, state, url).ask(REJECT, sent)["rejectMatch"], as_json=as_json)


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        show_find(found, Console())
