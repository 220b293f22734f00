"""All checks over one manifest, one after the other, and the report that comes of them. Needs no hub."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
import structlog

from hub.conformance.check import Check, Judged, untried
from hub.conformance.checks.labels import LABELS
from hub.conformance.checks.limits import LIMITS
from hub.conformance.checks.malformed import MALFORMED
from hub.conformance.checks.paging import PAGING
from hub.conformance.checks.reaching import REACHING
from hub.conformance.checks.records import RECORDS, coverage
from hub.conformance.checks.right_person import RIGHT_PERSON
from hub.conformance.checks.searching import searching
from hub.conformance.checks.states import STATES
from hub.conformance.report import CheckResult, Coverage, Outcome, Report, has_passed, summed_up, tested
from hub.conformance.run import Build, Run, TimeUsedUp
from hub.conformance.sides import Envelope
from hub.connectors.manifest import Manifest
from hub.errors import ConfigurationError

SECONDS = 60.0
MADE = "connector-made"  # the only result where there is no connector to try anything with
_FINE = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})
_log = structlog.get_logger("hub.conformance")
Made = Literal["at the partner's desk", "in the hub"]


class Progress(msgspec.Struct, frozen=True):
    """Which check begins, the first being 1, and of how many."""

    number: int
    of: int
    title: str


def say_nothing(_progress: Progress) -> None:
    """For whoever does not watch."""


def no_envelope(_kind: object, _categories: object) -> None:
    """At a partner's own desk no hub signs anything."""


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How a check is made. ``called``: the connector calls the system itself, and asks nobody who claims."""

    made: Made
    called: bool
    seconds: float = SECONDS
    say: Callable[[Progress], None] = say_nothing
    envelope: Envelope = no_envelope


async def check_source(manifest: Manifest, build: Build, manner: Manner) -> Report:
    """Try everything that the manifest declares. What is wrong is in the report, never raised.

    It takes ``manner.seconds`` and at most the time of one call more; what is left then could not be tried.
    """
    began, at = time.monotonic(), datetime.now(UTC)
    run = Run(manifest, build, manner.envelope, called=manner.called, seconds=manner.seconds)
    checks = checks_of(manifest)
    try:
        async with run.open():
            results = await _tried(checks, run, manner.say)
            seen = coverage(run, run.read)
    except ConfigurationError as fault:
        results, seen = _unusable(fault), Coverage()
    return Report(
        manifest=tested(manifest),
        made=manner.made,
        at=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        seconds=round(time.monotonic() - began, 1),
        passed=has_passed(results),
        says=summed_up(results),
        checks=results,
        coverage=seen,
    )


def checks_of(manifest: Manifest) -> tuple[Check, ...]:
    """Every check, in the order in which they are made."""
    searches = searching(manifest.search, manifest.network_search)
    return (*REACHING, *searches, *RECORDS, *LABELS, *RIGHT_PERSON, PAGING, *LIMITS, *MALFORMED, *STATES)


async def _tried(checks: Sequence[Check], run: Run, say: Callable[[Progress], None]) -> tuple[CheckResult, ...]:
    results: dict[str, CheckResult] = {}
    for number, check in enumerate(checks, 1):
        say(Progress(number, len(checks), check.title))
        results[check.id] = _result(check, await _judged(check, run, results))
    return tuple(results.values())


async def _judged(check: Check, run: Run, before: Mapping[str, CheckResult]) -> Judged:
    if (reason := check.applies(run)) is not None:
        return Judged(Outcome.NOT_APPLICABLE, (reason,))
    for needed in check.needs:
        if before[needed].outcome not in _FINE:
            return untried("", f'Not tried, because "{before[needed].title}" did not pass.')
    try:
        return await check.judge(run)
    except TimeUsedUp:
        return untried("Give the check more time, or a system that answers sooner.", "The time for this run was over.")
    except ConfigurationError as fault:
        return untried("", fault.message)
    except Exception as fault:  # noqa: BLE001  one check's own fault must not hide what the others saw
        _log.error("check_fault", check=check.id, fault=type(fault).__name__)
        return untried("Tell the hub's operator.", f"This check has a fault of its own ({type(fault).__name__}).")


def _result(check: Check, judged: Judged) -> CheckResult:
    return CheckResult(
        id=check.id,
        group=check.group,
        title=check.title,
        outcome=judged.outcome,
        required=check.required,
        seen=judged.seen,
        mend=judged.mend,
    )


def _unusable(fault: ConfigurationError) -> tuple[CheckResult, ...]:
    """No connector can be made, so that nothing can be tried."""
    made = CheckResult(
        id=MADE,
        group="Set-up",
        title="Manifest, mapping and secret make a connector",
        outcome=Outcome.FAILED,
        required=True,
        seen=(fault.message,),
        mend="Mend what the sentence says; nothing can be tried before.",
    )
    return (made,)
