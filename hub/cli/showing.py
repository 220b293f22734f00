"""A combined view as a person reads it: who, which sources, alerts, who works with them, what happened."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from hub.cli.listing import Listing
from hub.domain.documents import SHOWN_DIGITS

View = dict[str, Any]
_IDENTITY = (
    ("Name", "names"),
    ("Other name", "otherNames"),
    ("Born", "birthDates"),
    ("NHS number", "nhsNumber"),
    ("UPN", "upn"),
    ("Address", "addresses"),
    ("Phone", "phones"),
    ("School", "schools"),
)
_ALWAYS_SHOWN = {"names", "birthDates", "nhsNumber", "addresses"}
_STATE_STYLES = {
    "KNOWN": "green",
    "NOT_KNOWN": "cyan",
    "WITHHELD": "yellow",
    "UNDER_REVIEW": "yellow",
    "NOT_ASKED": "dim",
}


def show_view(view: View, console: Console) -> None:
    """Print everything, most urgent first. Every state stands in words, never in colour alone."""
    console.print(_identity(view))
    _sources(view["sources"]).show(console)
    _alerts(view["alerts"]).show(console)
    _episodes(view["serviceEpisodes"], "Who is involved").show(console)
    _findings(view["findings"]).show(console)
    _timeline(view["lifeEvents"]).show(console)
    if view["network"]:
        console.print("People around the child, each once", style="italic")
    for person in view["network"]:
        console.print(_person(person))
    _withheld(view["withheld"]).show(console)
    receipt = view["receipt"]
    console.print(
        f"Evidence: intent {receipt['intentIndex']}, outcome {receipt['outcomeIndex']} · "
        f"policies {view['policyVersion'][:SHOWN_DIGITS]} · {view['generatedAt']}",
        style="dim",
        highlight=False,
    )


def _identity(view: View) -> Panel:
    child, enquiry, lines = view["child"], view["enquiry"], Text(overflow="fold")
    lines.append(f"Enquiry for {enquiry['purpose']}, {enquiry['urgency']}, until {_minute(enquiry['expiresAt'])}\n")
    for title, key in _IDENTITY:
        told = _by_value(child[key])
        if told or key in _ALWAYS_SHOWN:
            lines.append(f"{title:<11}", style="bold")
            lines.append(("; ".join(f"{value} ({', '.join(who)})" for value, who in told) or "not shown") + "\n")
    for conflict in child["conflicts"]:
        lines.append(f"Sources disagree: {conflict}\n", style="bold yellow")
    return Panel(lines)


def _by_value(told: Iterable[View]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for one in told:
        grouped.setdefault(one["value"], []).append(one["source"])
    return list(grouped.items())


def _sources(answers: list[View]) -> Listing:
    rows = [
        (
            one["source"]["name"],
            _state(one),
            str(one["recordCount"]),
            str(one["elapsedMs"]),
            " ".join((one["explanation"], *one["conditions"])),
        )
        for one in answers
    ]
    return Listing("Every source", ("Source", "State", "Records", "ms", "What this means"), rows)


def _state(answer: View) -> Text:
    state = Text(answer["state"], style=_STATE_STYLES.get(answer["state"], "bold red"))
    return state.append(" (possible matches wait)", style="yellow") if answer["waiting"] else state


def _alerts(alerts: list[View]) -> Listing:
    rows = [(_label(one, "bold red"), one["about"], one["from"] or "", one["source"]) for one in alerts]
    return Listing("Alerts, most serious first", ("Alert", "About", "Since", "Source"), rows)


def _episodes(episodes: list[View], title: str) -> Listing:
    rows = [
        (
            _label(one),
            one["from"] or "",
            "open" if one["open"] else one["to"] or "ended",
            one["service"],
            "\n".join(" · ".join(filter(None, (p["name"], p["role"], p["contact"]))) for p in one["professionals"]),
            one["source"],
            one["tier"],
        )
        for one in episodes
    ]
    return Listing(title, ("What", "From", "To", "Service", "Whom to call", "Source", "Tier"), rows)


def _findings(findings: list[View]) -> Listing:
    rows = [
        (_label(one), one["from"] or "", one["to"] or "", one["detail"] or "", one["source"], one["tier"])
        for one in findings
    ]
    return Listing("Findings", ("Finding", "From", "To", "Detail", "Source", "Tier"), rows)


def _timeline(events: View) -> Listing:
    more = " (more follow)" if events["pageInfo"]["hasNextPage"] else ""
    rows = [
        (_minute(one["at"]), _label(one), one["about"], one["detail"] or "", one["source"], one["tier"])
        for one in (edge["node"] for edge in events["edges"])
    ]
    return Listing(f"Timeline, newest first{more}", ("When", "What", "About", "Detail", "Source", "Tier"), rows)


def _person(person: View) -> Panel:
    lines = Text(overflow="fold")
    lines.append(f"{person['relationship']}: {person['name'] or 'name not shown'}\n", style="bold")
    known = ", ".join(one["source"]["name"] for one in person["sources"])
    lines.append(f"Known to {known}\n", style="dim")
    for value, sources in _by_value(person["birthDates"]):
        lines.append(f"Born {value} ({', '.join(sources)})\n")
    for sentence in person["handling"]:
        lines.append(f"{sentence}\n", style="bold magenta")
    for conflict in person["conflicts"]:
        lines.append(f"Sources disagree: {conflict}\n", style="bold yellow")
    for other in person["possiblySameAs"]:
        lines.append(f"Possibly the same as {other}; not joined, ask the sources.\n", style="yellow")
    for one in person["findings"]:
        lines.append(_label(one)).append(f" ({one['source']}, {one['tier']})\n")
        if one["detail"]:
            lines.append(f"  {one['detail']}\n", style="dim")
    for one in person["serviceEpisodes"]:
        lines.append(_label(one)).append(f": {one['service']} ({one['source']}, {one['tier']})\n")
    return Panel(lines)


def _withheld(withheld: list[View]) -> Listing:
    rows = [
        (
            one["source"],
            one["category"],
            "not asked" if one["count"] is None else str(one["count"]),
            ", ".join(one["stoppedBy"]),
            ", ".join(one["reasons"]),
            one["contact"] or "",
        )
        for one in withheld
    ]
    return Listing("Withheld", ("Source", "Category", "Count", "Stopped by", "Rules", "Whom to ask"), rows)


def _label(record: View, style: str = "") -> Text:
    """What a record says, and how it must be handled: whoever copies the line copies that as well."""
    told = Text(record["label"], style=style)
    for sentence in record["handling"]:
        told.append(f" [{sentence}]", style="bold magenta")
    return told


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
