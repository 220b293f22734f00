"""What a child meets in health services, as pieces. Days count back from the anchor."""

from datetime import date, timedelta
from typing import Literal

from hub.demo.population.calendar import ANCHOR, ago, moment
from hub.demo.population.cast import Cast
from hub.demo.population.health_facts import (
    Attendance,
    Coding,
    Condition,
    CpIsPlan,
    HealthFlag,
    HealthInvolvement,
    Immunisation,
    MissedAppointment,
    RelatedContact,
)
from hub.demo.population.people import Kinship, Person, Professional
from hub.demo.population.workforce import COUNCIL, COUNCIL_PHONE, HOSPITALS, OUT_OF_HOURS_PHONE, PRACTICES

ASTHMA = Coding("195967001", "Asthma")
ADHD = Coding("406506008", "Attention deficit hyperactivity disorder")
ANXIETY = Coding("48694002", "Anxiety")
DEPRESSION = Coding("35489007", "Depressive disorder")
SELF_HARM = Coding("248062006", "Self-injurious behaviour")
FRACTURE = Coding("125605004", "Fracture of bone")
LACERATION = Coding("312608009", "Laceration")
CONCUSSION = Coding("110030002", "Concussion injury of brain")
INTOXICATION = Coding("25702006", "Alcohol intoxication")
PREGNANCY = Coding("77386006", "Pregnancy")
CHLAMYDIA = Coding("105629000", "Chlamydial infection")
GENDER_DYSPHORIA = Coding("93461009", "Gender dysphoria")
MMR = Coding("38598009", "Measles-mumps-rubella vaccination")
INFLUENZA = Coding("86198006", "Influenza vaccination")
_FLAGS = "https://fhir.nhs.uk/England/CodeSystem/England-FlagCategoryPatient"
_SAFEGUARDING = Coding("safeguarding-concern", "Safeguarding concern", "urn:derwentbridge:flag")
_CP_IS = Coding("child-protection-information-system-flag", "Child Protection Information System Flag", _FLAGS)

Service = Literal["health-visitor", "camhs", "midwife", "school-nurse"]


def registered(cast: Cast, child: Person, *, dated: bool = False) -> None:
    """Registered with a GP, vaccinated by age, with parents and carers named; ``dated``: with their birth dates."""
    practice = PRACTICES[int(child.key[1:4]) % len(PRACTICES)]
    guardians = (Kinship.MOTHER, Kinship.FATHER, Kinship.STEP_FATHER, Kinship.STEP_MOTHER, Kinship.FOSTER_CARER)
    links = [link for link in cast.relationships(child) if link.kind in (*guardians, Kinship.GRANDPARENT)]
    related = tuple(_related(cast, cast.persons[link.other_key], link.kind, dated=dated) for link in links)
    vaccines = () if child.birth_date is None else _vaccines(cast, child.birth_date)
    cast.learn_health(child, practice=practice, related=related, immunisations=vaccines, labels=child.labels)


def under(cast: Cast, child: Person, service: Service, who: Professional, days: int, ended: int | None = None) -> None:
    """A health service works with the child."""
    one = HealthInvolvement(
        id=cast.id("episode"),
        service=service,
        professional=who,
        started_on=ago(days),
        ended_on=None if ended is None else ago(ended),
    )
    cast.learn_health(child, involvements=(one,))


def attended(cast: Cast, child: Person, days: int, reason: Coding, note: str = "", *, hour: int = 21) -> None:
    """An attendance at A&E that lasted three hours or so."""
    hospital, ods = HOSPITALS[days % 2]
    arrived = moment(days, hour, 10 + days % 45)
    one = Attendance(
        id=cast.id("attendance"),
        at=arrived,
        left_at=arrived + timedelta(minutes=130 + days % 90),
        hospital=hospital,
        hospital_ods=ods,
        reason=reason,
        note=note,
    )
    cast.learn_health(child, attendances=(one,))


def not_brought(cast: Cast, child: Person, days: int, service: str) -> None:
    """An appointment to which the child was not brought."""
    one = MissedAppointment(id=cast.id("appointment"), at=moment(days, 9, 30), service=service)
    cast.learn_health(child, missed=(one,))


def diagnosed(
    cast: Cast,
    child: Person,
    days: int,
    coding: Coding,
    sensitive: Literal["sexual-health", "gender-history", "therapy"] | None = None,
) -> None:
    """A condition on the record, still active."""
    one = Condition(id=cast.id("condition"), coding=coding, onset=ago(days), sensitive=sensitive)
    cast.learn_health(child, conditions=(one,))


def flagged(cast: Cast, child: Person, days: int) -> None:
    """A safeguarding flag on the record."""
    one = HealthFlag(id=cast.id("flag"), kind="safeguarding", coding=_SAFEGUARDING, started_on=ago(days))
    cast.learn_health(child, flags=(one,))


def alerted(
    cast: Cast,
    child: Person,
    days: int,
    kind: Literal["child-protection-plan", "looked-after", "unborn-child-protection-plan"] = "child-protection-plan",
) -> None:
    """What CP-IS shows while the council has the child on a plan or in care."""
    plan = CpIsPlan(
        id=cast.id("cp-is"),
        kind=kind,
        started_on=ago(days),
        council=COUNCIL,
        phone=COUNCIL_PHONE,
        out_of_hours_phone=OUT_OF_HOURS_PHONE,
    )
    flag = HealthFlag(id=cast.id("flag"), kind="cp-is", coding=_CP_IS, started_on=ago(days))
    cast.learn_health(child, cp_is=(plan,), flags=(flag,))


def _related(cast: Cast, other: Person, kind: Kinship, *, dated: bool) -> RelatedContact:
    return RelatedContact(
        id=cast.id("related"),
        person_key=other.key,
        relationship=kind,
        given_name=other.given_name,
        family_name=other.family_name,
        phone=None if other.restricted else other.phone,
        birth_date=other.birth_date if dated else None,
    )


def _vaccines(cast: Cast, born: date) -> tuple[Immunisation, ...]:
    due = ((MMR, 390), (MMR, 1250), (INFLUENZA, 1500))
    given = ((vaccine, born + timedelta(days=after)) for vaccine, after in due)
    return tuple(Immunisation(id=cast.id("immunisation"), vaccine=v, on=on) for v, on in given if on < ANCHOR)
