"""Families that tests and demonstrations rely on: harm and risk around a child."""

from hub.demo.population import health_history as health
from hub.demo.population import probation_history as probation
from hub.demo.population import social_care_history as social_care
from hub.demo.population import youth_justice_history as youth_justice
from hub.demo.population.calendar import ago
from hub.demo.population.cast import Cast
from hub.demo.population.family import father_of, left, mother_of
from hub.demo.population.numbers import nhs_number, upn
from hub.demo.population.people import Kinship, SourceName
from hub.demo.population.probation_facts import LimitedAccess
from hub.demo.population.workforce import CAMHS, HEALTH_VISITORS, MIDWIFE
from hub.domain.codes import Label


def second_child(cast: Cast) -> None:
    """A girl with early help and some visits to health; youth justice and probation do not know her."""
    home = cast.household("Sampleforth")
    born = cast.birthday(9)
    girl = cast.child(home, "Orla", "F", born, nhs_number=nhs_number(1), upn=upn(12), school="Kingfisher Junior School")
    brother = cast.child(home, "Teddy", "M", cast.birthday(6))
    mother_of(cast, girl, brother, given_name="Hayley")
    father_of(cast, girl, brother)
    cast.relate(girl, brother, Kinship.SIBLING)
    cast.stories["second-child"] = girl.key
    social_care.contacted(cast, girl, 160, "2A", "ADVICE")
    social_care.helped_early(cast, girl, 150, "Child behaviour and parenting support")
    for child in (girl, brother):
        health.registered(cast, child)
    health.diagnosed(cast, girl, 600, health.ASTHMA)
    health.attended(cast, girl, 200, health.ASTHMA, hour=16)


def county_lines(cast: Cast) -> None:
    """A boy of sixteen is used to carry drugs: orders, missing episodes and injuries tell the same story."""
    home = cast.household()
    boy = cast.child(home, "Jamal", "M", cast.birthday(16), phone="07700 900201")
    mother_of(cast, boy)
    cast.stories["county-lines"] = boy.key
    referral = social_care.referred(cast, boy, 300, "6", need="N5")
    social_care.assessed(cast, boy, referral, 298, "10A", "13A", "24A", "2A")
    social_care.enquired(cast, boy, referral, 150)
    social_care.supported(cast, boy, referral, 250)
    social_care.allocated(cast, boy, social_care.worker_of("EXPLOIT"), 250, referral)
    youth_justice.known_since(cast, boy, 320)
    for days, hours in ((310, 40), (240, 66), (151, 90), (60, 30), (20, 45)):
        social_care.went_missing(cast, boy, days, hours, interviewed=days > 100)
    offence = youth_justice.offended(cast, boy, 330, youth_justice.SUPPLY, ("Referral Order", "First-tier", 9))
    youth_justice.sentenced(cast, boy, 288, "Referral Order", 9, offence)
    exploited = {"county_lines": "Yes", "vulnerable_to_criminal_exploitation": "Yes", "nrm_referred": "Yes"}
    youth_justice.judged(cast, boy, 285, "High", "Medium", "Medium", **exploited)
    youth_justice.schooled(cast, boy, 250, "Not in education, training or employment", 0, 25)
    health.registered(cast, boy)
    health.attended(cast, boy, 149, health.LACERATION, "Wound to the thigh. Found by police two counties away.", hour=2)
    health.attended(cast, boy, 58, health.INTOXICATION, hour=4)
    health.flagged(cast, boy, 148)


def domestic_abuse(cast: Cast) -> None:
    """A father under probation for violence lives with his partner and their two children."""
    home = cast.household()
    children = [cast.child(home, name, "F", cast.birthday(years)) for name, years in (("Isla", 8), ("Mabel", 3))]
    mother = mother_of(cast, *children)
    father = cast.adult(home, "Wayne", "M", years=35)
    for child in children:
        cast.relate(child, father, Kinship.FATHER)
        health.registered(cast, child)
        referral = social_care.referred(cast, child, 100, "6", need="N1")
        social_care.assessed(cast, child, referral, 99, "3B")
        social_care.supported(cast, child, referral, 58)
    cast.relate(children[0], children[1], Kinship.SIBLING)
    cast.relate(mother, father, Kinship.PARTNER)
    cast.stories |= {"domestic-abuse-child": children[0].key, "domestic-abuse-adult": father.key}
    health.under(cast, children[1], "health-visitor", HEALTH_VISITORS[0], 1000)
    probation.supervised(cast, father, 210, probation.COERCION, "ORA Suspended Sentence Order", 24)
    probation.registered(cast, father, 205, "ADVP", "RCCO", "RMRH", "WEAP")
    probation.rated(cast, father, 60, "HIGH", "MEDIUM")
    probation.around(cast, father)


def fleeing(cast: Cast) -> None:
    """A mother and her son have fled. Their address must reach nobody; the father's record has the old one."""
    old = cast.address(since=2600)
    home = cast.household()
    at_risk = {
        "restricted": True,
        "labels": frozenset({Label.LOCATION_AT_RISK}),
        "former_addresses": (left(old, 70),),
    }
    boy = cast.child(home, "Ewan", "M", cast.birthday(7), **at_risk)
    mother = cast.adult(home, "Natalie", "F", years=31, phone="07700 900301", **at_risk)
    father = cast.adult(cast.household(home.family_name, old), "Barry", "M", years=36)
    cast.relate(boy, mother, Kinship.MOTHER)
    cast.relate(boy, father, Kinship.FATHER)
    cast.stories |= {"fleeing-child": boy.key, "fleeing-mother": mother.key, "pursuing-father": father.key}
    health.registered(cast, boy)
    told = f"Mother says they now live at {home.address.line}; he will go to {boy.school}."
    health.attended(cast, boy, 75, health.CONCUSSION, told)
    referral = social_care.referred(cast, boy, 74, "6", need="N1")
    social_care.assessed(cast, boy, referral, 73, "3B", "18B")
    cast.learn_social_care(boy, labels=boy.labels)
    social_care.allocated(cast, boy, social_care.worker_of("ASSESS", 1), 73, referral)
    probation.supervised(cast, father, 400, probation.ASSAULT, "ORA Community Order", 18)
    probation.registered(cast, father, 74, "ADVP", "RCCO", "RHRH")
    probation.around(cast, father, postcode=old.postcode)


def unborn(cast: Cast) -> None:
    """A child due in two months, on a plan before birth; the mother is seventeen and a child herself."""
    home = cast.household()
    girl = cast.child(home, "Skye", "F", cast.birthday(17))
    mother_of(cast, girl)
    baby = cast.child(home, "Unborn", "U", None, expected_birth_date=ago(-61))
    cast.relate(baby, girl, Kinship.MOTHER)
    cast.stories |= {"unborn": baby.key, "expectant-child": girl.key}
    referral = social_care.referred(cast, baby, 80, "3F", need="N1")
    social_care.assessed(cast, baby, referral, 79, "4B", "16A")
    social_care.protected(cast, baby, referral, 30, "NEG")
    health.registered(cast, girl)
    health.diagnosed(cast, girl, 200, health.PREGNANCY)
    health.diagnosed(cast, girl, 300, health.DEPRESSION)
    for child in (girl, baby):
        health.under(cast, child, "midwife", MIDWIFE, 180)
    health.alerted(cast, baby, 30, "unborn-child-protection-plan")


def limited_access(cast: Cast) -> None:
    """A stepfather's probation case that only two people may open, and a manager who knows him never may."""
    home = cast.household()
    girl = cast.child(home, "Anya", "F", cast.birthday(12))
    mother = mother_of(cast, girl)
    step = cast.adult(home, "Duncan", "M", years=44)
    cast.relate(girl, step, Kinship.STEP_FATHER)
    cast.relate(mother, step, Kinship.PARTNER)
    cast.stories |= {"limited-access-child": girl.key, "limited-access-adult": step.key}
    social_care.refused(cast, girl, 90, "2A", need="N5")
    health.registered(cast, girl)
    probation.supervised(cast, step, 500, probation.ASSAULT, "ORA Adult Custody (inc PSS)", 36, custodial=True)
    probation.managed(cast, step, 300, 1, 2)
    probation.registered(cast, step, 300, "RCCO", "RHRH")
    probation.around(cast, step)
    access = LimitedAccess(
        excluded_from=("joel.cinderford@derwent.example",),
        exclusion_message="You are excluded from this case. Phone Derwentbridge Public Protection on 01632 960030.",
        restricted_to=("gideon.strathmore@probation.example", "amal.bickerstaffe@probation.example"),
        restriction_message="This case is restricted. Phone Derwentbridge Public Protection on 01632 960030.",
    )
    cast.learn_probation(step, limited_access=access, labels=frozenset({Label.LIMITED_ACCESS}))


def exploited(cast: Cast) -> None:
    """A girl of fourteen harmed by older men: missing, sexual health, CAMHS."""
    home = cast.household()
    girl = cast.child(home, "Lacey", "F", cast.birthday(14))
    mother_of(cast, girl)
    cast.stories["sexually-exploited"] = girl.key
    referral = social_care.referred(cast, girl, 180, "2A", need="N1")
    social_care.assessed(cast, girl, referral, 178, "10A", "11A", "15A", "19B")
    social_care.protected(cast, girl, referral, 130, "SAB")
    for days, hours in ((190, 12), (140, 20), (35, 11)):
        social_care.went_missing(cast, girl, days, hours)
    health.registered(cast, girl)
    health.under(cast, girl, "camhs", CAMHS, 160)
    health.diagnosed(cast, girl, 120, health.CHLAMYDIA, "sexual-health")
    health.diagnosed(cast, girl, 155, health.SELF_HARM)
    health.attended(cast, girl, 156, health.SELF_HARM)
    health.alerted(cast, girl, 130)
    cast.learn_health(girl, labels=frozenset({Label.SEXUAL_HEALTH}))


def disagreeing(cast: Cast) -> None:
    """Sources disagree: social care has day and month the other way round, youth justice another spelling."""
    home = cast.household()
    born = cast.birthday(15).replace(month=4, day=9)
    boy = cast.child(home, "Rhys", "M", born)
    mother_of(cast, boy)
    cast.stories["disagreeing-sources"] = boy.key
    cast.differs(SourceName.SOCIAL_CARE, boy, birth_date=born.replace(month=9, day=4))
    cast.differs(SourceName.YOUTH_JUSTICE, boy, given_name="Reece", family_name=f"{boy.family_name}e")
    social_care.refused(cast, boy, 210, "6")
    youth_justice.known_since(cast, boy, 205)
    youth_justice.offended(cast, boy, 220, youth_justice.DAMAGE, ("Youth Caution", "Pre-Court", 0))
    youth_justice.judged(cast, boy, 200, "Low", "Low", "Low")
    health.registered(cast, boy)


def unlisted(cast: Cast) -> None:
    """A step-father in social care's family record; probation supervises him and has no child on his case."""
    home = cast.household()
    girl = cast.child(home, "Bronte", "F", cast.birthday(10))
    mother = mother_of(cast, girl)
    step = cast.adult(home, "Jermaine", "M", years=38, family_name="Nonesuch", phone=cast.mobile())
    cast.relate(girl, step, Kinship.STEP_FATHER)
    cast.relate(mother, step, Kinship.PARTNER)
    cast.stories |= {"unlisted-step-child": girl.key, "unlisted-step-father": step.key}
    social_care.refused(cast, girl, 40, "2A", need="N5")
    social_care.family_recorded(cast, girl, step)
    health.registered(cast, girl, dated=True)
    probation.supervised(cast, step, 160, probation.COERCION, "ORA Suspended Sentence Order", 24)
    probation.registered(cast, step, 150, "ADVP", "RCCO", "RHRH")
    probation.rated(cast, step, 70, "HIGH", "HIGH")


HARM_AND_RISK = (
    second_child,
    county_lines,
    domestic_abuse,
    fleeing,
    unborn,
    limited_access,
    exploited,
    disagreeing,
)
