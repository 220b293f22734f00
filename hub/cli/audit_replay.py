"""``hub audit replay``: past decisions decided again, one at a time or a whole period."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub.cli.audit_replays import every_replay, print_difference, print_replays
from hub.cli.policy_tables import loaded_policies, print_json, whole
from hub.cli.queries import REPLAY
from hub.cli.running import DEFAULT_STATE, StateOption, TokenFileOption, UrlOption, caller
from hub.domain.documents import SHOWN_DIGITS
from hub.errors import BadInput
from hub.replaying import pack

DIFFERS_EXIT, NOT_ENOUGH_EXIT = 3, 4
_VERSION = re.compile(r"current|[0-9a-f]{12,64}")
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
IndexArgument = Annotated[
    int | None, typer.Argument(min=0, help="Of the entry, as `hub audit tail` shows it.", show_default=False)
]
UnderOption = Annotated[
    str | None,
    typer.Option(
        "--under",
        help="Decide by other policies: a folder, `current`, or a version that was in force. Left out, those then.",
    ),
]
SinceOption = Annotated[datetime | None, typer.Option("--from", formats=_FORMATS, help="Of many: from then on (UTC).")]
UntilOption = Annotated[
    datetime | None, typer.Option("--to", formats=_FORMATS, help="Of many: until just before then (UTC).")
]
SummaryOption = Annotated[
    bool, typer.Option("--summary", help="Every decision between --from and --to, like differences together.")
]


def replay(
    index: IndexArgument = None,
    under: UnderOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    role: Annotated[str, typer.Option("--as", help="A role that may have decisions decided again.")] = "auditor",
    state: StateOption = DEFAULT_STATE,
    url: UrlOption = None,
    token_file: TokenFileOption = None,
    summary: SummaryOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Decide again what was decided; show agreement or difference with what was recorded, policy by policy.

    By the policies, agreements and roles then in force, or --under others. Exits with 3 where anything differs, with
    4 where too little was recorded to tell. Replaying is itself decided and recorded.
    """
    many = summary or since is not None or until is not None
    if many == (index is not None):
        raise BadInput("Give the INDEX of one entry; or --summary, --from or --to for many.", ("replay-which",))
    asking, by = caller(role, state, url, token_file), _under(under)
    if index is None:
        period = {"from": _utc(since), "to": _utc(until)}
        told = every_replay(asking, {"period": period, **by})
        print_json(told) if as_json else print_replays(told)
        _leave(differs=bool(told["differs"]), not_enough=bool(told["notEnough"]))
    told = asking.ask(REPLAY, {"index": index, **by})["replayDecision"]
    print_json(told) if as_json else _print(told)
    _leave(differs=told["state"] == "DIFFERS", not_enough=told["state"] == "NOT_ENOUGH_RECORDED")


def _under(under: str | None) -> dict[str, str]:
    if under is None:
        return {}
    if _VERSION.fullmatch(under):
        return {"under": under}
    loaded_policies(Path(under))  # what is wrong with a folder is said here, by file and line
    return {"policies": pack(Path(under))}


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.replace(tzinfo=UTC).isoformat()


def _leave(*, differs: bool, not_enough: bool) -> None:
    otherwise = NOT_ENOUGH_EXIT if not_enough else 0
    raise typer.Exit(DIFFERS_EXIT if differs else otherwise)


def _print(told: dict[str, Any]) -> None:
    console = Console(highlight=False)
    whose = f"{', '.join(told['roles'])} of {told['agency']}, for {told['purpose'] or 'no purpose'}"
    console.print(
        f"Entry {told['index']}: {told['kind']} {told['outcome']}, {told['at'][:19]} UTC. {whose}.", markup=False
    )
    recorded, under = ((told[name] or "")[:SHOWN_DIGITS] for name in ("recordedVersion", "under"))
    by = f"decided again by {under}" if under else "not decided again"
    console.print(f"{told['state']}: recorded under {recorded or 'no version'}, {by}.", markup=False)
    for one in told["findings"]:
        names = f" ({', '.join(one['names'])})" if one["names"] else ""
        at = f"{one['source']}: " if one["source"] else ""
        console.print(f"  {one['kind']}: {at}{one['says']}{names}", markup=False)
    for one in told["differences"]:
        print_difference(one, "" if one["asked"] else " (not asked for)", console)
    _print_policies(told["policies"], console)


def _print_policies(policies: list[dict[str, Any]], console: Console) -> None:
    if not policies:
        return
    table = Table(*map(whole, ("Policy", "Recorded", "Decided again", "")), title="Verdicts by policy")
    for one in policies:
        same = "agrees" if one["agrees"] else "DIFFERS"
        table.add_row(f"{one['policy']}: {one['says']}", str(one["recorded"]), str(one["decided"]), same)
    console.print(table)
