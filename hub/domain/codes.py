"""Codes that run through the whole hub: agencies, roles, purposes, tiers, states, labels."""

from enum import StrEnum


class Agency(StrEnum):
    """Who a person works for, or whose records a source holds."""

    SOCIAL_CARE = "social-care"
    YOUTH_JUSTICE = "youth-justice"
    HEALTH = "health"
    PROBATION = "probation"
    POLICE = "police"
    EDUCATION = "education"
    EARLY_HELP = "early-help"
    HOUSING = "housing"
    PUBLIC = "public"


class Role(StrEnum):
    """The roles of a front door. A principal may hold several."""

    REFERRER = "referrer"
    PROFESSIONAL_REFERRER = "professional_referrer"
    DSL = "dsl"
    SCREENING_OFFICER = "screening_officer"
    MASH_SOCIAL_WORKER = "mash_social_worker"
    MASH_MANAGER = "mash_manager"
    DUTY_MANAGER = "duty_manager"
    EARLY_HELP_ADVISER = "early_help_adviser"
    PARTNER_REP = "partner_rep"
    DA_TRIAGE_MEMBER = "da_triage_member"
    EXPLOITATION_PANEL = "exploitation_panel"
    PERFORMANCE_ANALYST = "performance_analyst"
    AUDITOR = "auditor"
    CALDICOTT_GUARDIAN = "caldicott_guardian"
    IG_LEAD = "ig_lead"
    DPO = "dpo"
    CONNECTOR_ADMIN = "connector_admin"
    PARTNER_SYSTEM = "partner_system"  # no person: a partner's own system, signed in by its key


class PurposeCode(StrEnum):
    """Why somebody asks. Chosen for each enquiry, never at sign-in."""

    ADVICE = "ADVICE"
    EARLY_HELP = "EARLY_HELP"
    SCREEN = "SCREEN"
    CIN_ASSESS = "CIN_ASSESS"
    S47 = "S47"
    EMERGENCY = "EMERGENCY"
    DA_TRIAGE = "DA_TRIAGE"
    EXPLOITATION = "EXPLOITATION"
    YOUTH_JUSTICE = "YOUTH_JUSTICE"
    MAPPA = "MAPPA"
    FEEDBACK = "FEEDBACK"
    QA_PERFORMANCE = "QA_PERFORMANCE"
    IG_REVIEW = "IG_REVIEW"


class Tier(StrEnum):
    """How deep a category reaches: T0 existence, T1 involvement, T2 headline flags, T3 detail, T4 restricted."""

    T0 = "T0"
    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


class Urgency(StrEnum):
    """The front door's RAG rating."""

    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"


class AnswerState(StrEnum):
    """What became of asking one source. Exactly one for every registered source in every answer."""

    KNOWN = "KNOWN"
    NOT_KNOWN = "NOT_KNOWN"
    WITHHELD = "WITHHELD"
    UNDER_REVIEW = "UNDER_REVIEW"
    TIMED_OUT = "TIMED_OUT"
    UNAVAILABLE = "UNAVAILABLE"
    BAD_DATA = "BAD_DATA"
    NOT_ASKED = "NOT_ASKED"


class MatchState(StrEnum):
    """How well what a source found fits the person asked about (names of DfE's SUI Matcher)."""

    MATCH = "MATCH"
    POTENTIAL = "POTENTIAL"
    MANY = "MANY"
    LOW = "LOW"
    NONE = "NONE"


class SubjectKind(StrEnum):
    """Whom a record is about, as policy sees them."""

    CHILD = "child"
    NETWORK_ADULT = "network_adult"
    NETWORK_CHILD = "network_child"


class Label(StrEnum):
    """Restricted labels. They only ever narrow what is shown."""

    LOCATION_AT_RISK = "LOCATION_AT_RISK"
    ADOPTION = "ADOPTION"
    GENDER_HISTORY = "GENDER_HISTORY"
    SEXUAL_HEALTH = "SEXUAL_HEALTH"
    WITNESS_PROTECTION = "WITNESS_PROTECTION"
    POLICE_INTEL_P = "POLICE_INTEL_P"
    POLICE_INTEL_C = "POLICE_INTEL_C"
    SUB_JUDICE = "SUB_JUDICE"
    LIMITED_ACCESS = "LIMITED_ACCESS"
    NOT_FOR_FAMILY = "NOT_FOR_FAMILY"
    THIRD_PARTY = "THIRD_PARTY"
    ANON_SOURCE = "ANON_SOURCE"
    STAFF_LINKED = "STAFF_LINKED"


# What is true of a person wherever they are known. Any other label is about one source's own record.
PERSON_WIDE = frozenset(
    {Label.LOCATION_AT_RISK, Label.WITNESS_PROTECTION, Label.ADOPTION, Label.GENDER_HISTORY, Label.STAFF_LINKED}
)

# What one person around the child bears is true of the child's home and family as well.
FAMILY_WIDE = frozenset({Label.LOCATION_AT_RISK, Label.STAFF_LINKED})
