"""A combined view as a person reads it: who, which sources, alerts, who works with them, what happened."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

View = dict[str, Any]
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
    console.print(_sources(view["sources"]))
    console.print(_alerts(view["alerts"]))
    console.print(_episodes(view["serviceEpisodes"], "Who is involved"))
    console.print(_findings(view["findings"]))
    console.print(_timeline(view["lifeEvents"]))
    for person in view["network"]:
        console.print(_person(person))
    console.print(_withheld(view["withheld"]))
    receipt = view["receipt"]
    console.print(
        f"Evidence: intent {receipt['intentIndex']}, outcome {receipt['outcomeIndex']} · "
        f"policies {view['policyVersion']} · {view['generatedAt']}",
        style="dim",
        highlight=False,
    )


def _identity(view: View) -> Panel:
    child, lines = view["child"], Text()
    for title, key in (
        ("Name", "names"),
        ("Born", "birthDates"),
        ("NHS number", "nhsNumber"),
        ("Address", "addresses"),
    ):
        told = _by_value(child[key])
        lines.append(f"{title:<11}", style="bold")
        lines.append(("; ".join(f"{value} ({', '.join(sources)})" for value, sources in told) or "not shown") + "\n")
    for conflict in child["conflicts"]:
        lines.append(f"Sources disagree: {conflict}\n", style="bold yellow")
    enquiry = view["enquiry"]
    return Panel(
        lines, title=f"Enquiry for {enquiry['purpose']}, {enquiry['urgency']}, until {_minute(enquiry['expiresAt'])}"
    )


def _by_value(told: Iterable[View]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for one in told:
        grouped.setdefault(one["value"], []).append(one["source"])
    return list(grouped.items())


def _sources(answers: list[View]) -> Table:
    table = Table(title="Every source", title_justify="left", expand=True)
    for heading, ratio in (("Source", 2), ("State", 1), ("Records", 1), ("ms", 1), ("What this means", 6)):
        table.add_column(heading, ratio=ratio)
    for one in answers:
        state = Text(one["state"], style=_STATE_STYLES.get(one["state"], "bold red"))
        table.add_row(one["source"]["name"], state, str(one["recordCount"]), str(one["elapsedMs"]), one["explanation"])
    return table


def _alerts(alerts: list[View]) -> Table:
    table = Table(title="Alerts, most serious first", title_justify="left", expand=True)
    for heading in ("Alert", "About", "Since", "Source"):
        table.add_column(heading)
    for one in alerts:
        table.add_row(Text(one["label"], style="bold red"), one["about"], one["from"] or "", one["source"])
    return table


def _episodes(episodes: list[View], title: str) -> Table:
    table = Table(title=title, title_justify="left", expand=True)
    for heading in ("What", "From", "To", "Service", "Whom to call", "Source", "Tier"):
        table.add_column(heading)
    for one in episodes:
        people = "\n".join(" · ".join(filter(None, (p["name"], p["role"], p["contact"]))) for p in one["professionals"])
        ended = "open" if one["open"] else one["to"] or "ended"
        table.add_row(one["label"], one["from"] or "", ended, one["service"], people, one["source"], one["tier"])
    return table


def _findings(findings: list[View]) -> Table:
    table = Table(title="Findings", title_justify="left", expand=True)
    for heading in ("Finding", "From", "To", "Detail", "Source", "Tier"):
        table.add_column(heading)
    for one in findings:
        table.add_row(one["label"], one["from"] or "", one["to"] or "", one["detail"] or "", one["source"], one["tier"])
    return table


def _timeline(events: View) -> Table:
    more = " (more follow)" if events["pageInfo"]["hasNextPage"] else ""
    table = Table(title=f"Timeline, newest first{more}", title_justify="left", expand=True)
    for heading in ("When", "What", "About", "Detail", "Source", "Tier"):
        table.add_column(heading)
    for edge in events["edges"]:
        one = edge["node"]
        table.add_row(_minute(one["at"]), one["label"], one["about"], one["detail"] or "", one["source"], one["tier"])
    return table


def _person(person: View) -> Panel:
    lines = Text()
    for one in person["findings"]:
        lines.append(f"{one['label']} ({one['source']}, {one['tier']})\n")
        if one["detail"]:
            lines.append(f"  {one['detail']}\n", style="dim")
    for one in person["serviceEpisodes"]:
        lines.append(f"{one['label']}: {one['service']} ({one['source']}, {one['tier']})\n")
    return Panel(lines, title=f"{person['relationship']}: {person['name'] or 'name not shown'}", title_align="left")


def _withheld(withheld: list[View]) -> Table:
    table = Table(title="Withheld", title_justify="left", expand=True)
    for heading in ("Source", "Category", "Count", "Rules", "Whom to ask"):
        table.add_column(heading)
    for one in withheld:
        count = "not asked" if one["count"] is None else str(one["count"])
        table.add_row(one["source"], one["category"], count, ", ".join(one["reasons"]), one["contact"] or "")
    return table


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
