"""Registrations as a person reads them: who did what, what testing told, what is new, how the system does."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.text import Text

from hub.cli.listing import Listing

Told = dict[str, Any]
_STYLES = {"LIVE": "green", "SUSPENDED": "bold yellow", "RETIRED": "dim"}
_STEPS = {
    "DRAFT": "when each secret that it names is set (hub source secret {source} NAME): hub source submit {id}",
    "SUBMITTED": "hub source test {id}",
    "TESTED": "another person, who answers for information governance: hub source approve {id}",
    "APPROVED": "hub source activate {id}",
    "SUSPENDED": "the side that stopped it lets it go on: hub source resume {source}",
}
_BLOCKS = 10  # of a bar


def show_list(registrations: Iterable[Told], console: Console) -> None:
    """One row for each version."""
    rows = [
        (
            one["id"],
            Text(one["state"], style=_STYLES.get(one["state"], "cyan")),
            f"{one['name']} ({one['agency']})",
            one["registeredBy"] if one["origin"] == "registered" else "a file of the operator's",
            _tested(one["conformance"]),
        )
        for one in registrations
    ]
    headings = ("Version", "State", "Name", "Registered by", "Test")
    Listing("Registered sources", headings, rows).show(console)


def show_version(one: Told, console: Console) -> None:
    """Everything about one version, the next step last."""
    head = Text(f"{one['id']}  ", style="bold").append(one["state"], style=_STYLES.get(one["state"], "cyan"))
    console.print(head.append(f"  {one['name']}, {one['agency']}, {one['kind']}", style="not bold"))
    console.print(f"Document {one['digest'][:16]}…, registered by {one['registeredBy']} ({one['origin']})", style="dim")
    if one["stoppedBy"]:
        console.print(f"Suspended by its {', '.join(one['stoppedBy'])}: {one['reason']}", style="yellow", markup=False)
    if one["conformance"]:
        console.print(Text(f"Test: {_tested(one['conformance'])}. {one['conformance']['doubt']}".rstrip()))
    _history(one["history"]).show(console)
    if one["differences"]:
        _differences(one["differences"]).show(console)
    if (following := _next(one)) is not None:
        console.print(f"Next: {following}", style="bold", markup=False, highlight=False, soft_wrap=True)


def show_health(hours: list[Told], console: Console) -> None:
    """A line for each hour with calls: the share answered as a bar and in words."""
    if not hours:
        console.print("No calls in these hours.", style="dim")
        return
    console.print(Text("How its system does, by the hour (UTC)", style="italic"))
    for one in hours:
        share = one["answered"] / one["calls"]
        bar = "█" * round(share * _BLOCKS)
        failed = ", ".join(f"{o['outcome']} {o['calls']}" for o in one["outcomes"] if o["outcome"] != "answered")
        line = Text(f"{_minute(one['hour'])}  ").append(f"{bar:░<{_BLOCKS}}", style="green" if share == 1 else "yellow")
        line.append(f"  {share:.0%} of {one['calls']} answered, mean {one['meanMs']} ms, slowest {one['slowestMs']} ms")
        console.print(line.append(f"  {failed}", style="bold red") if failed else line)


def _next(one: Told) -> str | None:
    """What somebody does to bring it further."""
    if one["state"] == "SUBMITTED" and one["conformance"] is not None:
        return f"see what failed: hub connector report {one['id']} --out report.json --html report.html"
    step = _STEPS.get(one["state"])
    return None if step is None else step.format(id=one["id"], source=one["source"])


def _history(changes: list[Told]) -> Listing:
    rows = [
        (_minute(one["at"]), f"{one['before'] or 'new'} → {one['after']}{_whose(one)}", one["by"], one["reason"])
        for one in changes
    ]
    return Listing("What became of it", ("When", "Step", "By", "Why"), rows)


def _whose(change: Told) -> str:
    if change["side"] is None:
        return ""
    return f" ({change['side']} lifts its own)" if change["lifted"] else f" (by its {change['side']})"


def _differences(changes: list[Told]) -> Listing:
    rows = [
        (
            Text("widens", style="bold red") if one["widens"] else "",
            one["path"],
            one["before"] or "",
            one["after"] or "",
            one["says"],
        )
        for one in changes
    ]
    return Listing("New beside the version in use", ("", "Field", "Before", "After", "What it means"), rows)


def _tested(outcome: Told | None) -> str:
    if outcome is None:
        return "not tested"
    return f"{'passed' if outcome['passed'] else 'failed'} {_minute(outcome['at'])}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
