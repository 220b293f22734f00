"""What the work list says of a plan's misuses and of its honest work, line by line."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from benchmarks.review.lived import Reviewed
from hub.demo.year.days import bank_holidays
from hub.demo.year.deeds import Misuse
from hub.domain.review import Priority, Rule, Thresholds
from hub.review.finding import Ground
from hub.review.work_list import Item, Wanted, work_list

_WHOLE = 2**64


class Line(NamedTuple):
    """One line of the work list, and the misuses that it is about; none of an honest one."""

    item: Item
    misuses: frozenset[str]

    @property
    def rules(self) -> frozenset[Rule]:
        """Every rule that it stands there for."""
        return frozenset(one.rule for one in self.item.findings)

    @property
    def signs(self) -> frozenset[Rule]:
        """As ``rules``, without the lot, which is no sign of anything."""
        return self.rules - {Rule.RANDOM_SAMPLE}


class Measured(NamedTuple):
    """The list of a whole plan, the most pressing first."""

    reviewed: Reviewed
    lines: tuple[Line, ...]
    honest: int  # enquiries that were opened, and are no misuse's

    @property
    def misuses(self) -> tuple[Misuse, ...]:
        """All that were planted."""
        return self.reviewed.plan.misuses

    def found(self, rule: Rule | None = None, least: Priority = Priority.LOW) -> frozenset[str]:
        """Misuses of which some line tells by a sign; by one rule alone where it is given, and at least so pressing."""
        return frozenset(
            one
            for line in self.lines
            if line.item.priority in _AT_LEAST[least] and (rule in line.rules if rule else line.signs)
            for one in line.misuses
        )

    def false_alarms(self, rule: Rule | None = None, least: Priority = Priority.LOW) -> int:
        """Lines about honest work."""
        return sum(
            1
            for line in self.lines
            if not line.misuses and line.item.priority in _AT_LEAST[least] and (rule is None or rule in line.rules)
        )

    def per_thousand(self, alarms: int) -> float:
        """So many alarms, for each thousand honest enquiries."""
        return 1000 * alarms / self.honest

    def best(self, misuse: str) -> Line | None:
        """The most pressing line about a misuse that is there by a sign."""
        return next((line for line in self.lines if misuse in line.misuses and line.signs), None)

    def weeks(self) -> list[list[Line]]:
        """The lines of each week of the plan, by when what they are about began; each week the most pressing first."""
        plan = self.reviewed.plan
        found: list[list[Line]] = [[] for _ in range((plan.until - plan.first).days // 7 + 1)]
        for line in self.lines:
            found[(line.item.since.date() - plan.first).days // 7].append(line)
        return [week for week in found if week]


_AT_LEAST: Mapping[Priority, frozenset[Priority]] = {
    Priority.LOW: frozenset(Priority),
    Priority.MEDIUM: frozenset({Priority.MEDIUM, Priority.HIGH}),
    Priority.HIGH: frozenset({Priority.HIGH}),
}


def standard(reviewed: Reviewed) -> Thresholds:
    """The thresholds that the hub comes with, told the bank holidays."""
    years = range(reviewed.plan.first.year, reviewed.plan.until.year + 1)
    return Thresholds(bank_holidays=tuple(sorted(day for year in years for day in bank_holidays(year))))


def measured(reviewed: Reviewed, thresholds: Thresholds) -> Measured:
    """The work list under these thresholds."""
    planted = {case: misuse.id for misuse in reviewed.plan.misuses for case in misuse.cases}
    case_of = {enquiry: case for case, enquiry in reviewed.lived.enquiries.items()}
    ground = replace(reviewed.ground, thresholds=thresholds, drawn=_lot(case_of, thresholds.random_sample))
    items = work_list(reviewed.told, ground, {}, _everything(ground))
    lines = tuple(Line(one, _about(one, reviewed, case_of, planted)) for one in items)
    honest = sum(case not in planted for case in reviewed.lived.enquiries)
    return Measured(reviewed, lines, honest)


def _everything(ground: Ground) -> Wanted:
    return Wanted(since=datetime.min.replace(tzinfo=ground.now.tzinfo), until=ground.now, settled=None)


def _lot(case_of: Mapping[str, str], share: float) -> Callable[[str, datetime], bool]:
    """A random sample that is the same each time, though no key and no enquiry's id is."""

    def drawn(enquiry: str, _opened: datetime) -> bool:
        number = hashlib.sha256(case_of.get(enquiry, "").encode()).digest()[:8]
        return int.from_bytes(number) < share * _WHOLE

    return drawn


def _about(item: Item, reviewed: Reviewed, case_of: Mapping[str, str], planted: Mapping[str, str]) -> frozenset[str]:
    if item.enquiry_id is not None:
        cases: Iterable[str] = (case_of.get(item.enquiry_id, ""),)
    else:
        entries: Sequence[int] = [index for one in item.findings for index in one.entries]
        cases = (reviewed.lived.cases.get(index, "") for index in entries)
    return frozenset(planted[case] for case in cases if case in planted)
