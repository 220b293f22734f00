"""``hub view``: one combined child view, readable in a terminal."""

import secrets
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.client import Caller
from hub.cli.queries import OPEN, VIEW
from hub.cli.running import DEFAULT_STATE, RoleOption, StateOption, UrlOption, caller
from hub.cli.showing import show_view
from hub.domain.codes import PurposeCode
from hub.errors import BadInput


def view(
    nhs_number: Annotated[str, typer.Argument(help="The child's NHS number; spaces are fine.")],
    role: RoleOption,
    purpose: Annotated[str, typer.Option(help="The purpose code, for example S47.")],
    reason: Annotated[str, typer.Option(help="Why you ask.")] = "Opened from the command line",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Open an enquiry about one child and print what every partner knows."""
    require_purpose(purpose)
    answer = ask_view(caller(role, state, url), nhs_number, purpose, reason)
    print_view(answer, as_json=as_json)


def require_purpose(purpose: str) -> None:
    """Raise BadInput, with the codes there are, for a word that is no purpose."""
    if purpose not in set(PurposeCode):
        raise BadInput(f"There is no such purpose. The codes are {', '.join(PurposeCode)}.", ("purpose-unknown",))


def ask_view(asker: Caller, nhs_number: str, purpose: str, reason: str) -> dict[str, Any]:
    """The combined view, under a new enquiry. Raises Refused."""
    opened = asker.ask(
        OPEN,
        {
            "input": {
                "purpose": purpose,
                "reason": reason,
                "urgency": "AMBER",
                "subject": {"nhsNumber": nhs_number},
                "idempotencyKey": secrets.token_urlsafe(16),
            }
        },
    )
    answer: dict[str, Any] = asker.ask(VIEW, {"id": opened["openEnquiry"]["id"]})["combinedChildView"]
    return answer


def print_view(answer: dict[str, Any], *, as_json: bool) -> None:
    """Print a view for a machine or for a person."""
    console = Console()
    if as_json:
        typer.echo(_json(answer))
    else:
        show_view(answer, console)


def _json(answer: dict[str, Any]) -> str:
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
