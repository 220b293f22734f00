"""Ordinary families, each a little different, with what partners would hold of such families."""

from hub.demo.population import health_history as health
from hub.demo.population import probation_history as probation
from hub.demo.population import social_care_history as social_care
from hub.demo.population import youth_justice_history as youth_justice
from hub.demo.population.calendar import ANCHOR
from hub.demo.population.cast import Cast, Household
from hub.demo.population.family import eldest, father_of, mother_of, siblings
from hub.demo.population.people import Kinship, Person
from hub.demo.population.workforce import CAMHS, HEALTH_VISITORS

_SOURCES = ("1A", "2A", "2A", "3A", "3B", "3E", "4", "6", "6", "6")
_FACTORS = ("3B", "4B", "2B", "1B", "14A", "16A", "17A", "6A", "5A", "7A")
_REASONS = ("Parenting support", "School attendance", "Housing", "Child behaviour", "Young carer")


def make_ordinary_family(cast: Cast) -> None:
    """One to four children with some of their parents; most known to few partners."""
    rng = cast.rng
    home = cast.household()
    children = _children(cast, home)
    siblings(cast, *children)
    mother = mother_of(cast, *children)
    partner = None
    if rng.random() < 0.65:
        partner = father_of(cast, *children)
    elif rng.random() < 0.5:
        partner = _step_father(cast, home, mother, children)
    for child in children:
        _health(cast, child)
    _social_care(cast, children)
    for child in children:
        if eldest(child) >= 11 and rng.random() < 0.2:
            _youth_justice(cast, child)
    if partner is not None and rng.random() < 0.2:
        _probation(cast, partner)


def _children(cast: Cast, home: Household) -> list[Person]:
    rng = cast.rng
    count = rng.choices((1, 2, 3, 4), (3, 4, 2, 1))[0]
    years = sorted((rng.randrange(18) for _ in range(count)), reverse=True)
    made: list[Person] = []
    for place, age in enumerate(years):
        twin = place > 0 and rng.random() < 0.08
        born = made[-1].birth_date if twin else cast.birthday(age)
        sex, name = ("F", cast.girl()) if rng.random() < 0.5 else ("M", cast.boy())
        while any(name == other.given_name for other in made):
            name = cast.girl() if sex == "F" else cast.boy()
        made.append(cast.child(home, name, "F" if sex == "F" else "M", born))
    return made


def _step_father(cast: Cast, home: Household, mother: Person, children: list[Person]) -> Person:
    name = cast.household(address=home.address).family_name
    step = cast.adult(home, cast.man(), "M", years=eldest(*children) + 25, family_name=name, phone=cast.mobile())
    for child in children:
        cast.relate(child, step, Kinship.STEP_FATHER)
    cast.relate(mother, step, Kinship.PARTNER)
    return step


def _health(cast: Cast, child: Person) -> None:
    rng = cast.rng
    if rng.random() < 0.03:
        return  # newly arrived: no practice yet
    health.registered(cast, child)
    if eldest(child) < 5:
        health.under(cast, child, "health-visitor", rng.choice(HEALTH_VISITORS), _days_lived(child) - 3)
    for _ in range(rng.choices((0, 1, 2), (6, 3, 1))[0]):
        injury = rng.choice((health.FRACTURE, health.LACERATION, health.CONCUSSION, health.ASTHMA))
        health.attended(cast, child, _some_day(cast, child, 700), injury, hour=rng.randrange(9, 23))
    if eldest(child) >= 3 and rng.random() < 0.25:
        health.diagnosed(cast, child, rng.randrange(60, 900), rng.choice((health.ASTHMA, health.ADHD)))
    if eldest(child) >= 9 and rng.random() < 0.12:
        health.under(cast, child, "camhs", CAMHS, rng.randrange(60, 400))
        health.diagnosed(cast, child, rng.randrange(60, 400), rng.choice((health.ANXIETY, health.DEPRESSION)))
    if rng.random() < 0.1:
        health.not_brought(cast, child, _some_day(cast, child, 300), "Community Paediatrics")


def _days_lived(child: Person) -> int:
    return (ANCHOR - (child.birth_date or ANCHOR)).days


def _some_day(cast: Cast, child: Person, most: int) -> int:
    return cast.rng.randrange(1, min(most, _days_lived(child)))


def _social_care(cast: Cast, children: list[Person]) -> None:
    """A family is mostly known as a whole: the same depth for its children, the newborn aside."""
    depth = cast.rng.choices(
        ("none", "contact", "early help", "assessed", "in need", "protected", "in care"), (46, 16, 12, 12, 8, 4, 2)
    )[0]
    days, source = cast.rng.randrange(150, 700), cast.rng.choice(_SOURCES)
    for child in children:
        since = min(days, _days_lived(child) - 5)
        if since < 150 or depth == "none":
            continue
        if depth == "contact":
            social_care.contacted(cast, child, since, source, "NFA")
        elif depth == "early help":
            ended = since - 140 if since > 300 else None
            social_care.helped_early(cast, child, since, cast.rng.choice(_REASONS), ended=ended)
        else:
            _episode(cast, child, depth, since, source)


def _episode(cast: Cast, child: Person, depth: str, days: int, source: str) -> None:
    rng = cast.rng
    closed = max(days - 50, 5) if depth == "assessed" else None
    referral = social_care.referred(cast, child, days, source, need=rng.choice(("N1", "N1", "N2", "N5")), closed=closed)
    factors = sorted(set(rng.choices(_FACTORS, k=2)))
    social_care.assessed(cast, child, referral, days - 1, *factors, outcome="NFA" if closed else "CIN_PLAN")
    if depth == "in need":
        social_care.supported(cast, child, referral, days - 42)
        social_care.allocated(cast, child, social_care.worker_of("ASSESS", days), days - 42, referral)
    if depth == "protected":
        social_care.protected(cast, child, referral, days - 60, rng.choice(("NEG", "EMO", "PHY")))
        social_care.allocated(cast, child, social_care.worker_of("PROTECT-S", days), days - 60, referral)
        if child.key in cast.health:
            health.alerted(cast, child, days - 60)
    if depth == "in care":
        social_care.looked_after(cast, child, referral, days - 80, legal="V2", kind="U1")
        social_care.allocated(cast, child, social_care.worker_of("CARE"), days - 80, referral)
        if child.key in cast.health:
            health.alerted(cast, child, days - 80, "looked-after")


def _youth_justice(cast: Cast, child: Person) -> None:
    rng = cast.rng
    days = rng.randrange(120, 400)
    what = rng.choice((youth_justice.THEFT, youth_justice.DAMAGE, youth_justice.ASSAULT, youth_justice.KNIFE))
    ended = days - 110 if rng.random() < 0.4 else None
    youth_justice.known_since(cast, child, days, ended=ended)
    youth_justice.offended(cast, child, days + 15, what, rng.choice(_OUTCOMES))
    youth_justice.judged(cast, child, days - 10, *(rng.choice(("Low", "Low", "Medium")) for _ in range(3)))
    youth_justice.schooled(cast, child, days, "Mainstream school", 25, 25)


_OUTCOMES = (
    ("Community Resolution", "Pre-Court", 0),
    ("Youth Caution", "Pre-Court", 0),
    ("Youth Conditional Caution", "Pre-Court", 3),
)


def _probation(cast: Cast, adult: Person) -> None:
    rng = cast.rng
    days = rng.randrange(60, 330)
    offence = rng.choice((probation.THEFT, probation.BATTERY, probation.DRUGS))
    probation.supervised(cast, adult, days, offence, "ORA Community Order", 12)
    high = offence is probation.BATTERY
    probation.registered(cast, adult, days, *(("ADVP", "RMRH") if high else ("RLRH",)))
    probation.rated(cast, adult, days - 20, "MEDIUM" if high else "LOW", "MEDIUM" if high else "LOW")
    probation.around(cast, adult)
