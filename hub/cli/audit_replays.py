"""Many decisions decided again, page by page, and like differences put together."""

from typing import Any

import msgspec
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hub.cli.client import Caller
from hub.cli.listing import counted
from hub.cli.queries import REPLAYS

_COUNTED = ("decisions", "example")


def every_replay(asking: Caller, wanted: dict[str, Any]) -> dict[str, Any]:
    """Every page of a period as one, with progress on standard error. Raises as the hub refuses."""
    pages: list[dict[str, Any]] = []
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Deciding again")
        while not pages or pages[-1]["hasNextPage"]:
            after = pages[-1]["endCursor"] if pages else None
            pages.append(asking.ask(REPLAYS, {**wanted, "after": after})["replayDecisions"])
            decided = sum(one["agrees"] + len(one["differs"]) + len(one["notEnough"]) for one in pages)
            progress.update(task, description=f"Decided again: {decided}, up to entry {pages[-1]['last']}")
    return gathered(pages)


def gathered(pages: list[dict[str, Any]]) -> dict[str, Any]:
    """Pages as one: groups that are alike together, those with most decisions first."""
    groups: dict[bytes, dict[str, Any]] = {}
    for one in (group for page in pages for group in page["groups"]):
        alike = msgspec.json.encode({name: told for name, told in one.items() if name not in _COUNTED}, order="sorted")
        known = groups.setdefault(alike, {**one, "decisions": 0})
        known["decisions"] += one["decisions"]
    return {
        "agrees": sum(page["agrees"] for page in pages),
        "differs": [index for page in pages for index in page["differs"]],
        "notEnough": [index for page in pages for index in page["notEnough"]],
        "groups": sorted(groups.values(), key=lambda one: -int(one["decisions"])),
    }


def print_replays(told: dict[str, Any]) -> None:
    """How many agree, and every group of differences."""
    console = Console(highlight=False)
    differs, lacking = len(told["differs"]), len(told["notEnough"])
    every = counted(told["agrees"] + differs + lacking, "decision", "decisions")
    console.print(f"{every}: {told['agrees']} agree, {differs} differ, {lacking} not enough recorded.")
    for one in told["groups"]:
        whose = f"{', '.join(one['roles'])} of {one['agency']}, for {one['purpose'] or 'no purpose'}"
        console.print(f"\n{one['decisions']} of {whose}; the first is entry {one['example']}:", markup=False)
        print_difference(one, f" {one['says']} {', '.join(one['names'])}".rstrip(), console)


def print_difference(one: dict[str, Any], more: str, console: Console) -> None:
    """What comes out otherwise, and on each side which policies decided, in their own sentences."""
    at = " ".join(filter(None, (one["source"], f"about {', '.join(one['about'])}" if one["about"] else "")))
    what = ": ".join(filter(None, (one.get("what") or one["effect"], at, ", ".join(one["categories"]))))
    console.print(f"  {what}{more}", markup=False)
    for side, deciding in (("recorded", one["recorded"]), ("decided again", one["decided"])):
        for policy in deciding:
            console.print(f"      {side}: {policy['policy']}: {policy['says']}", markup=False)
