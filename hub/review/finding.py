"""What a rule finds, and what rules look at besides the log."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from hub.domain.review import Flag, Priority, Rule, StaffMarks, Thresholds
from hub.review.openings import Openings

_HIGH, _MEDIUM = 0.6, 0.3
LEAST = 0.1  # what weighs less makes no line by itself, unless its rule is asked for


class Finding(msgspec.Struct, frozen=True):
    """Why something deserves a look: the rule, a reason in a sentence, and the entries it rests on.

    ``weight``, from 0 to 1, is how likely it is worth somebody's time, set against the others.
    """

    rule: Rule
    reason: str
    entries: tuple[int, ...]
    weight: float

    @property
    def priority(self) -> Priority:
        """The weight in words."""
        return priority_of(self.weight)


@dataclass(frozen=True)
class Ground:
    """What rules compare the log with: all of it keyed hashes, never a name."""

    now: datetime
    thresholds: Thresholds
    staff: Mapping[str, StaffMarks] = field(default_factory=dict)  # by principal
    flags: Sequence[Flag] = ()
    share: Callable[[str], float] = lambda _surname: 0.0  # how many of the children asked about bear a family name
    openings: Openings = field(default_factory=Openings)  # of a longer time than the cases are of
    drawn: Callable[[str, datetime], bool] = lambda _enquiry, _opened: False  # whether the random sample holds it


def score_of(findings: Iterable[Finding]) -> float:
    """How much several findings weigh together: more than the heaviest, never more than 1."""
    return 1 - math.prod(1 - one.weight for one in findings)


def priority_of(weight: float) -> Priority:
    """A weight, or a score, in words."""
    if weight >= _HIGH:
        return Priority.HIGH
    return Priority.MEDIUM if weight >= _MEDIUM else Priority.LOW
