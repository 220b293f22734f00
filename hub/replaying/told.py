"""What a replay tells: whether a past decision comes out the same, and where and why it does not."""

from datetime import datetime
from enum import StrEnum

import msgspec


class ReplayState(StrEnum):
    """``NOT_ENOUGH_RECORDED`` is never agreement: something that the decision rested on is not in evidence."""

    AGREES = "AGREES"
    DIFFERS = "DIFFERS"
    NOT_ENOUGH_RECORDED = "NOT_ENOUGH_RECORDED"


class Effect(StrEnum):
    """What a difference does to whoever asked."""

    OPENS = "OPENS"  # permitted now, and not as recorded
    CLOSES = "CLOSES"  # permitted as recorded, and not now
    OTHER_POLICIES = "OTHER_POLICIES"  # the same verdict, decided by others


class FindingKind(StrEnum):
    """What was noticed about one decision. Of these some are differences, others only say what was not decided."""

    ARCHIVE_ALTERED = "ARCHIVE_ALTERED"
    ARCHIVE_MISSING = "ARCHIVE_MISSING"
    ENTRY_ALTERED = "ENTRY_ALTERED"
    VERSION = "VERSION"
    OUTCOME = "OUTCOME"
    AGREEMENT = "AGREEMENT"
    SOURCES = "SOURCES"
    ASKED = "ASKED"
    STATE = "STATE"
    WITHHELD = "WITHHELD"
    SHOWN = "SHOWN"
    BASIS = "BASIS"
    VERDICTS = "VERDICTS"
    NOT_RECORDED = "NOT_RECORDED"
    UNUSABLE = "UNUSABLE"
    BY_LABEL = "BY_LABEL"
    BESIDES_POLICY = "BESIDES_POLICY"
    ASKS_MORE = "ASKS_MORE"
    ASKS_LESS = "ASKS_LESS"


DIFFERENCES = frozenset(
    {
        FindingKind.ARCHIVE_ALTERED,
        FindingKind.ARCHIVE_MISSING,
        FindingKind.ENTRY_ALTERED,
        FindingKind.VERSION,
        FindingKind.OUTCOME,
        FindingKind.AGREEMENT,
        FindingKind.SOURCES,
        FindingKind.ASKED,
        FindingKind.STATE,
        FindingKind.WITHHELD,
        FindingKind.SHOWN,
        FindingKind.BASIS,
        FindingKind.VERDICTS,
    }
)
LACKS = frozenset({FindingKind.NOT_RECORDED, FindingKind.UNUSABLE})


class Finding(msgspec.Struct, frozen=True):
    """One thing noticed, in a sentence. ``names`` are categories, policies or references, never anybody's words."""

    kind: FindingKind
    says: str
    source: str | None = None
    names: tuple[str, ...] = ()


class Deciding(msgspec.Struct, frozen=True):
    """One policy that decided, and its sentence."""

    policy: str
    says: str


class Difference(msgspec.Struct, frozen=True):
    """Categories of one source that come out otherwise, alike. ``asked``: some of them had been asked for."""

    effect: Effect
    source: str
    about: tuple[str, ...]  # kinds of subject
    categories: tuple[str, ...]
    recorded: tuple[Deciding, ...]
    decided: tuple[Deciding, ...]
    asked: bool


class PolicyCompared(msgspec.Struct, frozen=True):
    """How many verdicts one policy decided, as recorded and as decided again."""

    policy: str
    says: str
    recorded: int
    decided: int

    @property
    def agrees(self) -> bool:
        """Whether it decided as much as it did. Which verdicts differ stands in the differences."""
        return self.recorded == self.decided


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """One past decision, decided again. ``under`` is the version it was decided again by; None where it was not."""

    index: int
    at: datetime
    kind: str
    request_id: str
    roles: tuple[str, ...]
    agency: str
    purpose: str | None
    outcome: str
    recorded_version: str
    under: str | None
    state: ReplayState
    findings: tuple[Finding, ...] = ()
    differences: tuple[Difference, ...] = ()
    policies: tuple[PolicyCompared, ...] = ()


def state_of(findings: tuple[Finding, ...], differences: tuple[Difference, ...]) -> ReplayState:
    """A difference outweighs what is lacking; without either, it agrees."""
    kinds = {one.kind for one in findings}
    if differences or kinds & DIFFERENCES:
        return ReplayState.DIFFERS
    return ReplayState.NOT_ENOUGH_RECORDED if kinds & LACKS else ReplayState.AGREES
