"""The child with NHS number 999 100 0003 and his family, known to all four partners.

A boy of fifteen lives with his mother, his step-father, who is under probation for violence in the
home, and a half-sister; a sibling is due. His own father lives elsewhere.
"""

from datetime import date

from hub.demo.population import health_history as health
from hub.demo.population import probation_history as probation
from hub.demo.population import social_care_history as social_care
from hub.demo.population import youth_justice_history as youth_justice
from hub.demo.population.calendar import ago
from hub.demo.population.cast import Cast
from hub.demo.population.numbers import nhs_number, upn
from hub.demo.population.people import Alias, Kinship, Person
from hub.demo.population.workforce import CAMHS, MIDWIFE, SCHOOL_NURSE


def make_main_family(cast: Cast) -> None:
    """Everybody in the family and what each partner holds."""
    home = cast.household("Fictworth")
    boy = cast.child(
        home,
        "Rowan",
        "M",
        date(2011, 5, 14),
        middle_name="James",
        nhs_number=nhs_number(0),
        upn=upn(1),
        phone="07700 900101",
        aliases=(Alias(given_name="Ro", family_name="Fictworth"),),
        school="Lapwing Academy",
    )
    mother = cast.adult(home, "Leanne", "F", years=36, phone="07700 900102")
    father = cast.adult(cast.household("Fictworth"), "Stuart", "M", years=38, phone="07700 900103")
    step = cast.adult(home, "Damian", "M", years=34, family_name="Placeholme", phone="07700 900104")
    sister = cast.child(home, "Poppy", "F", date(2019, 2, 3), family_name="Placeholme")
    unborn = cast.child(home, "Unborn", "U", None, family_name="Placeholme", expected_birth_date=ago(-75))
    cast.stories |= {"main-child": boy.key, "main-sister": sister.key, "main-unborn": unborn.key}
    cast.stories |= {"main-step-father": step.key}
    _belong(cast, boy, sister, unborn, (mother, father, step))
    _social_care(cast, boy)
    _social_care_of_siblings(cast, sister, unborn)
    _health(cast, boy, sister, unborn)
    _youth_justice(cast, boy)
    _probation(cast, step)


def _belong(cast: Cast, boy: Person, sister: Person, unborn: Person, adults: tuple[Person, Person, Person]) -> None:
    mother, father, step = adults
    cast.relate(boy, mother, Kinship.MOTHER)
    cast.relate(boy, father, Kinship.FATHER)
    cast.relate(boy, step, Kinship.STEP_FATHER)
    for child in (sister, unborn):
        cast.relate(child, mother, Kinship.MOTHER)
        cast.relate(child, step, Kinship.FATHER)
    cast.relate(boy, sister, Kinship.HALF_SIBLING)
    cast.relate(boy, unborn, Kinship.UNBORN_SIBLING)
    cast.relate(sister, unborn, Kinship.UNBORN_SIBLING)
    cast.relate(mother, step, Kinship.PARTNER)


def _social_care(cast: Cast, boy: Person) -> None:
    social_care.helped_early(cast, boy, 1700, "Behaviour at home and school", ended=1500)
    social_care.refused(cast, boy, 1290, "2A")
    first = social_care.referred(cast, boy, 990, "6", need="N5", closed=870)
    social_care.assessed(cast, boy, first, 989, "3B", "14A", outcome="NFA")
    social_care.contacted(cast, boy, 420, "3E", "ADVICE")
    now = social_care.referred(cast, boy, 232, "6", need="N1")
    social_care.assessed(cast, boy, now, 230, "3B", "3C", "10A", "13A", "24A", "18B", outcome="S47")
    social_care.protected(cast, boy, now, 190, "PHY")
    social_care.supported(cast, boy, first, 960, ended=871)
    for days, hours in ((260, 9), (214, 31), (121, 16), (48, 52), (12, 7)):
        social_care.went_missing(cast, boy, days, hours, interviewed=days != 48)
    social_care.contacted(cast, boy, 11, "6", "EXISTING_REFERRAL", "MISSING")
    social_care.allocated(cast, boy, social_care.worker_of("ASSESS"), 231, now, ended=188)
    social_care.allocated(cast, boy, social_care.worker_of("PROTECT-N"), 188, now)
    social_care.allocated(cast, boy, social_care.worker_of("EXPLOIT"), 118, now)


def _social_care_of_siblings(cast: Cast, sister: Person, unborn: Person) -> None:
    for child, started in ((sister, 190), (unborn, 60)):
        referral = social_care.referred(cast, child, started + 42, "6", need="N1")
        social_care.assessed(cast, child, referral, started + 41, "3B", "3C")
        social_care.protected(cast, child, referral, started, "EMO")
        social_care.allocated(cast, child, social_care.worker_of("PROTECT-N"), started, referral)


def _health(cast: Cast, boy: Person, sister: Person, unborn: Person) -> None:
    for child in (boy, sister):
        health.registered(cast, child)
        health.alerted(cast, child, 190)
    health.under(cast, unborn, "midwife", MIDWIFE, 140)
    health.alerted(cast, unborn, 60, "unborn-child-protection-plan")
    health.under(cast, boy, "camhs", CAMHS, 330)
    health.under(cast, boy, "school-nurse", SCHOOL_NURSE, 900, ended=500)
    health.attended(cast, boy, 421, health.FRACTURE, "Left wrist. Said that he fell on the stairs.", hour=18)
    health.attended(cast, boy, 233, health.CONCUSSION, "Struck on the head at home. Police informed.")
    health.attended(cast, boy, 119, health.LACERATION, "Cut to the forearm. Would not say how it happened.", hour=23)
    health.attended(cast, boy, 46, health.INTOXICATION, "Found at the bus station after two days away.", hour=3)
    for days in (300, 205, 95, 40):
        health.not_brought(cast, boy, days, "CAMHS Community Team")
    health.diagnosed(cast, boy, 3200, health.ASTHMA)
    health.diagnosed(cast, boy, 330, health.ANXIETY)
    health.diagnosed(cast, boy, 118, health.SELF_HARM)
    health.diagnosed(cast, boy, 70, health.CHLAMYDIA, "sexual-health")
    health.flagged(cast, boy, 233)


def _youth_justice(cast: Cast, boy: Person) -> None:
    youth_justice.known_since(cast, boy, 400)
    youth_justice.offended(
        cast, boy, 440, youth_justice.THEFT, ("Youth Caution", "Pre-Court", 0), victim="Lapwing Parade Stores"
    )
    carried = youth_justice.offended(
        cast, boy, 172, youth_justice.KNIFE, ("Youth Rehabilitation Order", "Community", 12)
    )
    supplied = youth_justice.offended(
        cast, boy, 172, youth_justice.SUPPLY, ("Youth Rehabilitation Order", "Community", 12)
    )
    youth_justice.bailed(cast, boy, 171, 130, "Curfew 8pm to 7am", "Not to enter the bus station")
    youth_justice.sentenced(cast, boy, 130, "Youth Rehabilitation Order", 12, carried)
    youth_justice.sentenced(cast, boy, 130, "Youth Rehabilitation Order", 12, supplied)
    youth_justice.schooled(cast, boy, 150, "Alternative provision", 12, 25)
    youth_justice.needing(cast, boy, 124, "mental-health", "speech-language", "substance-misuse")
    youth_justice.in_care_status(cast, boy, 190, "Child Protection Plan")
    _judgements(cast, boy)


def _judgements(cast: Cast, boy: Person) -> None:
    youth_justice.judged(cast, boy, 395, "Medium", "Low", "Medium", vulnerable_to_criminal_exploitation="Yes")
    youth_justice.judged(
        cast,
        boy,
        125,
        "High",
        "Medium",
        "High",
        county_lines="Yes",
        gang_association="Yes",
        vulnerable_to_criminal_exploitation="Yes",
        nrm_referred="Yes",
        concerns_speech_language="Yes",
        concerns_mental_health="Yes",
        concerns_substance_misuse="Yes",
        adverse_outcomes=(("Harmed by those who exploit him", "Likely"), ("Physical harm at home", "Likely")),
    )


def _probation(cast: Cast, step: Person) -> None:
    probation.supervised(cast, step, 1400, probation.BATTERY, "ORA Community Order", 12)
    probation.supervised(cast, step, 900, probation.ASSAULT, "ORA Adult Custody (inc PSS)", 42, custodial=True)
    probation.managed(cast, step, 250, 2, 2)
    probation.registered(cast, step, 250, "RCCO", "RHRH", "ADVP", notes="See the present assessment.")
    probation.registered(cast, step, 188, "RCPR")
    probation.rated(cast, step, 90, "HIGH", "HIGH")
    probation.licensed(
        cast,
        step,
        245,
        "Not to have unsupervised contact with any child under 18 without the prior approval of the supervising "
        "officer and children's social care.",
        "To reside as approved by the supervising officer.",
    )
    probation.around(cast, step)
