"""How a child meets youth justice, as pieces. Days count back from the anchor."""

from typing import Any

from hub.demo.population.calendar import ago
from hub.demo.population.cast import Cast
from hub.demo.population.people import Kinship, Person
from hub.demo.population.youth_justice_facts import (
    AssetPlus,
    Bail,
    CareStatus,
    EteStatus,
    HealthNeed,
    Hearing,
    Intervention,
    LegalOutcome,
    Offence,
    ParentOrCarer,
    SendAln,
)

COURT = "Derwentbridge Youth Court"
SUPPLY = ("Possession of a controlled drug of Class A with intent to supply", "MD71530", "Drugs", 6)
KNIFE = ("Possession of a bladed article in a public place", "CJ88116", "Violence Against The Person", 4)
THEFT = ("Theft from a shop", "TH68010", "Theft And Handling Stolen Goods", 3)
ASSAULT = ("Common assault", "CJ88001", "Violence Against The Person", 3)
DAMAGE = ("Criminal damage to property", "CD71039", "Criminal Damage", 2)
_GUARDIANS = (Kinship.MOTHER, Kinship.FATHER, Kinship.STEP_FATHER, Kinship.FOSTER_CARER, Kinship.GRANDPARENT)


def known_since(cast: Cast, child: Person, days: int, *, ended: int | None = None) -> None:
    """A case opens, with parents and carers named."""
    links = [link for link in cast.relationships(child) if link.kind in _GUARDIANS]
    parents = tuple(_carer(cast.persons[link.other_key], link.kind) for link in links)
    closed = None if ended is None else ago(ended)
    cast.learn_youth_justice(child, started_on=ago(days), ended_on=closed, parents_and_carers=parents)


def offended(
    cast: Cast,
    child: Person,
    days: int,
    what: tuple[str, str, str, int],
    outcome: tuple[str, str, int],
    *,
    victim: str | None = None,
) -> str:
    """An offence and what came of it ``(outcome, group, months)`` six weeks later; returns its id."""
    description, code, category, seriousness = what
    offence = Offence(
        id=cast.id("OFF"),
        on=ago(days),
        description=description,
        cjs_code=code,
        category=category,
        seriousness=seriousness,
        knife=what is KNIFE,
        plea="Guilty",
        arrested_on=ago(days - 1),
        location_postcode=child.postcode,
        outcomes=(_decided(days - 42, outcome),),
        victim=victim,
    )
    cast.learn_youth_justice(child, offences=(offence,))
    return offence.id


def _decided(days: int, outcome: tuple[str, str, int]) -> LegalOutcome:
    decision, group, months = outcome
    return LegalOutcome(
        on=ago(days),
        outcome=decision,
        group=group,
        ends_on=ago(days - months * 30) if months else None,
        term_months=months or None,
    )


def sentenced(cast: Cast, child: Person, days: int, order: str, months: int, offence: str) -> None:
    """A hearing and the order that it made."""
    hearing = Hearing(id=cast.id("HEA"), on=ago(days), court_type="Youth", court_name=COURT, offence_ids=(offence,))
    ends = days - months * 30
    programme = Intervention(
        id=cast.id("INT"),
        disposal_type=order,
        sentence_group="First-tier" if order == "Referral Order" else "Community",
        started_on=ago(days),
        ended_on=ago(ends),
        offence_ids=(offence,),
    )
    cast.learn_youth_justice(child, hearings=(hearing,), interventions=(programme,))


def bailed(cast: Cast, child: Person, days: int, ended: int | None, *conditions: str) -> None:
    """A period on bail."""
    end = None if ended is None else ago(ended)
    bail = Bail(id=cast.id("BAIL"), kind="Conditional bail", started_on=ago(days), ended_on=end, conditions=conditions)
    cast.learn_youth_justice(child, bail=(bail,))


def judged(cast: Cast, child: Person, days: int, safety: str, harm: str, reoffending: str, **flags: Any) -> None:
    """An AssetPlus assessment; ``flags`` sets exploitation flags and concerns."""
    assessment = AssetPlus(
        id=cast.id("AST"),
        on=ago(days),
        stage="Review" if cast.youth_justice[child.key].assessments else "Start",
        safety_wellbeing=safety,
        rosh=harm,
        likelihood_of_reoffending=reoffending,
        yogrs={"Low": 18.5, "Medium": 44.0, "High": 71.5}.get(reoffending, 80.0),
        **flags,
    )
    cast.learn_youth_justice(child, assessments=(assessment,))


def schooled(cast: Cast, child: Person, days: int, provision: str, hours: int, offered: int) -> None:
    """Where the child is educated, and for how much of the time offered."""
    suitable = "Suitable" if hours >= 20 else "Unsuitable"
    status = EteStatus(
        description=f"{provision}, year group placement",
        provision_type=provision,
        suitability=suitable,
        hours=hours,
        hours_offered=offered,
        started_on=ago(days),
    )
    cast.learn_youth_justice(child, ete=(status,))


def needing(cast: Cast, child: Person, days: int, *kinds: str, formal_plan: bool = False) -> None:
    """Needs found at screening: ``mental-health``, ``substance-misuse``, ``speech-language``, and SEND."""
    found = tuple(
        HealthNeed(
            kind=kind,
            screened_on=ago(days),
            referred_on=ago(days - 7),
            offered_on=ago(days - 21),
            attended_from=ago(days - 35) if days > 35 else None,
            intervention="Targeted",
        )
        for kind in kinds
    )
    send = SendAln(identified=True, formal_plan=formal_plan, started_on=ago(days))
    cast.learn_youth_justice(child, health_needs=found, send=(send,))


def in_care_status(cast: Cast, child: Person, days: int, status: str) -> None:
    """The child's standing with social care as youth justice wrote it down."""
    cast.learn_youth_justice(child, care_statuses=(CareStatus(status=status, started_on=ago(days)),))


def _carer(other: Person, kind: Kinship) -> ParentOrCarer:
    return ParentOrCarer(
        person_key=other.key,
        relationship=kind,
        given_name=other.given_name,
        family_name=other.family_name,
        phone=None if other.restricted else other.phone,
        birth_date=other.birth_date,
    )
