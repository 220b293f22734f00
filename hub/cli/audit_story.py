"""``hub audit story``: one enquiry from opening to outcome, in words."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from hub.cli.audit_queries import STORY
from hub.cli.audit_search import ReviewerOption
from hub.cli.listing import Listing
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller


def story(
    enquiry: Annotated[str, typer.Argument(help="The enquiry's id, as the work list or a search gives it.")],
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print everything that was done under one enquiry. # is the index to prove an entry by.

    Reading it is itself recorded.
    """
    told = caller(role, state, url, token_file).ask(STORY, {"id": enquiry})["enquiryStory"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    console = Console()
    for line in _head(told):
        console.print(Text(line))
    for difference in told["differences"]:
        console.print(Text(f"! {difference}", style="bold red"))
    rows = [(str(one["index"]), one["at"][:19], _who(one), _what(one)) for one in told["steps"]]
    Listing("What happened", ("#", "When (UTC)", "Who", "What"), rows).show(console)


def _head(told: dict[str, Any]) -> list[str]:
    if told["openedBy"] is None:
        return ["The log does not say how this enquiry was opened."]
    referral = "a referral is linked" if told["referred"] else "no referral is linked"
    works_for = " of ".join(part for part in (told["organisation"], told["agency"]) if part)
    return [
        f"Enquiry {told['enquiryId']}: {told['purpose']}, {told['urgency'] or 'urgency not told'}, {referral}.",
        f"Opened {told['openedAt'][:19]} UTC by {told['openedBy']} ({', '.join(told['roles'])}; {works_for}).",
    ]


def _who(step: dict[str, Any]) -> str:
    return f"{step['principal']} ({step['agency']})"


def _what(step: dict[str, Any]) -> Text:
    lines = [step["says"] + (" Under a broken glass." if step["brokenGlass"] else "")]
    lines += [f"Reason given: {step['words']}"] if step["words"] else []
    lines += [_ruling(one) for one in step["rulings"]]
    for source in step["sources"]:
        categories = f" ({', '.join(source['categories'])})" if source["categories"] else ""
        lines.append(f"{source['source']}: {source['state']}, {source['recordCount']} shown{categories}")
        lines += [f"  {_ruling(one)}" for one in source["rulings"]]
        for back in source["withheld"]:
            number = "" if back["count"] is None else f" ({back['count']})"
            lines.append(f"  kept back {back['category']}{number}: {'; '.join(map(_ruling, back['rulings']))}")
    return Text("\n".join(lines), style="dim" if step["partOfReview"] else "")


def _ruling(one: dict[str, Any]) -> str:
    return f"{one['rule']}: {one['says']}" if one["says"] else str(one["rule"])
