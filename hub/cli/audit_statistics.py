"""``hub audit statistics``: questions, disclosures, refusals and withholdings of a period."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from hub.cli.audit_queries import STATISTICS
from hub.cli.audit_search import ReviewerOption
from hub.cli.listing import Listing
from hub.cli.moments import FromOption, ToOption, moment
from hub.cli.running import DEFAULT_STATE, JsonOption, StateOption, TokenFileOption, UrlOption, caller
from hub.review.statistics import By

_TOP = 3  # rules named in the table; --json has them all


def statistics(
    by: Annotated[By, typer.Option("--by", case_sensitive=False, help="What figures are told apart by.")] = By.AGENCY,
    since: FromOption = None,
    until: ToOption = None,
    role: ReviewerOption = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print figures of a year back, or of a period. Small numbers are shown: keep them among those who review."""
    asked = {"from": moment(since), "to": moment(until), "by": by.value}
    told = caller(role, state, url, token_file).ask(STATISTICS, asked)["auditStatistics"]
    if as_json:
        typer.echo(msgspec.json.encode(told).decode())
        return
    console = Console()
    title = f"By {by.value.lower()}, {told['from'][:10]} to {told['to'][:10]}"
    headings = (
        "",
        "Enquiries",
        "People",
        "Asked",
        "Answered",
        "Refused",
        "Kept back by",
        "Glass",
        "Finds only",
        "Wait",
    )
    Listing(title, headings, [_row(one) for one in told["figures"]]).show(console)
    if any(one["small"] for one in told["figures"]):
        console.print("* so few people that a figure may point at one: do not pass it on as it is.", highlight=False)


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    verdicts = ", ".join(f"{each['count']} {each['name']}" for each in one["verdicts"])
    return (
        one["of"] + (" *" if one["small"] else ""),
        str(one["enquiries"]),
        str(one["people"]),
        str(one["questions"]),
        str(one["disclosures"]),
        _with_rules(one["refusals"], one["refusedBy"]),
        _with_rules(sum(each["count"] for each in one["withheldBy"]), one["withheldBy"]),
        f"{one['brokenGlass']} ({one['glassWithoutVerdict']} without verdict)" + (f"; {verdicts}" if verdicts else ""),
        str(one["findsWithoutView"]),
        "" if one["medianSeconds"] is None else f"{one['medianSeconds']:.0f} s",
    )


def _with_rules(total: int, rules: list[dict[str, Any]]) -> str:
    return "\n".join([str(total), *(f"{one['count']} {one['name']}" for one in rules[:_TOP])])
