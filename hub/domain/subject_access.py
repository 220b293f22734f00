"""What a person who asks is told of accesses to information about them: who asks, and which rules keep something."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

import msgspec

from hub.domain.answers import MATCH_WAITS
from hub.domain.codes import Agency, AnswerState, PurposeCode
from hub.domain.holding import DenialReason

FAMILY = "family"  # as evidence keeps that the family may not be told of a disclosure
_SILENT = frozenset({AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE, AnswerState.BAD_DATA, AnswerState.UNDER_REVIEW})
_READ_BY_NOBODY = frozenset({MATCH_WAITS, *DenialReason})  # why an answer WITHHELD was never read


def unread(state: AnswerState, reasons: Collection[str]) -> bool:
    """Whether a source that should have answered did not, so that nobody knows whether it marks somebody.

    One that a rule or the question itself keeps from being asked was not to answer.
    """
    return state in _SILENT or (state is AnswerState.WITHHELD and not _READ_BY_NOBODY.isdisjoint(reasons))


class AskedBy(StrEnum):
    """Who asks for a report."""

    SELF = "SELF"  # the person themselves, of whatever age
    PARENT = "PARENT"  # somebody with parental responsibility, for the child
    REPRESENTATIVE = "REPRESENTATIVE"  # somebody whom the person, or a court, gave authority


class Capacity(StrEnum):
    """Whether a child is able to ask, and to decide what a parent is told. No age settles it in England."""

    ADULT = "ADULT"
    ABLE = "ABLE"  # understands what is asked for, and what it means
    NOT_ABLE = "NOT_ABLE"


class Because(StrEnum):
    """Why somebody decides about one entry otherwise than the rules do. Stands in evidence."""

    NO_HARM = "NO_HARM"  # releases: looked into, and telling harms nobody as things stand
    SAME_PERSON = "SAME_PERSON"  # releases: looked into, and it is about the person and no namesake
    ORDERED = "ORDERED"  # releases: a court or the Information Commissioner ordered it
    SERIOUS_HARM = "SERIOUS_HARM"  # withholds: DPA 2018 Schedule 3 paragraphs 5 and 11
    CHILDS_INTERESTS = "CHILDS_INTERESTS"  # withholds: DPA 2018 Schedule 3 paragraph 21
    CRIME = "CRIME"  # withholds: DPA 2018 Schedule 2 paragraph 2
    RIGHTS_OF_OTHERS = "RIGHTS_OF_OTHERS"  # withholds: DPA 2018 Schedule 2 paragraph 16

    @property
    def releases(self) -> bool:
        """Whether it is a reason to tell; else it is one not to."""
        return self in {Because.NO_HARM, Because.SAME_PERSON, Because.ORDERED}


class Waits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule by which an access is not told yet; ``policies/subject-access.toml`` says what each line means."""

    id: str
    says: str
    basis: tuple[str, ...]
    purposes: frozenset[PurposeCode] = frozenset()
    asked_by: frozenset[AskedBy] = frozenset(AskedBy)
    days: int | None = None
    around_days: int | None = None
    marked: bool = False
    every: bool = False

    def __post_init__(self) -> None:
        if not self.basis or not self.says or not self.id:
            raise ValueError("a rule has an id, says why, and names its legal basis")
        if [bool(self.purposes), self.marked, self.every].count(True) != 1:
            raise ValueError(f"{self.id}: a rule is about purposes, or about what was marked, or about every access")
        if any(days is not None and days < 1 for days in (self.days, self.around_days)):
            raise ValueError(f"{self.id}: days are 1 or more; left out, somebody has to release it")

    def holds(self, purpose: str | None, passed: timedelta, *, marked: bool) -> bool:
        """Whether an access waits by it, so long after its enquiry came to rest."""
        over = self.days is not None and passed >= timedelta(days=self.days)
        return marked if self.marked else (self.every or purpose in self.purposes) and not over


class OthersRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is somebody else's: whether it may be counted, and what of an answer is about other people."""

    counted: bool
    agencies: frozenset[Agency]
    categories: frozenset[str]
    basis: tuple[str, ...]


class TellingRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them. ``version`` is of the file they were read from."""

    waits: tuple[Waits, ...]
    others: OthersRule
    version: str = ""

    def __post_init__(self) -> None:
        """One rule holds every access, for longer than another may lie from it that it waits with.

        Without it an access would be told, and not told any more once something came to pass near to it.
        """
        every = [one for one in self.waits if one.every and one.asked_by == frozenset(AskedBy)]
        around = max((one.around_days or 0 for one in self.waits), default=0)
        if len(every) != 1 or (every[0].around_days or 0) < around or not around < (every[0].days or 0):
            raise ValueError(
                f"one rule, whoever asks, has every = true, around_days = {around} at least, and more days than that"
            )

    @property
    def settling(self) -> timedelta:
        """How long after its enquiry came to rest an access waits in any case."""
        return timedelta(days=next(one.days or 0 for one in self.waits if one.every))
