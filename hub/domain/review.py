"""Reviewing who looked at whom: what deserves a look, what came of looking, and from when on something counts."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from hub.domain.codes import PurposeCode, Role


class Rule(StrEnum):
    """Why an enquiry, or somebody's day, stands on the work list. ``docs/reviewing.md`` has a line for each."""

    BREAK_GLASS = "break-glass"
    NO_REFERRAL = "no-referral"
    SAME_SURNAME = "same-surname"
    SAME_ADDRESS = "same-address"
    OWN_RECORD = "own-record"
    FLAGGED_PERSON = "flagged-person"
    EMERGENCY = "emergency"
    MANY_SUBJECTS = "many-subjects"
    OUT_OF_HOURS = "out-of-hours"
    REPEATED_REFUSALS = "repeated-refusals"
    LOOKED_AGAIN = "looked-again"
    NO_OUTCOME = "no-outcome"
    RANDOM_SAMPLE = "random-sample"


class Priority(StrEnum):
    """How soon somebody should look."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Judgement(StrEnum):
    """What a reviewer came to. The latest stands; every one stays."""

    JUSTIFIED = "justified"
    QUERY_RAISED = "query-raised"
    MISUSE_SUSPECTED = "misuse-suspected"
    MISUSE_CONFIRMED = "misuse-confirmed"


class FlagKind(StrEnum):
    """Why somebody's records deserve a closer look at whoever opens them."""

    COLLEAGUE = "colleague"
    PUBLIC_FIGURE = "public-figure"
    FAMILY_OF_STAFF = "family-of-staff"
    OTHER = "other"


class ReviewVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One reviewer's verdict on one line of the work list.

    It covers what the line rested on when it was given: ``rules``, up to the entry ``through``. A line that
    rests on more afterwards waits for a verdict again. ``entries`` are all of a line about somebody's doings, so
    that the verdict is known on it whatever its id became; none where it was given before they were kept.
    """

    id: str
    item: str
    enquiry_id: str | None  # None for a line about a person's day
    principal: str  # whose access was looked at
    judgement: Judgement
    reason: str
    by: str
    at: datetime
    rules: tuple[Rule, ...]
    through: int
    entries: tuple[int, ...] = ()

    @property
    def covers(self) -> frozenset[int]:
        """The entries by which a line about somebody's doings is known to be this one; none of an enquiry's."""
        if self.enquiry_id is not None:
            return frozenset()
        return frozenset(self.entries or (int(self.item.rpartition("/")[2]), self.through))


class Flag(msgspec.Struct, frozen=True):
    """Somebody to whom a flag stands, as keyed hashes of every way in which they were named."""

    id: str
    kind: FlagKind
    people: frozenset[str]
    flagged_by: str
    flagged_at: datetime
    lifted_at: datetime | None = None  # what was done until then is judged by it still


class StaffMarks(msgspec.Struct, frozen=True):
    """Somebody who works here, as keyed hashes alone: enough to see that they looked at their own family."""

    principal: str
    surnames: frozenset[str]  # whole family names, former ones among them
    parts: frozenset[str]  # the words of names of several words
    postcodes: frozenset[str]  # their own, and those of their household or family
    people: frozenset[str]  # themselves, by family name and birth date


def ids_of(principal: str, staff: Mapping[str, StaffMarks]) -> frozenset[str]:
    """Every id of one person, as far as the staff list tells: ids of one family name and birth date are one's.

    So are ids that a third one joins, which knows both a former name and the present one.
    """
    people = staff[principal].people if principal in staff else frozenset[str]()
    while True:
        same = [marks for marks in staff.values() if not people.isdisjoint(marks.people)]
        known = people.union(*(marks.people for marks in same))
        if known == people:
            return frozenset((principal, *(marks.principal for marks in same)))
        people = known


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on something deserves a look. Defaults are a starting point for your partnership, not law."""

    look_back_days: int = 400
    referral_expected: tuple[PurposeCode, ...] = (
        PurposeCode.SCREEN,
        PurposeCode.CIN_ASSESS,
        PurposeCode.S47,
        PurposeCode.EARLY_HELP,
        PurposeCode.DA_TRIAGE,
        PurposeCode.EXPLOITATION,
    )
    common_surname: float = 0.004
    many_subjects: int = 12
    many_subjects_minutes: int = 60
    many_subjects_a_day: int = 20
    day_starts: str = "08:00"
    day_ends: str = "18:30"
    night_roles: tuple[Role, ...] = (Role.DUTY_MANAGER,)
    bank_holidays: tuple[date, ...] = ()
    repeated_refusals: int = 5
    repeated_refusals_hours: float = 24
    refusals_about_one: int = 5
    refusals_about_one_days: float = 14
    spread_refusals: int = 3
    spread_refusals_days: float = 14
    far_spread_refusals: int = 5
    far_spread_refusals_days: float = 60
    looked_again: int = 4
    looked_again_days: float = 60
    random_sample: float = 0.02

    def __post_init__(self) -> None:
        if not 0 <= self.random_sample <= 1 or not 0 <= self.common_surname <= 1:
            raise ValueError("review: random_sample and common_surname are shares between 0 and 1")
        refusals = self.repeated_refusals, self.refusals_about_one, self.spread_refusals, self.far_spread_refusals
        if (
            min(*refusals, self.many_subjects, self.many_subjects_a_day, self.look_back_days) < 1
            or self.looked_again < 2
        ):
            raise ValueError("review: numbers are at least 1, and looked_again 2")
        if not _is_time(self.day_starts) or not _is_time(self.day_ends) or self.day_starts >= self.day_ends:
            raise ValueError("review: day_starts and day_ends are times such as 08:00, in that order")

    @property
    def refusals_over_days(self) -> float:
        """The longest time over which refusals are counted."""
        in_hours = self.repeated_refusals_hours / 24
        return max(in_hours, self.refusals_about_one_days, self.spread_refusals_days, self.far_spread_refusals_days)


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    shaped = colon and len(hours) == len(minutes) == 2 and (hours + minutes).isdecimal()
    return bool(shaped) and int(hours) < 24 and int(minutes) < 60
