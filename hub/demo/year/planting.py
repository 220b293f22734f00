"""Planting misuses among a year of honest work, each written down with what a fair reader of the log could see of it.

Who does it, and about whom, is made for it: a family with the name, the home or the parent that it takes.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from hub.demo.population.people import Person
from hub.demo.year.cases import Case, Course, deeds_of
from hub.demo.year.days import at
from hub.demo.year.deeds import Deed, Flagged, Misuse, Seen
from hub.demo.year.staff import Colleague
from hub.demo.year.town import Town
from hub.domain.codes import PurposeCode, Role, Urgency


class Planting:
    """Deeds, and the misuses that they are, as they are thought out. Only the generator holds one."""

    def __init__(self, rng: random.Random, town: Town, team: Sequence[Colleague], days: Sequence[date]) -> None:
        self.rng, self.town, self.days = rng, town, days
        self.team = {one.principal.id: one for one in team}
        self.deeds: list[Deed] = []
        self.misuses: list[Misuse] = []
        self.flagged: list[Flagged] = []
        self._used: set[str] = set()
        self._serial = 0

    def somebody(self, role: Role, **noted: object) -> Colleague:
        """Somebody of a role, of whom nothing else is planted while there are such; ``noted`` changes details."""
        those = [one for one in self.team.values() if one.role is role]
        those = [one for one in those if one.principal.id not in self._used] or those
        chosen = msgspec.structs.replace(self.rng.choice(those), **noted)
        self._used.add(chosen.principal.id)
        self.team[chosen.principal.id] = chosen
        return chosen

    def working_day(self, who: Colleague, share: float) -> date:
        """A day on which somebody works, after about this share of the year."""
        start = int(share * len(self.days))
        there = [one for one in (*self.days[start:], *reversed(self.days[:start])) if who.hours(one) is not None]
        return there[0]

    def when(self, who: Colleague, share: float) -> datetime:
        """A moment in the working hours of somebody, after about this share of the year."""
        day = self.working_day(who, share)
        begins, ends = who.hours(day) or (540, 1020)
        return at(day, self.rng.uniform(begins + 40, ends - 60))

    def look(self, who: Colleague, when: datetime, child: Person, **more: object) -> Case:
        """One enquiry, unless told otherwise a screening under a made-up referral."""
        self._serial += 1
        details = {
            "purpose": PurposeCode.SCREEN,
            "urgency": Urgency.AMBER,
            "reason": "Information for a referral",
            "referral": f"REF-{when.year}-{900000 + self._serial}",
        } | more
        return Case(id=f"m{self._serial}", by=who, at=when, child=child, **details)  # type: ignore[arg-type]

    def plant(self, kind: str, says: str, seen: Seen, *looks: tuple[Case, Course]) -> None:
        """Note a misuse by one person, made of these enquiries."""
        for case, course in looks:
            self.deeds += deeds_of(case, course)
        cases = tuple(case.id for case, _ in looks)
        by = looks[0][0].by.principal.id
        self.misuses.append(
            Misuse(id=f"M{len(self.misuses) + 1:02d}", kind=kind, says=says, by=by, cases=cases, seen=seen)
        )
