"""What a value is, for the purpose of deciding who may see it.

Each category belongs to one tier and, but for those that every agency's records share, to one
agency. The grouping is the front door's table of what each agency holds: T1 involvement,
T2 headline flags, T3 detail, T4 restricted.
"""

from enum import StrEnum
from typing import Self

from hub.domain.codes import Agency, Tier


class RecordKind(StrEnum):
    """The shapes a record can take (names of the MAIS Safeguarding Standard, and two for people)."""

    IDENTITY = "IdentityAttribute"
    RELATED_PERSON = "RelatedPerson"
    EPISODE = "ServiceEpisode"
    EVENT = "LifeEvent"
    FINDING = "Finding"


_I, _R, _E, _V, _F = RecordKind


class Category(StrEnum):
    """One unit of permission. ``agency`` is None where records of every agency can hold it."""

    tier: Tier
    agency: Agency | None
    label: str
    kinds: frozenset[RecordKind]
    reveals_location: bool

    def __new__(
        cls,
        value: str,
        tier: Tier,
        agency: Agency | None,
        label: str,
        kinds: tuple[RecordKind, ...] = (),
        *location: bool,
    ) -> Self:
        """Make a member from a row: value, tier, agency, label, record kinds, whether it tells where somebody is."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.tier, member.agency, member.label = tier, agency, label
        member.kinds = frozenset(kinds)
        member.reveals_location = bool(location and location[0])
        return member

    # A field released exactly when its record's own category is. Never the category of a record.
    OF_RECORD = "of-record", Tier.T0, None, "as the record it stands in"

    # What every agency's records share.
    EXISTENCE = "existence", Tier.T0, None, "whether the source knows the person", ()
    IDENTITY_NAME = "identity.name", Tier.T0, None, "names", (_I,)
    IDENTITY_BIRTH_DATE = "identity.birth-date", Tier.T0, None, "birth date", (_I,)
    IDENTITY_NUMBER = "identity.number", Tier.T0, None, "NHS number, UPN", (_I,)
    IDENTITY_WHEREABOUTS = "identity.whereabouts", Tier.T1, None, "address and phone", (_I,), True
    PROFESSIONAL_NAME = "professional.name", Tier.T1, None, "names and roles of professionals", ()
    PROFESSIONAL_BASE = "professional.base", Tier.T1, None, "how to reach a professional", (), True
    PLACE = "place", Tier.T3, None, "where something happened or is provided", (), True
    NARRATIVE = "narrative", Tier.T3, None, "the source's own words", ()

    # Children's social care.
    SOCIAL_CARE_INVOLVEMENT = (
        "social-care.involvement",
        Tier.T1,
        Agency.SOCIAL_CARE,
        "open or closed, worker, team",
        (_E,),
    )
    SOCIAL_CARE_CP_PLAN = (
        "social-care.cp-plan",
        Tier.T2,
        Agency.SOCIAL_CARE,
        "child protection plan and category",
        (_E, _F),
    )
    SOCIAL_CARE_CIN = "social-care.cin", Tier.T2, Agency.SOCIAL_CARE, "child in need", (_E, _F)
    SOCIAL_CARE_LOOKED_AFTER = "social-care.looked-after", Tier.T2, Agency.SOCIAL_CARE, "looked-after", (_E, _F)
    SOCIAL_CARE_LEGAL_STATUS = "social-care.legal-status", Tier.T2, Agency.SOCIAL_CARE, "legal status", (_F,)
    SOCIAL_CARE_REFERRALS = "social-care.referrals", Tier.T2, Agency.SOCIAL_CARE, "previous referrals", (_V, _F)
    SOCIAL_CARE_MISSING = "social-care.missing", Tier.T2, Agency.SOCIAL_CARE, "missing episodes", (_V,)
    SOCIAL_CARE_CONTACTS = "social-care.contacts", Tier.T3, Agency.SOCIAL_CARE, "contacts at the front door", (_V,)
    SOCIAL_CARE_ASSESSMENTS = (
        "social-care.assessments",
        Tier.T3,
        Agency.SOCIAL_CARE,
        "assessments and factors",
        (_E, _F),
    )
    SOCIAL_CARE_S47 = "social-care.s47", Tier.T3, Agency.SOCIAL_CARE, "section 47 enquiries and conferences", (_E, _V)
    SOCIAL_CARE_PLANS = "social-care.plans", Tier.T3, Agency.SOCIAL_CARE, "plans, placements and visits", (_E, _V, _F)
    SOCIAL_CARE_FAMILY = "social-care.family", Tier.T3, Agency.SOCIAL_CARE, "family links", (_R,)
    SOCIAL_CARE_ADOPTION = "social-care.adoption", Tier.T4, Agency.SOCIAL_CARE, "adoption", (_E, _F)
    SOCIAL_CARE_SEALED = "social-care.sealed", Tier.T4, Agency.SOCIAL_CARE, "sealed court papers", (_F,)
    SOCIAL_CARE_STAFF_ALLEGATIONS = (
        "social-care.staff-allegations",
        Tier.T4,
        Agency.SOCIAL_CARE,
        "allegations against staff",
        (_F,),
    )
    SOCIAL_CARE_REPORTER = "social-care.reporter", Tier.T4, Agency.SOCIAL_CARE, "who reported", (_F,)

    # Youth justice.
    YOUTH_JUSTICE_INVOLVEMENT = "youth-justice.involvement", Tier.T1, Agency.YOUTH_JUSTICE, "worker, order dates", (_E,)
    YOUTH_JUSTICE_JUDGEMENTS = (
        "youth-justice.judgements",
        Tier.T2,
        Agency.YOUTH_JUSTICE,
        "safety and wellbeing, serious harm, reoffending",
        (_F,),
    )
    YOUTH_JUSTICE_EXPLOITATION = (
        "youth-justice.exploitation",
        Tier.T2,
        Agency.YOUTH_JUSTICE,
        "exploitation flags",
        (_F,),
    )
    YOUTH_JUSTICE_OFFENCES = "youth-justice.offences", Tier.T3, Agency.YOUTH_JUSTICE, "offences and outcomes", (_V,)
    YOUTH_JUSTICE_ORDERS = (
        "youth-justice.orders",
        Tier.T3,
        Agency.YOUTH_JUSTICE,
        "orders, bail, interventions",
        (_E, _V),
    )
    YOUTH_JUSTICE_NEEDS = (
        "youth-justice.needs",
        Tier.T3,
        Agency.YOUTH_JUSTICE,
        "speech, language, health and education need",
        (_F,),
    )
    YOUTH_JUSTICE_FAMILY = "youth-justice.family", Tier.T3, Agency.YOUTH_JUSTICE, "parents and carers", (_R,)
    YOUTH_JUSTICE_VICTIMS = "youth-justice.victims", Tier.T4, Agency.YOUTH_JUSTICE, "victims' details", (_F,)
    YOUTH_JUSTICE_INTELLIGENCE = "youth-justice.intelligence", Tier.T4, Agency.YOUTH_JUSTICE, "intelligence", (_F,)

    # Health.
    HEALTH_GP = "health.gp", Tier.T1, Agency.HEALTH, "GP practice", (_E,), True
    HEALTH_INVOLVEMENT = "health.involvement", Tier.T1, Agency.HEALTH, "health visitor, CAMHS team, midwife", (_E,)
    HEALTH_CP_IS = "health.cp-is", Tier.T2, Agency.HEALTH, "CP-IS alert", (_F,)
    HEALTH_WAS_NOT_BROUGHT = "health.was-not-brought", Tier.T2, Agency.HEALTH, "was-not-brought pattern", (_F, _V)
    HEALTH_AE_ATTENDANCES = "health.ae-attendances", Tier.T2, Agency.HEALTH, "A&E attendances", (_V,)
    HEALTH_SAFEGUARDING_FLAG = "health.safeguarding-flag", Tier.T2, Agency.HEALTH, "safeguarding code", (_F,)
    HEALTH_PREGNANCY = "health.pregnancy", Tier.T2, Agency.HEALTH, "pregnancy", (_F,)
    HEALTH_SUMMARY = "health.summary", Tier.T3, Agency.HEALTH, "summary problems, injuries, development", (_F, _V)
    HEALTH_PARENTAL = "health.parental", Tier.T3, Agency.HEALTH, "parental health as it bears on the child", (_F,)
    HEALTH_FAMILY = "health.family", Tier.T3, Agency.HEALTH, "guardians and related persons", (_R,)
    HEALTH_SEXUAL = "health.sexual", Tier.T4, Agency.HEALTH, "sexual health, termination, fertility", (_F, _V)
    HEALTH_GENDER_HISTORY = "health.gender-history", Tier.T4, Agency.HEALTH, "gender history", (_F,)
    HEALTH_THERAPY = "health.therapy", Tier.T4, Agency.HEALTH, "therapy notes", (_F,)
    HEALTH_PARENT_RECORD = "health.parent-record", Tier.T4, Agency.HEALTH, "a parent's own record", (_F,)

    # Probation. Mostly about adults around the child.
    PROBATION_SUPERVISION = "probation.supervision", Tier.T1, Agency.PROBATION, "supervising officer", (_E,)
    PROBATION_RISK_OF_HARM = "probation.risk-of-serious-harm", Tier.T2, Agency.PROBATION, "risk of serious harm", (_F,)
    PROBATION_MAPPA = "probation.mappa", Tier.T2, Agency.PROBATION, "MAPPA category and level", (_F,)
    PROBATION_CHILD_CONTACT = (
        "probation.child-contact",
        Tier.T2,
        Agency.PROBATION,
        "risk to children, child-contact restriction",
        (_F,),
    )
    PROBATION_DOMESTIC_ABUSE = (
        "probation.domestic-abuse",
        Tier.T2,
        Agency.PROBATION,
        "domestic-abuse perpetrator marker",
        (_F,),
    )
    PROBATION_REGISTRATIONS = "probation.registrations", Tier.T3, Agency.PROBATION, "other registrations", (_F,)
    PROBATION_SENTENCE = "probation.sentence", Tier.T3, Agency.PROBATION, "sentence and offence", (_E, _V)
    PROBATION_LICENCE = "probation.licence", Tier.T3, Agency.PROBATION, "licence conditions, address approval", (_F,)
    PROBATION_FAMILY = "probation.family", Tier.T3, Agency.PROBATION, "personal circumstances and contacts", (_R,)
    PROBATION_LIMITED_ACCESS = "probation.limited-access", Tier.T4, Agency.PROBATION, "limited-access case", (_F,)
    PROBATION_VICTIMS = "probation.victims", Tier.T4, Agency.PROBATION, "victim contact", (_F,)

    # Police.
    POLICE_INVOLVEMENT = "police.involvement", Tier.T1, Agency.POLICE, "reporting officer", (_E,)
    POLICE_DA_INCIDENTS = "police.da-incidents", Tier.T2, Agency.POLICE, "domestic-abuse incidents", (_V, _F)
    POLICE_MISSING = "police.missing", Tier.T2, Agency.POLICE, "missing reports", (_V,)
    POLICE_EXPLOITATION = "police.exploitation", Tier.T2, Agency.POLICE, "CSE and CCE marker", (_F,)
    POLICE_WARNINGS = "police.warnings", Tier.T2, Agency.POLICE, "warning markers", (_F,)
    POLICE_CRIMES = "police.crimes", Tier.T3, Agency.POLICE, "crimes, arrests, protection notices", (_V,)
    POLICE_INTELLIGENCE = "police.intelligence", Tier.T4, Agency.POLICE, "intelligence", (_F,)
    POLICE_INVESTIGATIONS = "police.investigations", Tier.T4, Agency.POLICE, "ongoing investigations", (_F,)

    # Education.
    EDUCATION_SCHOOL = "education.school", Tier.T1, Agency.EDUCATION, "school and safeguarding lead", (_E,), True
    EDUCATION_ATTENDANCE = "education.attendance", Tier.T1, Agency.EDUCATION, "attendance", (_F,)
    EDUCATION_EXCLUSIONS = "education.exclusions", Tier.T2, Agency.EDUCATION, "exclusions and suspensions", (_V,)
    EDUCATION_SEND = "education.send", Tier.T2, Agency.EDUCATION, "SEND and EHCP", (_E, _F)
    EDUCATION_MISSING = (
        "education.missing-education",
        Tier.T2,
        Agency.EDUCATION,
        "persistent absence, missing education",
        (_F,),
    )
    EDUCATION_CHRONOLOGY = (
        "education.chronology",
        Tier.T3,
        Agency.EDUCATION,
        "safeguarding chronology, attainment",
        (_V, _F),
    )
    EDUCATION_COUNSELLING = "education.counselling", Tier.T4, Agency.EDUCATION, "pupil counselling", (_F,)
    EDUCATION_STAFF_ALLEGATIONS = (
        "education.staff-allegations",
        Tier.T4,
        Agency.EDUCATION,
        "allegations against staff",
        (_F,),
    )

    # Early help.
    EARLY_HELP_LEAD = "early-help.lead", Tier.T1, Agency.EARLY_HELP, "lead professional", (_E,)
    EARLY_HELP_EPISODE = "early-help.episode", Tier.T2, Agency.EARLY_HELP, "episode open or closed, end reason", (_E,)
    EARLY_HELP_PLAN = "early-help.plan", Tier.T3, Agency.EARLY_HELP, "assessment, plan, family goals", (_F,)
    EARLY_HELP_COUNSELLING = "early-help.counselling", Tier.T4, Agency.EARLY_HELP, "counselling", (_F,)

    @property
    def decidable(self) -> bool:
        """Whether policy decides on this category at all; all but ``OF_RECORD``."""
        return self is not Category.OF_RECORD
