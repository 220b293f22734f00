"""Honest mistakes that the hub refuses: the wrong purpose, no reason, a colleague's enquiry, one that has ended."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from hub.demo.year.cases import Case, Course, deeds_of
from hub.demo.year.contacts import Contact
from hub.demo.year.days import at
from hub.demo.year.deeds import Deed, Do
from hub.demo.year.staff import Colleague
from hub.domain.codes import PurposeCode, Role, Urgency

_REASON = "Referral from the school this morning"


def mistakes_about(contact: Contact, rng: random.Random, team: Sequence[Colleague]) -> Iterator[Deed]:
    """Now and then, something that is refused before the thing is done rightly."""
    drawn = rng.random()
    if drawn < 0.012:
        yield from _wrong_purpose(contact)
    elif drawn < 0.02:
        yield from _no_reason(contact)
    elif drawn < 0.03:
        yield from _too_late(contact)
    elif drawn < 0.038:
        yield from _a_colleagues(contact, rng, team)


def _case(contact: Contact, what: str, before: float) -> Case:
    return Case(
        id=f"{contact.id}/{what}",
        by=contact.by,
        at=at(contact.day, contact.minutes - before),
        child=contact.family.children[0],
        purpose=PurposeCode.SCREEN,
        urgency=Urgency.AMBER,
        reason=_REASON,
        referral=contact.referral,
    )


def _wrong_purpose(contact: Contact) -> Iterator[Deed]:
    """Early help, or an emergency: neither is theirs to use."""
    purpose = PurposeCode.EMERGENCY if contact.by.role is Role.SCREENING_OFFICER else PurposeCode.EARLY_HELP
    yield from deeds_of(msgspec.structs.replace(_case(contact, "wrong", 4), purpose=purpose), Course())


def _no_reason(contact: Contact) -> Iterator[Deed]:
    yield from deeds_of(msgspec.structs.replace(_case(contact, "blank", 3), reason=" "), Course())


def _too_late(contact: Contact) -> Iterator[Deed]:
    """Yesterday's enquiry, which has ended meanwhile; a new one is opened for it."""
    case = _case(contact, "ended", 26 * 60)
    yield from deeds_of(case, Course())
    for minutes in (2.0, 1.0):
        late = at(contact.day, contact.minutes - minutes)
        yield Deed(at=max(late, case.ends + timedelta(minutes=5)), by=case.by.principal, do=Do.VIEW, case=case.id)


def _a_colleagues(contact: Contact, rng: random.Random, team: Sequence[Colleague]) -> Iterator[Deed]:
    """Somebody asks under the enquiry that a colleague opened, as they sit side by side."""
    others = [one for one in team if one.role is contact.by.role and one is not contact.by and one.hours(contact.day)]
    if others:
        case = _case(contact, "shared", 6)
        yield from deeds_of(case, Course(close=30))
        beside = rng.choice(others).principal
        yield Deed(at=case.at + timedelta(minutes=3), by=beside, do=Do.VIEW, case=case.id)
