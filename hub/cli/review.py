"""``hub review`` and ``hub event``: what waits for a partner's decision, and what the partner was told."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.listing import Listing
from hub.cli.running import DEFAULT_STATE, ActorOption, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.domain.holding import DenialReason

reviews = typer.Typer(help="Questions that a person at the partner decides.", no_args_is_help=True)
events = typer.Typer(help="Events that partners were sent.", no_args_is_help=True)

_REVIEW = "id source state purpose urgency askedAt dueAt secondsLeft who reference localId decidedBy reason words"
_EVENT = "id source type at subject state attempts nextAt deliveredAt deadAt fault"
_LIST = f"query {{ holderReviews {{ {_REVIEW} }} }}"
_DECIDE = f"mutation ($input: DecideHolderReviewInput!) {{ decideHolderReview(input: $input) {{ {_REVIEW} }} }}"
_EVENTS = f"query ($source: ID!) {{ eventsOut(source: $source) {{ {_EVENT} }} }}"
_REPLAY = f"mutation ($id: ID!) {{ replayEvent(id: $id) {{ {_EVENT} }} }}"


@reviews.command("list")
def waiting(
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """What waits for your agency, the soonest due first."""
    told = caller(role, state, url, token_file).ask(_LIST, {})["holderReviews"]
    _print_reviews(told, as_json=as_json)


@reviews.command("permit")
def permit(
    review: Annotated[str, typer.Argument(metavar="ID")],
    words: Annotated[str, typer.Option(help="Shown to whoever asked.")] = "",
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Share what was asked for."""
    given = {"id": review, "permit": True, "words": words}
    told = caller(role, state, url, token_file).ask(_DECIDE, {"input": given})["decideHolderReview"]
    _print_reviews([told], as_json=as_json)


@reviews.command("deny")
def deny(
    review: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[DenialReason, typer.Option(help="Why it is not shared.")],
    words: Annotated[str, typer.Option(help="Shown to whoever asked.")] = "",
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do not share it, and say why."""
    given = {"id": review, "permit": False, "reason": reason.value, "words": words}
    told = caller(role, state, url, token_file).ask(_DECIDE, {"input": given})["decideHolderReview"]
    _print_reviews([told], as_json=as_json)


@events.command("list")
def sent(
    source: Annotated[str, typer.Argument(help="Whose events.")],
    dead: Annotated[bool, typer.Option("--dead", help="Only those given up.")] = False,
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Events of one source, the newest first."""
    told = caller(role, state, url, token_file).ask(_EVENTS, {"source": source})["eventsOut"]
    _print_events([one for one in told if not dead or one["state"] == "DEAD"], as_json=as_json)


@events.command("replay")
def replay(
    event: Annotated[str, typer.Argument(metavar="ID")],
    role: ActorOption = None,
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have an event delivered once more."""
    _print_events([caller(role, state, url, token_file).ask(_REPLAY, {"id": event})["replayEvent"]], as_json=as_json)


def _print_reviews(told: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    rows = [
        (one["id"], one["state"], one["urgency"], _left(one["secondsLeft"]), one["purpose"], _whom(one), one["who"])
        for one in told
    ]
    headings = ("Review", "State", "RAG", "Left", "Purpose", "Yours", "Who decides")
    Listing("Questions for your decision", headings, rows).show(Console())


def _print_events(told: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    rows = [(one["id"], one["state"], one["type"], one["at"], str(one["attempts"]), one["fault"] or "") for one in told]
    Listing("Events", ("Event", "State", "Type", "At", "Attempts", "Fault"), rows).show(Console())


def _left(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"{hours} h {minutes:02} min" + (" overdue" if seconds < 0 else "")


def _whom(one: dict[str, Any]) -> str:
    return " · ".join(told for told in (one["localId"], one["reference"]) if told)
