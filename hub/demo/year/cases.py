"""How one enquiry goes: opened, found, viewed, closed; in minutes after it was opened."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from hub.demo.population.people import Person
from hub.demo.year.deeds import Asking, Deed, Do
from hub.demo.year.staff import Colleague
from hub.demo.year.town import reference
from hub.domain.codes import PurposeCode, Urgency
from hub.domain.enquiries import FamilyAgreement

_HOURS = {Urgency.RED: 4, Urgency.AMBER: 24, Urgency.GREEN: 72}
_AGREED = FamilyAgreement("the mother", date(2025, 9, 1), ("social-care", "health", "education", "early-help"))


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One enquiry of the plan."""

    id: str
    by: Colleague
    at: datetime
    child: Person
    purpose: PurposeCode
    urgency: Urgency
    reason: str
    referral: str | None = None
    by_number: bool = False  # asked about by the NHS number alone

    @property
    def ends(self) -> datetime:
        """When it runs out by itself."""
        return self.at + timedelta(hours=_HOURS[self.urgency])


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What is done under an enquiry, in minutes after its opening."""

    find: float | None = 0.7
    views: tuple[float, ...] = (2.5,)
    close: float | None = None
    glass: float | None = None
    glass_reason: str = ""


def deeds_of(case: Case, course: Course) -> Iterator[Deed]:
    """The deeds of one enquiry. Whatever would come after its end is left undone."""
    agreement = _AGREED if case.purpose is PurposeCode.EARLY_HELP else None
    asking = Asking(
        purpose=case.purpose,
        reason=case.reason,
        urgency=case.urgency,
        about=reference(case.child, by_number=case.by_number),
        referral=case.referral,
        agreement=agreement,
    )
    yield Deed(at=case.at, by=case.by.principal, do=Do.OPEN, case=case.id, asking=asking)
    timed = [
        (course.glass, Do.BREAK_GLASS),
        (course.find, Do.FIND),
        *((view, Do.VIEW) for view in course.views),
        (course.close, Do.CLOSE),
    ]
    for minutes, do in timed:
        if minutes is not None and case.at + timedelta(minutes=minutes) < case.ends:
            words = course.glass_reason if do is Do.BREAK_GLASS else ""
            yield Deed(at=case.at + timedelta(minutes=minutes), by=case.by.principal, do=do, case=case.id, words=words)


def honest_course(rng: random.Random) -> Course:
    """How an honest enquiry mostly goes; now and then nothing is asked, or nobody closes it."""
    if rng.random() < 0.015:  # a contact that was there twice
        return Course(find=None, views=(), close=rng.uniform(1, 6))
    find = rng.uniform(0.3, 1.5)
    if rng.random() < 0.04:  # nobody of that name, or found to be open to another team: passed on
        return Course(find=find, views=(), close=find + rng.uniform(1, 15))
    views = [find + rng.uniform(0.5, 4)]
    if rng.random() < 0.3:
        views.append(views[0] + rng.uniform(5, 90))
    close = views[-1] + rng.uniform(10, 100) if rng.random() < 0.9 else None  # else left to run out
    return Course(find=find, views=tuple(views), close=close)
