"""An adult's time under probation, as pieces. Days count back from the anchor."""

from typing import Any

from hub.demo.population.calendar import ago, moment
from hub.demo.population.cast import Cast
from hub.demo.population.people import Kinship, Person
from hub.demo.population.probation_facts import (
    CommittedOffence,
    CourtAppearance,
    LicenceCondition,
    LimitedAccess,
    Mappa,
    PersonalContact,
    Registration,
    RiskLevel,
    RiskOfSeriousHarm,
    Supervision,
)

REGISTERS = {
    "RCCO": "Safeguarding concerns where a child is at risk from the offender",
    "RCPR": "Child is subject to a protection plan/conference",
    "RVAD": "Risk to a vulnerable adult",
    "WEAP": "Known to use/carry weapon",
    "RHRH": "High risk of serious harm",
    "RMRH": "Medium risk of serious harm",
    "RLRH": "Low risk of serious harm",
    "ADVP": "Domestic abuse perpetrator",
}
ASSAULT = ("00801", "Assault occasioning actual bodily harm")
COERCION = ("00812", "Controlling or coercive behaviour in an intimate or family relationship")
BATTERY = ("10501", "Common assault and battery")
DRUGS = ("09211", "Supplying a controlled drug")
THEFT = ("03900", "Stealing from the person of another")
_CHILD_IS = {Kinship.CHILD: "Child", Kinship.STEP_CHILD: "Step-child", Kinship.GRANDCHILD: "Grandchild"}
_ADULT_IS = {
    (Kinship.CHILD, "M"): "Father",
    (Kinship.CHILD, "F"): "Mother",
    (Kinship.STEP_CHILD, "M"): "Step-father",
    (Kinship.STEP_CHILD, "F"): "Step-mother",
    (Kinship.GRANDCHILD, "M"): "Grandfather",
    (Kinship.GRANDCHILD, "F"): "Grandmother",
}
_CATEGORIES = {1: "Registered sexual offender", 2: "Violent and other sexual offender", 3: "Other dangerous offender"}


def supervised(  # noqa: PLR0913 - a sentence has these parts
    cast: Cast,
    adult: Person,
    days: int,
    offence: tuple[str, str],
    sentence: str,
    months: int,
    *,
    custodial: bool = False,
) -> None:
    """A sentence under supervision, active while it lasts."""
    known = cast.probation.get(adult.key)
    code, description = offence
    supervision = Supervision(
        number=1 + len(known.supervisions if known else ()),
        active=days - months * 30 < 0,
        custodial=custodial,
        started_on=ago(days),
        sentence=sentence,
        sentenced_on=ago(days),
        length=months,
        length_units="Months",
        main_offence=CommittedOffence(on=ago(days + 95), code=code, description=description),
        court_appearances=(
            CourtAppearance(at=moment(days, 10), type="Sentence", court="Derwentbridge Crown Court", plea="Not guilty"),
        ),
    )
    cast.learn_probation(adult, supervisions=(supervision,))


def around(cast: Cast, adult: Person, **as_written: Any) -> None:
    """Write down the children around an adult; ``as_written`` says what probation has otherwise."""
    links = [link for link in cast.relationships(adult) if link.kind in _CHILD_IS]
    contacts = []
    for link in links:
        child = cast.persons[link.other_key]
        adult_is = _ADULT_IS.get((link.kind, adult.sex), "Carer")
        if child.birth_date is not None:  # nobody writes down a birth date of the unborn
            contacts.append(_contact(cast, adult, child, (_CHILD_IS[link.kind], adult_is), as_written))
    cast.learn_probation(adult, contacts=tuple(contacts))


def registered(cast: Cast, adult: Person, days: int, *codes: str, notes: str = "") -> None:
    """Registrations by register type, reviewed every six months."""
    entries = tuple(
        Registration(
            code=code, description=REGISTERS[code], started_on=ago(days), review_on=ago(days % 180 - 180), notes=notes
        )
        for code in codes
    )
    cast.learn_probation(adult, registrations=entries)


def managed(cast: Cast, adult: Person, days: int, category: int, level: int) -> None:
    """Under MAPPA."""
    mappa = Mappa(
        category=category,
        category_description=f"MAPPA Cat {category} - {_CATEGORIES[category]}",
        level=level,
        level_description=f"MAPPA Level {level}",
        started_on=ago(days),
        review_on=ago(-60),
        notes="Multi-agency meeting every twelve weeks.",
    )
    cast.learn_probation(adult, mappa=mappa)


def rated(cast: Cast, adult: Person, days: int, overall: RiskLevel, to_children: RiskLevel) -> None:
    """A risk of serious harm assessment."""
    levels: dict[RiskLevel, tuple[str, ...]] = {to_children: ("Children",)}
    levels[overall] = (*levels.get(overall, ()), "Known adult")
    if overall != "LOW":
        levels["LOW"] = (*levels.get("LOW", ()), "Staff", "Prisoners")
    risk = RiskOfSeriousHarm(
        overall=overall,
        in_community=levels,
        who_is_at_risk="The present partner and the children of the household.",
        nature_of_risk="Physical and emotional harm in the home.",
        imminence="Greatest after drinking and when contact or money is in dispute.",
        increase_factors="Alcohol, loss of work, new partner, missed appointments.",
        mitigation_factors="Supervision, abstinence, a group work programme, no unsupervised contact.",
        assessed_at=moment(days, 14),
    )
    cast.learn_probation(adult, risk=risk)


def licensed(cast: Cast, adult: Person, days: int, *texts: str) -> None:
    """Conditions of a licence."""
    conditions = tuple(
        LicenceCondition(id=cast.id("LIC"), code=f"ADD{n + 1}", category="Additional", text=text, started_on=ago(days))
        for n, text in enumerate(texts)
    )
    cast.learn_probation(adult, licence_conditions=conditions)


def limited(cast: Cast, adult: Person, access: LimitedAccess) -> None:
    """Only some, or not these, may see the case."""
    cast.learn_probation(adult, limited_access=access)


def _contact(
    cast: Cast,
    adult: Person,
    child: Person,
    ties: tuple[str, str],
    as_written: dict[str, Any],
) -> PersonalContact:
    details: dict[str, Any] = {
        "given_name": child.given_name,
        "family_name": child.family_name,
        "birth_date": child.birth_date,
        "postcode": child.postcode,
        "lives_with": child.address == adult.address,
    }
    return PersonalContact(
        id=cast.id("PCN"),
        child_key=child.key,
        child_is=ties[0],
        adult_is=ties[1],
        **(details | as_written),
    )
