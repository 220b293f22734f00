"""What a check of a source came to, as JSON whose shape is documented in ``docs/connector-guide.md``.

Nothing in a report is a value of anybody's record. Test people are invented, and still appear by their place
in the manifest alone.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from hub.connectors.manifest import Manifest, canonical
from hub.domain.documents import digest

FORMAT, VERSION = "partnership-hub/conformance-report", 1


class Outcome(StrEnum):
    """What one check came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not-applicable"
    NOT_TRIED = "could-not-be-tried"


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """One check. ``seen`` is what was seen, in sentences; ``mend`` what to do where it did not pass."""

    id: str
    group: str
    title: str
    outcome: Outcome
    required: bool
    seen: tuple[str, ...] = ()
    mend: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One place of the replies that the mapping reads.

    ``read`` counts the fields that it reads or leaves out on purpose, None for all; ``unread`` names the others
    that were seen, with how often.
    """

    place: str
    read: int | None
    unread: Mapping[str, int] = {}


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of the test people's records: records by category, and what the mapping did not know, by name."""

    records: Mapping[str, int] = {}
    places: tuple[Place, ...] = ()
    unmapped: Mapping[str, int] = {}


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """The very document that was tested. ``digest`` is the SHA-256 of it as canonical JSON, its mapping inside."""

    __test__ = False  # not a test of pytest's

    id: str
    name: str
    version: int
    digest: str
    kind: str
    reach: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``passed``: no check failed, and none that is required was left untried."""

    manifest: Tested
    made: Literal["at the partner's desk", "in the hub"]
    at: str  # RFC 3339
    seconds: float
    passed: bool
    says: str
    checks: tuple[CheckResult, ...]
    coverage: Coverage
    format: str = FORMAT
    format_version: int = VERSION

    def of(self, outcome: Outcome) -> tuple[CheckResult, ...]:
        """Its checks of this outcome."""
        return tuple(one for one in self.checks if one.outcome is outcome)

    @property
    def hindrances(self) -> tuple[CheckResult, ...]:
        """What stands in the way of passing, gravest first."""
        return (*self.of(Outcome.FAILED), *(one for one in self.of(Outcome.NOT_TRIED) if one.required))


def tested(manifest: Manifest) -> Tested:
    """What a report says of the document that it is about."""
    return Tested(
        id=manifest.id,
        name=manifest.name,
        version=manifest.version,
        digest=digest(canonical(manifest)),
        kind=manifest.kind,
        reach=manifest.reach,
    )


def has_passed(checks: Iterable[CheckResult]) -> bool:
    """Whether a run with these results passes."""
    untried = (Outcome.FAILED, Outcome.NOT_TRIED)
    return not any(one.outcome is untried[0] or (one.outcome is untried[1] and one.required) for one in checks)


def summed_up(checks: tuple[CheckResult, ...]) -> str:
    """The outcome in one sentence."""
    counted = {outcome: sum(one.outcome is outcome for one in checks) for outcome in Outcome}
    rest = (
        f"{counted[Outcome.PASSED]} of {len(checks)} checks passed, {counted[Outcome.FAILED]} failed, "
        f"{counted[Outcome.NOT_TRIED]} could not be tried, {counted[Outcome.NOT_APPLICABLE]} do not apply."
    )
    return f"{'Passed' if has_passed(checks) else 'Not passed'}: {rest}"


def encoded(report: Report) -> bytes:
    """The report as it is kept and signed."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def decoded(document: bytes) -> Report:
    """A report that was read back. Raises ValueError for anything that is none of ours."""
    report = msgspec.json.decode(document, type=Report)
    if (report.format, report.format_version) != (FORMAT, VERSION):
        raise ValueError("this is no report of a format that this hub knows")
    return report
