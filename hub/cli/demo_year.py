"""``hub demo --year``: before the demo's hub starts, its log is given a year of a front door's traffic."""

import asyncio
import contextlib
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress

from hub.db.upgrade import upgrade
from hub.demo.partnership import AUDIT_ORIGIN, OWN_HUB
from hub.demo.year.living import Lived, clock_of, live
from hub.demo.year.partners import Partners, declare
from hub.demo.year.plan import DAYS, Plan, year
from hub.demo.year.town import Town
from hub.errors import Conflict
from hub.keys import FileKeys
from hub.logs import configure_logs
from hub.opening import services_of
from hub.settings import LimitSettings, Settings

_PATIENT = LimitSettings(question_seconds=60, evidence_seconds=60)


class Planted(msgspec.Struct, frozen=True):
    """One misuse of the year, for whoever wants to compare the work list with the truth."""

    id: str
    kind: str
    says: str
    by: str
    enquiries: tuple[str, ...]


def live_before(state: Path, seed: int, console: Console, *, until: date | None = None, days: int = DAYS) -> None:
    """Live the year that ends today in a demo's state folder, once. Some minutes.

    Raises Conflict where a log stands there already: what is older than a log cannot be put before it.
    """
    done, log = state / "year.json", state / f"{OWN_HUB}-audit.db"
    if done.exists():
        console.print("The year is in this state folder already.", style="dim", highlight=False)
        return
    if log.exists():
        raise Conflict("This state folder has a log, and a year cannot be put before it. Name a new one with --state.")
    plan, town = year(seed, until=until or datetime.now(UTC).date(), days=days)
    came = _lived(plan, town, state, console)
    shutil.rmtree(state / "year")
    done.write_bytes(msgspec.json.format(msgspec.json.encode(_planted(plan, came))))
    console.print(
        f"A year with {len(came.enquiries):,} enquiries and {len(plan.misuses)} misuses is in the log;"
        f" {done.name} in the state folder tells which they are.",
        style="dim",
        highlight=False,
    )


def _lived(plan: Plan, town: Town, state: Path, console: Console) -> Lived:
    settings = _settings(state)
    upgrade(settings.store)
    with Progress(console=console, transient=True) as progress, (state / "year.log").open("a") as log:
        task = progress.add_task("living a year", total=len(plan.deeds))

        async def all_of_it() -> Lived:
            clock = clock_of(plan)
            async with services_of(settings, now=clock, reach=Partners(town)) as services:
                return await live(plan, services, clock, lambda done, _of: progress.update(task, completed=done))

        with contextlib.redirect_stderr(log):
            configure_logs()
            came = asyncio.run(all_of_it())
    configure_logs()  # what comes after is no more of the year
    return came


def _planted(plan: Plan, came: Lived) -> list[Planted]:
    return [
        Planted(
            one.id,
            one.kind,
            one.says,
            one.by,
            tuple(came.enquiries[case] for case in one.cases if case in came.enquiries),
        )
        for one in plan.misuses
    ]


def _settings(state: Path) -> Settings:
    """Those of the demo's own hub, over the partners of the year."""
    if not (state / "keys.json").exists():
        FileKeys.create(state / "keys.json")
    manifests, agreements = declare(state / "year")
    return Settings(
        store=f"sqlite+aiosqlite:///{state / f'{OWN_HUB}.db'}",
        audit=f"sqlite:///{state / f'{OWN_HUB}-audit.db'}",
        keys=state / "keys.json",
        secrets=state / "year",
        issuers=(),
        manifests=manifests,
        agreements=agreements,
        audit_origin=AUDIT_ORIGIN,
        limits=_PATIENT,
    )
