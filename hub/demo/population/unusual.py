"""Families that tests and demonstrations rely on: circumstances that make people hard to tell or to show."""

from hub.demo.population import health_history as health
from hub.demo.population import social_care_history as social_care
from hub.demo.population import youth_justice_history as youth_justice
from hub.demo.population.calendar import ago
from hub.demo.population.cast import Cast
from hub.demo.population.family import father_of, left, mother_of, siblings
from hub.demo.population.people import Alias, Kinship
from hub.demo.population.social_care_facts import AdoptionDecision
from hub.demo.population.workforce import CAMHS, HEALTH_VISITORS, SCHOOL_NURSE
from hub.domain.codes import Label


def twins(cast: Cast) -> None:
    """Twin girls with nearly one name: same family name, birth date and address; only one has a social worker."""
    home = cast.household()
    born = cast.birthday(10)
    one, other = (cast.child(home, name, "F", born) for name in ("Elsie", "Elise"))
    mother_of(cast, one, other)
    father_of(cast, one, other)
    siblings(cast, one, other)
    cast.stories |= {"twin": one.key, "other-twin": other.key}
    referral = social_care.referred(cast, one, 120, "2A", need="N2")
    social_care.assessed(cast, one, referral, 118, "6A")
    social_care.supported(cast, one, referral, 77)
    for child in (one, other):
        health.registered(cast, child)
    health.under(cast, one, "school-nurse", SCHOOL_NURSE, 200)


def near_names(cast: Cast) -> None:
    """Two brothers whose given names differ by a letter, a year apart."""
    home = cast.household()
    elder, younger = (
        cast.child(home, "Aidan", "M", cast.birthday(13)),
        cast.child(home, "Aiden", "M", cast.birthday(12)),
    )
    mother_of(cast, elder, younger)
    siblings(cast, elder, younger)
    cast.stories |= {"near-name": elder.key, "near-name-brother": younger.key}
    for child in (elder, younger):
        health.registered(cast, child)
    social_care.refused(cast, elder, 330, "1A")
    youth_justice.known_since(cast, younger, 80)
    youth_justice.offended(cast, younger, 95, youth_justice.THEFT, ("Community Resolution", "Pre-Court", 0))


def looked_after(cast: Cast) -> None:
    """A boy in foster care: his address is the placement, his mother's is his former one."""
    home = cast.household()
    carers = cast.household()
    former = (left(home.address, 520),)
    boy = cast.child(home, "Caleb", "M", cast.birthday(11), address=carers.address, former_addresses=former)
    mother_of(cast, boy)
    carer = cast.adult(carers, cast.woman(), "F", years=52, phone=cast.mobile())
    cast.relate(boy, carer, Kinship.FOSTER_CARER)
    cast.stories |= {"looked-after": boy.key, "foster-carer": carer.key}
    referral = social_care.referred(cast, boy, 700, "2A", need="N1")
    social_care.assessed(cast, boy, referral, 699, "16A", "2B")
    social_care.protected(cast, boy, referral, 640, "NEG", ended=520)
    social_care.looked_after(cast, boy, referral, 520)
    social_care.allocated(cast, boy, social_care.worker_of("CARE"), 515, referral)
    social_care.allocated(cast, boy, social_care.worker_of("CARE", 1), 515, referral)
    health.registered(cast, boy)
    health.alerted(cast, boy, 520, "looked-after")


def adoption(cast: Cast) -> None:
    """A toddler for whom adoption is the plan. The two identities must never be joined."""
    home = cast.household()
    carers = cast.household()
    labels = frozenset({Label.ADOPTION})
    girl = cast.child(home, "Alba", "F", cast.birthday(2), address=carers.address, labels=labels)
    mother_of(cast, girl)
    cast.relate(girl, cast.adult(carers, cast.woman(), "F", years=44), Kinship.FOSTER_CARER)
    cast.stories["adoption"] = girl.key
    referral = social_care.referred(cast, girl, 650, "3F", need="N1")
    period = social_care.looked_after(cast, girl, referral, 600, legal="E1")
    decision = AdoptionDecision(id=cast.id("ADP"), cla_id=period, decided_on=ago(200), placement_order_on=ago(150))
    cast.learn_social_care(girl, adoption=(decision,), labels=labels)
    health.registered(cast, girl)
    health.under(cast, girl, "health-visitor", HEALTH_VISITORS[1], 640)


def gp_only(cast: Cast) -> None:
    """A girl whom nobody knows but her GP."""
    home = cast.household()
    girl = cast.child(home, "Hana", "F", cast.birthday(8))
    mother_of(cast, girl)
    father_of(cast, girl)
    cast.stories["gp-only"] = girl.key
    health.registered(cast, girl)


def witness_protection(cast: Cast) -> None:
    """A boy under witness protection. Health marks it; social care has an old contact and does not know."""
    home = cast.household()
    labels = frozenset({Label.WITNESS_PROTECTION})
    boy = cast.child(home, "Felix", "M", cast.birthday(13), labels=labels, restricted=True)
    mother = mother_of(cast, boy)
    cast.stories |= {"witness-protection": boy.key, "witness-protection-mother": mother.key}
    health.registered(cast, boy)
    social_care.contacted(cast, boy, 900, "6", "NFA")


def step_family(cast: Cast) -> None:
    """Step-siblings with two family names under one roof, and a half-brother of both."""
    home, other = cast.household(), cast.household()
    hers = cast.child(home, cast.girl(), "F", cast.birthday(11))
    his = cast.child(home, cast.boy(), "M", cast.birthday(9), family_name=other.family_name)
    theirs = cast.child(home, cast.boy(), "M", cast.birthday(1), family_name=other.family_name)
    mother = mother_of(cast, hers, theirs)
    father = cast.adult(home, cast.man(), "M", years=37, family_name=other.family_name)
    cast.relate(his, father, Kinship.FATHER)
    cast.relate(theirs, father, Kinship.FATHER)
    cast.relate(hers, father, Kinship.STEP_FATHER)
    cast.relate(his, mother, Kinship.STEP_MOTHER)
    cast.relate(mother, father, Kinship.PARTNER)
    siblings(cast, hers, his, kind=Kinship.STEP_SIBLING)
    cast.relate(hers, theirs, Kinship.HALF_SIBLING)
    cast.relate(his, theirs, Kinship.HALF_SIBLING)
    cast.stories |= {"step-sibling": hers.key, "other-step-sibling": his.key}
    for child in (hers, his, theirs):
        health.registered(cast, child)
    social_care.helped_early(cast, hers, 260, "Family relationships", ended=90)


def with_grandmother(cast: Cast) -> None:
    """A bereaved girl lives with her grandmother, who has parental responsibility; her father has died."""
    home = cast.household()
    girl = cast.child(home, cast.girl(), "F", cast.birthday(13))
    grandmother = cast.adult(home, cast.woman(), "F", years=61, phone=cast.mobile())
    father = cast.adult(home, cast.man(), "M", years=39, died_on=ago(410))
    cast.relate(girl, father, Kinship.FATHER)
    cast.relate(girl, grandmother, Kinship.GRANDPARENT)
    cast.stories |= {"with-grandmother": girl.key, "bereaved-of": father.key}
    health.registered(cast, girl)
    health.under(cast, girl, "camhs", CAMHS, 380)
    health.diagnosed(cast, girl, 370, health.DEPRESSION, "therapy")
    social_care.contacted(cast, girl, 405, "2A", "ADVICE")


def another_gender(cast: Cast) -> None:
    """A young person whose former name and gender history must never show or explain a match."""
    home = cast.household()
    labels = frozenset({Label.GENDER_HISTORY})
    former = (Alias(given_name="Tabitha", family_name=home.family_name),)
    boy = cast.child(home, "Toby", "M", cast.birthday(16), aliases=former, labels=labels)
    mother_of(cast, boy)
    cast.stories["gender-history"] = boy.key
    health.registered(cast, boy)
    health.under(cast, boy, "camhs", CAMHS, 700)
    health.diagnosed(cast, boy, 690, health.GENDER_DYSPHORIA, "gender-history")
    social_care.contacted(cast, boy, 300, "2A", "ADVICE")


HARD_TO_TELL_OR_SHOW = (
    twins,
    near_names,
    looked_after,
    adoption,
    gp_only,
    witness_protection,
    step_family,
    with_grandmother,
    another_gender,
)
