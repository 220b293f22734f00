"""A year as it is to be lived: every deed in its order, the staff, the town, the flags and what was planted."""

import random
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from hub.demo.population.calendar import ANCHOR
from hub.demo.year.days import at
from hub.demo.year.deeds import Deed, Flagged, Misuse
from hub.demo.year.honest import Honest
from hub.demo.year.misuses_by_habit import plant_habits
from hub.demo.year.misuses_of_kin import plant_kin
from hub.demo.year.planting import Planting
from hub.demo.year.staff import Colleague, staff
from hub.demo.year.town import Town, reference

SEED = 2019
DAYS, SHORTEST = 364, 28
A_DAY = 7.2  # contacts on a usual working day: some 6,000 enquiries a year
_FAMILIES_A_DAY = 6.5  # of those known to a front door, for each day of the plan
_FLAGGED_HONESTLY = 12  # colleagues and people in the public eye whose families a front door has reason to ask about


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be lived, from the first day to the last."""

    first: date
    until: date
    team: tuple[Colleague, ...]
    flagged: tuple[Flagged, ...]
    deeds: tuple[Deed, ...]  # in the order of time
    misuses: tuple[Misuse, ...]


def year(seed: int = SEED, *, days: int = DAYS, until: date = ANCHOR, a_day: float = A_DAY) -> tuple[Plan, Town]:
    """The same plan for the same arguments: so many days, 28 at least, the last the day before ``until``."""
    if days < SHORTEST:
        raise ValueError(f"a plan has {SHORTEST} days at least, so that everything planted has its room")
    rng = random.Random(f"{seed} year")
    first = until - timedelta(days=days)
    calendar = [first + timedelta(days=n) for n in range(days)]
    town, team = Town(seed, int(days * _FAMILIES_A_DAY)), staff(rng)
    planting = Planting(random.Random(f"{seed} misuses"), town, team, calendar)
    plant_kin(planting)
    plant_habits(planting)
    honest = Honest(rng, town, team, a_day)
    deeds = [*planting.deeds, *(deed for day in calendar for deed in honest.day(day))]
    plan = Plan(
        first=first,
        until=until,
        team=tuple(planting.team.values()),
        flagged=tuple(dict.fromkeys((*planting.flagged, *_flagged_honestly(rng, town)))),  # a lot may fall twice
        deeds=tuple(_in_order(deeds, first, until)),
        misuses=tuple(planting.misuses),
    )
    return plan, town


def _flagged_honestly(rng: random.Random, town: Town) -> list[Flagged]:
    kinds = ("colleague", "colleague", "public-figure")
    return [Flagged(reference(town.some(rng).children[0]), kinds[n % 3]) for n in range(_FLAGGED_HONESTLY)]


def _in_order(deeds: Iterable[Deed], first: date, until: date) -> list[Deed]:
    begins, ends = at(first, 0), at(until, 0)
    return sorted((one for one in deeds if begins <= one.at < ends), key=lambda one: (one.at, one.case, one.do))
