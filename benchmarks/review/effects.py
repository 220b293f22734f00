"""What becomes of the list under other thresholds."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from benchmarks.review.lived import Reviewed
from benchmarks.review.measuring import Measured, measured, standard
from hub.domain.codes import PurposeCode
from hub.domain.review import Priority, Rule, Thresholds


class Effect(NamedTuple):
    """One other threshold: the rule it is about, what is said of it, and what is changed."""

    rule: Rule
    says: str
    change: dict[str, object]

    @property
    def is_standard(self) -> bool:
        """Whether the hub comes with it."""
        standing = Thresholds()
        return all(getattr(standing, name) == value for name, value in self.change.items())


class Came(NamedTuple):
    """What came of it, by that rule alone and for the whole list."""

    rule_found: int
    rule_alarms: float  # per 1,000 honest enquiries
    found: int
    pressing: float  # lines of medium and high priority about honest work, per 1,000 honest enquiries


EFFECTS: tuple[Effect, ...] = (
    *(
        Effect(Rule.MANY_SUBJECTS, f"{many} people within 60 minutes", {"many_subjects": many})
        for many in (4, 6, 8, 10, 12, 20)
    ),
    *(
        Effect(Rule.MANY_SUBJECTS, f"{many} people within a day", {"many_subjects_a_day": many})
        for many in (15, 20, 25, 40)
    ),
    *(
        Effect(Rule.REPEATED_REFUSALS, f"{many} refusals within {hours} hours", _)
        for many, hours in ((3, 1), (3, 24), (5, 24), (3, 240), (5, 240))
        for _ in ({"repeated_refusals": many, "repeated_refusals_hours": float(hours)},)
    ),
    *(
        Effect(Rule.REPEATED_REFUSALS, f"{many} about one person within {days} days", _)
        for many, days in ((3, 14), (5, 14), (5, 60))
        for _ in ({"refusals_about_one": many, "refusals_about_one_days": float(days)},)
    ),
    *(
        Effect(Rule.REPEATED_REFUSALS, f"{many} about anybody within {days} days", _)
        for many, days in ((2, 14), (3, 14), (4, 14))
        for _ in ({"spread_refusals": many, "spread_refusals_days": float(days)},)
    ),
    *(
        Effect(Rule.REPEATED_REFUSALS, f"{many} about anybody within {days} days", _)
        for many, days in ((3, 60), (5, 60), (8, 60))
        for _ in ({"far_spread_refusals": many, "far_spread_refusals_days": float(days)},)
    ),
    *(
        Effect(Rule.LOOKED_AGAIN, f"{many} enquiries over {days} days", _)
        for many, days in ((3, 30), (4, 30), (4, 60), (4, 120), (6, 60))
        for _ in ({"looked_again": many, "looked_again_days": float(days)},)
    ),
    Effect(Rule.OUT_OF_HOURS, "07:00 to 20:00", {"day_starts": "07:00", "day_ends": "20:00"}),
    Effect(Rule.OUT_OF_HOURS, "08:00 to 18:30", {}),
    Effect(Rule.OUT_OF_HOURS, "08:30 to 17:30", {"day_starts": "08:30", "day_ends": "17:30"}),
    Effect(Rule.NO_REFERRAL, "expected of section 47 alone", {"referral_expected": (PurposeCode.S47,)}),
    Effect(Rule.NO_REFERRAL, "expected of six purposes", {}),
    *(
        Effect(Rule.SAME_SURNAME, f"a name is common from {share:.1%}", {"common_surname": share})
        for share in (0.001, 0.004, 0.02)
    ),
)


def effects(reviewed: Reviewed) -> Iterator[tuple[Effect, Came]]:
    """What comes of each, everything else as the hub comes."""
    for one in EFFECTS:
        yield one, effect(measured(reviewed, msgspec.structs.replace(standard(reviewed), **one.change)), one.rule)


def effect(found: Measured, rule: Rule) -> Came:
    """What one list comes to."""
    return Came(
        rule_found=len(found.found(rule)),
        rule_alarms=found.per_thousand(found.false_alarms(rule)),
        found=len(found.found()),
        pressing=found.per_thousand(found.false_alarms(least=Priority.MEDIUM)),
    )
