"""What the youth justice service holds about one child, shaped by its case-level documents."""

from datetime import date

import msgspec

from hub.demo.population.people import Professional
from hub.domain.codes import Label


class AssetPlus(msgspec.Struct, frozen=True, kw_only=True):
    """An AssetPlus assessment. Judgements are Low, Medium, High, Very High; flags Yes, No, Not Known."""

    id: str
    on: date
    stage: str
    safety_wellbeing: str
    rosh: str
    likelihood_of_reoffending: str
    yogrs: float
    county_lines: str = "No"
    gang_association: str = "No"
    vulnerable_to_criminal_exploitation: str = "No"
    at_risk_of_sexual_exploitation: str = "No"
    nrm_referred: str = "No"
    concerns_speech_language: str = "No"
    concerns_mental_health: str = "No"
    concerns_substance_misuse: str = "No"
    adverse_outcomes: tuple[tuple[str, str], ...] = ()  # outcome, likelihood


class LegalOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a court or panel decided on an offence."""

    on: date
    outcome: str
    group: str
    ends_on: date | None = None
    term_months: int | None = None


class Offence(msgspec.Struct, frozen=True, kw_only=True):
    """An offence and its outcomes."""

    id: str
    on: date
    description: str
    cjs_code: str
    category: str
    seriousness: int
    knife: bool = False
    plea: str | None = None
    arrested_on: date | None = None
    location_postcode: str | None = None
    outcomes: tuple[LegalOutcome, ...] = ()
    victim: str | None = None  # restricted: the victim's name


class Intervention(msgspec.Struct, frozen=True, kw_only=True):
    """An order or other programme of intervention."""

    id: str
    disposal_type: str
    sentence_group: str
    started_on: date
    ended_on: date | None
    offence_ids: tuple[str, ...] = ()


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """A court hearing."""

    id: str
    on: date
    court_type: str
    court_name: str
    remand_decision: str | None = None
    offence_ids: tuple[str, ...] = ()


class Bail(msgspec.Struct, frozen=True, kw_only=True):
    """A period on bail."""

    id: str
    kind: str
    started_on: date
    ended_on: date | None
    conditions: tuple[str, ...] = ()


class CareStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The child's care status as youth justice holds it."""

    status: str
    started_on: date
    ended_on: date | None = None


class EteStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Education, training or employment."""

    description: str
    provision_type: str
    suitability: str
    hours: int
    hours_offered: int
    started_on: date
    ended_on: date | None = None


class SendAln(msgspec.Struct, frozen=True, kw_only=True):
    """Special educational or additional learning needs."""

    identified: bool
    formal_plan: bool
    started_on: date
    ended_on: date | None = None


class HealthNeed(msgspec.Struct, frozen=True, kw_only=True):
    """A health need screened for: ``mental-health``, ``substance-misuse``, ``speech-language``."""

    kind: str
    screened_on: date
    referred_on: date | None
    offered_on: date | None
    attended_from: date | None
    intervention: str


class ParentOrCarer(msgspec.Struct, frozen=True, kw_only=True):
    """A parent or carer named by youth justice. ``relationship`` is a Kinship value."""

    person_key: str
    relationship: str
    given_name: str
    family_name: str
    phone: str | None = None
    birth_date: date | None = None


class YouthJusticeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything youth justice holds about one child."""

    child_key: str
    ypid: str
    current_yot_id: str
    case_worker: Professional
    started_on: date
    ended_on: date | None = None
    pnc_number: str | None = None
    labels: frozenset[Label] = frozenset()
    assessments: tuple[AssetPlus, ...] = ()
    offences: tuple[Offence, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    bail: tuple[Bail, ...] = ()
    care_statuses: tuple[CareStatus, ...] = ()
    ete: tuple[EteStatus, ...] = ()
    send: tuple[SendAln, ...] = ()
    health_needs: tuple[HealthNeed, ...] = ()
    parents_and_carers: tuple[ParentOrCarer, ...] = ()
