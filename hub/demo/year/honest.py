"""Honest work: contacts as they come to a front door, and what its staff do about them.

Scale and habits, each to be changed here: the mean council of England took some 4,100 referrals in 2023-24 (621,880
over 153 councils), of which 22 per cent came again within a year; a large county's front door hears of more than
5,000 contacts a month, most of which end there.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec

from hub.demo.population.people import Person
from hub.demo.year.cases import Case, Course, deeds_of, honest_course
from hub.demo.year.contacts import Contact
from hub.demo.year.days import at, busy, is_working
from hub.demo.year.deeds import Deed
from hub.demo.year.mistakes import mistakes_about
from hub.demo.year.staff import Colleague, on_duty
from hub.demo.year.town import Family, Town
from hub.domain.codes import Agency, PurposeCode, Role, Urgency

_URGENCIES = (Urgency.RED, Urgency.AMBER, Urgency.GREEN), (2, 5, 3)
_REASONS = (
    "Police notification after a call to the home last night",
    "School is worried about bruises and what was said about them",
    "Health visitor could not see the baby on three visits",
    "Anonymous call about children left alone in the evenings",
    "Missing from home twice this week, found with older peers",
    "GP reports concerns about the mother's drinking",
)
_BY_TELEPHONE = 0.07  # not yet confirmed in writing, so no referral is linked
_AT_NIGHT_BY_TELEPHONE = 0.35
_AGAIN = 0.22  # of families: asked about before
_GLASS = 0.016  # of screenings by somebody who may break it
_BATCH = 0.8  # of a usual day's contacts: what the police send on after a weekend
_PAST_CLOSING = 0.02


class Honest:
    """Makes honest days. Only the generator holds one."""

    def __init__(self, rng: random.Random, town: Town, team: Sequence[Colleague], a_day: float) -> None:
        """``a_day``: contacts on a usual working day."""
        self._rng, self._town, self._a_day = rng, town, a_day
        self._team = team
        self._duty = tuple(one for one in team if one.role is Role.DUTY_MANAGER)
        self._known: list[Family] = []
        self._serial = 0

    def day(self, day: date) -> Iterator[Deed]:
        """All that is done about what arrives on one day."""
        if is_working(day):
            for _ in range(_around(self._rng, self._a_day * busy(day))):
                yield from self._by_day(day)
            if not is_working(day - timedelta(days=1)):
                yield from self._batch(day)
        for _ in range(_around(self._rng, self._a_day * (0.07 if is_working(day) else 0.2))):
            yield from self._out_of_hours(day)

    def _by_day(self, day: date) -> Iterator[Deed]:
        role = self._rng.choices((Role.SCREENING_OFFICER, Role.MASH_SOCIAL_WORKER), (6, 4))[0]
        if (who := self._at_work(day, role)) is not None:
            contact = self._contact(day, self._minutes(who, day), who, _BY_TELEPHONE)
            yield from mistakes_about(contact, self._rng, self._team)
            yield from self._screened(contact)
            yield from self._gone_on_with(contact)

    def _screened(self, contact: Contact) -> Iterator[Deed]:
        """Each child of the family in a row, mostly."""
        minutes = contact.minutes
        for place, child in enumerate(contact.family.children):
            if place and self._rng.random() < 0.2:
                continue
            yield from self._case(contact, child, PurposeCode.SCREEN, contact.by, at(contact.day, minutes))
            minutes += self._rng.uniform(3, 9)

    def _gone_on_with(self, contact: Contact) -> Iterator[Deed]:
        """What a manager passes on the same day or the next: an assessment, a strategy discussion, early help."""
        drawn = self._rng.random()
        day = contact.day + timedelta(days=self._rng.randrange(2))
        steps = (
            (0.16, PurposeCode.CIN_ASSESS, Role.MASH_SOCIAL_WORKER, None),
            (0.26, PurposeCode.S47, Role.MASH_SOCIAL_WORKER, None),
            (0.31, PurposeCode.S47, Role.MASH_MANAGER, None),
            (0.42, PurposeCode.EARLY_HELP, Role.EARLY_HELP_ADVISER, None),
            (0.44, PurposeCode.EXPLOITATION, Role.EXPLOITATION_PANEL, None),
            (0.46, PurposeCode.S47, Role.PARTNER_REP, Agency.HEALTH),
            (0.49, PurposeCode.YOUTH_JUSTICE, Role.PARTNER_REP, Agency.YOUTH_JUSTICE),
            (0.51, PurposeCode.MAPPA, Role.PARTNER_REP, Agency.PROBATION),
        )
        step = next((one for one in steps if drawn < one[0]), None)
        who = self._at_work(day, step[2], step[3]) if step else None
        if step is None or who is None:
            return
        minutes = self._minutes(who, day)
        if day == contact.day:
            minutes = max(minutes, contact.minutes + 30)
        for child in contact.family.children[: 1 if self._rng.random() < 0.5 else 3]:
            yield from self._case(contact, child, step[1], who, at(day, minutes))
            minutes += self._rng.uniform(3, 12)

    def _batch(self, day: date) -> Iterator[Deed]:
        """After a weekend or a holiday, the police's notifications of domestic abuse in one sitting."""
        who = self._at_work(day, Role.DA_TRIAGE_MEMBER)
        if who is None:
            return
        minutes = self._minutes(who, day, latest=660)
        for _ in range(_around(self._rng, self._a_day * _BATCH)):
            contact = self._contact(day, minutes, who, 0.01)
            for child in contact.family.children:
                yield from self._case(contact, child, PurposeCode.DA_TRIAGE, who, at(day, minutes))
                minutes += self._rng.uniform(3, 10)

    def _out_of_hours(self, day: date) -> Iterator[Deed]:
        who, rng = on_duty(self._duty, day), self._rng
        closed = not is_working(day)
        minutes = rng.uniform(540, 1440) if closed and rng.random() < 0.6 else rng.triangular(1080, 1800, 1290)
        contact = self._contact(day, minutes, who, _AT_NIGHT_BY_TELEPHONE)
        purpose = rng.choices((PurposeCode.EMERGENCY, PurposeCode.SCREEN, PurposeCode.S47), (5, 3, 2))[0]
        for child in contact.family.children:
            yield from self._case(contact, child, purpose, who, at(day, minutes))
            minutes += rng.uniform(2, 7)

    def _case(
        self, contact: Contact, child: Person, purpose: PurposeCode, who: Colleague, when: datetime
    ) -> Iterator[Deed]:
        rng = self._rng
        self._serial += 1
        urgency = Urgency.RED if purpose is PurposeCode.EMERGENCY else rng.choices(*_URGENCIES)[0]
        case = Case(
            id=f"{contact.id}/{self._serial}",
            by=who,
            at=when,
            child=child,
            purpose=purpose,
            urgency=urgency,
            reason=rng.choice(_REASONS),
            referral=contact.referral,
            by_number=rng.random() < 0.15,
        )
        yield from deeds_of(case, self._course(case))

    def _course(self, case: Case) -> Course:
        course = honest_course(self._rng)
        may = case.purpose is PurposeCode.SCREEN and case.by.role is not Role.SCREENING_OFFICER
        if may and self._rng.random() < _GLASS and course.views:
            course = msgspec.structs.replace(
                course, glass=0.2, glass_reason="Child at hospital with injuries; detail is needed before they leave"
            )
        return course

    def _contact(self, day: date, minutes: float, who: Colleague, by_telephone: float) -> Contact:
        self._serial += 1
        again = bool(self._known) and self._rng.random() < _AGAIN
        family = self._rng.choice(self._known) if again else self._town.some(self._rng)
        self._known.append(family)
        id_ = f"c{self._serial}"
        referral = None if self._rng.random() < by_telephone else f"REF-{day.year}-{self._serial:06d}"
        return Contact(id=id_, day=day, minutes=minutes, by=who, family=family, referral=referral)

    def _at_work(self, day: date, role: Role, agency: Agency | None = None) -> Colleague | None:
        there = [
            one for one in self._team if one.role is role and one.hours(day) and agency in {None, one.principal.agency}
        ]
        return self._rng.choice(there) if there else None

    def _minutes(self, who: Colleague, day: date, *, latest: float | None = None) -> float:
        """When in somebody's day they begin with something: mornings are full, and at times it gets late."""
        begins, ends = who.hours(day) or (540, 1020)
        if self._rng.random() < _PAST_CLOSING:  # Red work goes on past closing time
            return ends + self._rng.uniform(10, 130)
        return self._rng.triangular(begins + 5, latest or ends - 25, begins + 90)


def _around(rng: random.Random, mean: float) -> int:
    """A whole number that is this on average, and seldom more than half as much again."""
    return max(0, int(rng.gauss(mean, mean**0.5) + rng.random()))
