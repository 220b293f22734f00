"""``hub view``: one combined child view, readable in a terminal."""

from typing import Any

import msgspec
import typer
from rich.console import Console

from hub.cli.client import Caller
from hub.cli.enquiry import DEFAULT_REASON, AgreedOption, EnquiryOption, PurposeOption, ReasonOption, enquiry_for
from hub.cli.queries import VIEW
from hub.cli.running import DEFAULT_STATE, JsonOption, RoleOption, StateOption, UrlOption, caller
from hub.cli.showing import show_view
from hub.cli.subject import (
    AliasOption,
    BornOption,
    FamilyOption,
    GivenOption,
    NumberArgument,
    PostcodeOption,
    subject_of,
)


def view(
    role: RoleOption,
    number: NumberArgument = None,
    family: FamilyOption = None,
    given: GivenOption = None,
    born: BornOption = None,
    postcode: PostcodeOption = None,
    alias: AliasOption = None,
    purpose: PurposeOption = None,
    reason: ReasonOption = DEFAULT_REASON,
    agreed: AgreedOption = None,
    enquiry: EnquiryOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what every partner knows about one child, under a new enquiry or one opened before."""
    asker = caller(role, state, url)
    subject = subject_of(number, family, given, born, postcode, alias)
    print_view(ask_view(asker, enquiry_for(asker, enquiry, subject, purpose, reason, agreed)), as_json=as_json)


def ask_view(asker: Caller, enquiry_id: str) -> dict[str, Any]:
    """The combined view. Raises Refused."""
    answer: dict[str, Any] = asker.ask(VIEW, {"id": enquiry_id})["combinedChildView"]
    return answer


def print_view(answer: dict[str, Any], *, as_json: bool) -> None:
    """Print a view for a machine or for a person."""
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    else:
        show_view(answer, Console())
