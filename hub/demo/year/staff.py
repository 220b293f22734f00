"""Who works at the front door of the year, their contracts of hours, and what the council noted of them."""

import random
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from hub.demo.population.names import names
from hub.demo.population.numbers import postcode
from hub.demo.year.days import is_working
from hub.demo.year.surnames import surname
from hub.domain.codes import Agency, Role
from hub.domain.principals import Principal

POSTCODES = 5_000  # of the town
_FIRST_POSTCODE = 100
Hours = tuple[int, int]  # minutes after midnight; of a night, beyond a day's


class Shift(StrEnum):
    """A contract of hours."""

    DAY = "day"
    EARLY = "early"
    LATE = "late"
    MONDAY_TO_WEDNESDAY = "monday-to-wednesday"
    WEDNESDAY_TO_FRIDAY = "wednesday-to-friday"
    DUTY = "duty"  # nights, weekends and bank holidays, in turn


_HOURS: dict[Shift, tuple[Hours, range]] = {
    Shift.DAY: ((540, 1020), range(5)),
    Shift.EARLY: ((480, 960), range(5)),
    Shift.LATE: ((600, 1080), range(5)),
    Shift.MONDAY_TO_WEDNESDAY: ((540, 1020), range(3)),
    Shift.WEDNESDAY_TO_FRIDAY: ((540, 1020), range(2, 5)),
}
_TEAMS: tuple[tuple[Role, Agency, str], ...] = (
    (Role.SCREENING_OFFICER, Agency.SOCIAL_CARE, "DDDEELLMW"),
    (Role.MASH_SOCIAL_WORKER, Agency.SOCIAL_CARE, "DDDDDEELLMMW"),
    (Role.MASH_MANAGER, Agency.SOCIAL_CARE, "DDEL"),
    (Role.DUTY_MANAGER, Agency.SOCIAL_CARE, "NNNNN"),
    (Role.EARLY_HELP_ADVISER, Agency.EARLY_HELP, "DMW"),
    (Role.DA_TRIAGE_MEMBER, Agency.POLICE, "DE"),
    (Role.EXPLOITATION_PANEL, Agency.SOCIAL_CARE, "D"),
    (Role.PARTNER_REP, Agency.YOUTH_JUSTICE, "DD"),
    (Role.PARTNER_REP, Agency.HEALTH, "DM"),
    (Role.PARTNER_REP, Agency.PROBATION, "DD"),
)
_SHIFTS = dict(zip("DELMWN", Shift, strict=True))


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the staff. ``noted`` names and postcodes are those that the council told the hub of."""

    principal: Principal
    shift: Shift
    given_name: str
    family_name: str
    birth_date: date
    postcode: str
    former_names: tuple[str, ...] = ()
    family_postcodes: tuple[str, ...] = ()
    leave: frozenset[int] = frozenset()  # ISO weeks

    @property
    def role(self) -> Role:
        """Everybody here has one."""
        return next(iter(self.principal.roles))

    def hours(self, day: date) -> Hours | None:
        """When they work on a day, by their contract; None for a day off, and of those on duty by rota."""
        if self.shift is Shift.DUTY or not is_working(day) or day.isocalendar().week in self.leave:
            return None
        hours, weekdays = _HOURS[self.shift]
        return hours if day.weekday() in weekdays else None


def staff(rng: random.Random) -> tuple[Colleague, ...]:
    """Everybody who works there, team by team."""
    found = []
    for role, agency, contracts in _TEAMS:
        for place, letter in enumerate(contracts, 1):
            found.append(_colleague(rng, role, agency, f"y-{agency}-{role}-{place}", _SHIFTS[letter]))
    return tuple(found)


def town_postcode(rng: random.Random) -> str:
    """Some postcode of the town."""
    return postcode(_FIRST_POSTCODE + rng.randrange(POSTCODES))


def on_duty(duty: tuple[Colleague, ...], day: date) -> Colleague:
    """Who of the duty team has the night that begins on a day, or the day itself where the front door is closed."""
    return duty[day.toordinal() % len(duty)]


def _colleague(rng: random.Random, role: Role, agency: Agency, id_: str, shift: Shift) -> Colleague:
    women = rng.random() < 0.8
    given, family = rng.choice(names().women if women else names().men), surname(rng)
    return Colleague(
        principal=Principal(id_.replace("_", "-"), f"{given} {family}", agency, frozenset({role})),
        shift=shift,
        given_name=given,
        family_name=family,
        birth_date=date(1965, 1, 1) + timedelta(days=rng.randrange(35 * 365)),
        postcode=town_postcode(rng),
        leave=frozenset(rng.sample(range(1, 53), 6)),
    )
