"""A find as a person reads it: every source, then everybody who may be the child and why."""

from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

Told = dict[str, Any]
_STYLES = {"MATCH": "green", "POTENTIAL": "bold yellow", "MANY": "bold yellow", "LOW": "yellow", "NONE": "cyan"}
_DECIDED = {"CONFIRMED": "confirmed as the child", "REJECTED": "rejected: somebody else"}


def show_find(found: Told, console: Console) -> None:
    """Print everything. Every state stands in words, never in colour alone."""
    console.print(_sources(found["sources"]))
    for source in found["sources"]:
        for place, candidate in enumerate(source["candidates"]):
            matched = source["match"] == "MATCH" and place == 0
            console.print(_candidate(candidate, source["source"]["name"], "recognised" if matched else "not linked"))
        for candidate in source["rejected"]:
            console.print(_candidate(candidate, source["source"]["name"], "set aside"))
    console.print(f"Enquiry {found['enquiryId']}", style="dim", highlight=False)
    if any(source["candidates"] or source["rejected"] for source in found["sources"]):
        decide = f"hub match confirm CANDIDATE --enquiry {found['enquiryId']} --reason WHY --as ROLE"
        console.print(f"To decide: {decide} (or: hub match reject)", style="dim", highlight=False, soft_wrap=True)


def _sources(finds: list[Told]) -> Table:
    table = Table(title="Who each source says it knows", title_justify="left", expand=True)
    for heading, ratio in (("Source", 3), ("State", 2), ("Match", 2), ("Searched by", 3), ("What this means", 6)):
        table.add_column(heading, ratio=ratio)
    for one in finds:
        match = Text(one["match"], style=_STYLES[one["match"]])
        steps = "\n".join(f"{step['step']}: {_counted(step['found'])}" for step in one["steps"])
        table.add_row(one["source"]["name"], one["state"], match, steps, one["explanation"])
    return table


def _counted(found: int | None) -> str:
    return "too many" if found is None else str(found)


def _candidate(candidate: Told, source: str, standing: str) -> Panel:
    table = Table(expand=True, box=None, pad_edge=False)
    for heading in ("Attribute", "How it compares", "Weight"):
        table.add_column(heading)
    for one in candidate["why"]:
        table.add_row(Text(one["attribute"]), Text(one["comparison"]), f"{one['weight']:+.1f}")
    name = " ".join(filter(None, (candidate["givenName"], candidate["familyName"]))) or "name not shown"
    born = candidate["birthDate"] or "not shown"
    title = Text(f"{name}, born {born} · {source} · {_decided(candidate) or standing}")
    likely = f"probability {candidate['probability']:.4f}, weight {candidate['score']:.1f}"
    return Panel(table, title=title, title_align="left", subtitle=Text(f"{candidate['id']} · {likely}"))


def _decided(candidate: Told) -> str:
    decision = candidate["decision"]
    if decision is None:
        return ""
    said = f"{_DECIDED[decision['decision']]} by {decision['by']}, {decision['at'][:10]}"
    if not decision["stands"]:
        return f"{said}; its source tells something else since: decide again"
    return f"{said}: {decision['reason']}" if decision["reason"] else said
