"""What children's social care holds about one child, in the Standard Safeguarding Dataset's concepts.

Codes are the children in need census's and the SSDA903's: source codes 1A-10, needs N1-N8,
closure RC1-RC9, categories NEG, PHY, SAB, EMO, MUL; legal statuses such as C2, E1, V2.
"""

from datetime import date, datetime

import msgspec

from hub.domain.codes import Label


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A contact at the front door (``ssd_contacts``). ``outcomes`` holds the flags that are set.

    Flags: NEW_REFERRAL, EXISTING_REFERRAL, CP_ENQUIRY, NFA, ADVICE, MISSING, OTHER_LA_CP, OTHER.
    """

    id: str
    on: date
    source_code: str
    source_desc: str
    outcomes: tuple[str, ...]


class CinEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """A referral and the child-in-need episode it opened (``ssd_cin_episodes``).

    ``outcomes``: SINGLE_ASSESSMENT, NFA, STRATEGY_DISCUSSION, CLA_REQUEST, ADVICE, EARLY_HELP, OTHER.
    """

    referral_id: str
    on: date
    primary_need: str
    source_code: str
    source_desc: str
    outcomes: tuple[str, ...]
    nfa: bool
    team_id: str
    worker_id: str
    closed_on: date | None = None
    close_reason: str | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """A single assessment with its factors (``ssd_cin_assessments``, ``ssd_assessment_factors``)."""

    id: str
    referral_id: str
    started_on: date
    child_seen: bool
    outcomes: tuple[str, ...]
    nfa: bool
    factors: tuple[str, ...]
    team_id: str
    worker_id: str
    authorised_on: date | None = None


class S47Enquiry(msgspec.Struct, frozen=True, kw_only=True):
    """A section 47 enquiry (``ssd_s47_enquiry``). The strategy discussion is its start."""

    id: str
    referral_id: str
    started_on: date
    nfa: bool
    outcomes: tuple[str, ...]
    worker_id: str
    team_id: str
    ended_on: date | None = None


class Conference(msgspec.Struct, frozen=True, kw_only=True):
    """An initial child protection conference (``ssd_initial_cp_conference``)."""

    id: str
    s47_id: str
    referral_id: str
    target_on: date
    held_on: date | None
    plan_made: bool
    outcomes: tuple[str, ...]
    team_id: str
    worker_id: str
    plan_id: str | None = None


class CpPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A child protection plan (``ssd_cp_plans``)."""

    id: str
    referral_id: str
    conference_id: str | None
    started_on: date
    initial_category: str
    latest_category: str
    ended_on: date | None = None


class CpReview(msgspec.Struct, frozen=True, kw_only=True):
    """A review conference (``ssd_cp_reviews``)."""

    id: str
    plan_id: str
    due_on: date
    held_on: date | None
    continues: bool


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit under a plan (``ssd_cin_visits``, ``ssd_cp_visits``, ``ssd_cla_visits``)."""

    id: str
    on: date
    seen: bool
    seen_alone: bool
    plan_id: str | None = None  # the cp plan, or the period of being looked after


class CinPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A child in need plan (``ssd_cin_plans``)."""

    id: str
    referral_id: str
    started_on: date
    team_id: str
    worker_id: str
    ended_on: date | None = None


class LookedAfterEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """An episode of being looked after (``ssd_cla_episodes``). Codes are the SSDA903's."""

    id: str
    cla_id: str
    referral_id: str
    placement_id: str
    started_on: date
    start_reason: str
    primary_need: str
    entered_care_on: date
    ceased_on: date | None = None
    ceased_reason: str | None = None


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a looked-after child lives (``ssd_cla_placement``). ``type`` is an SSDA903 code: U1, U4, K2..."""

    id: str
    cla_id: str
    started_on: date
    type: str
    provider: str
    postcode: str
    distance: float
    urn: str | None = None
    ended_on: date | None = None
    change_reason: str | None = None


class LegalStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A legal status (``ssd_legal_status``)."""

    id: str
    status: str
    started_on: date
    ended_on: date | None = None


class MissingEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """A time a child was missing (``ssd_missing``). ``type`` M missing, A away without authorisation."""

    id: str
    started_at: datetime
    type: str
    ended_at: datetime | None
    rhi_offered: bool
    rhi_accepted: bool


class Involvement(msgspec.Struct, frozen=True, kw_only=True):
    """A named professional works with the child (``ssd_involvements``)."""

    id: str
    professional_id: str
    role: str
    team_id: str
    started_on: date
    ended_on: date | None = None
    change_reason: str | None = None
    referral_id: str | None = None


class EarlyHelpEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """An early help episode (``ssd_early_help_episodes``)."""

    id: str
    started_on: date
    reason: str
    organisation: str
    worker_id: str
    ended_on: date | None = None
    end_reason: str | None = None


class AdoptionDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that a child should be adopted (``ssd_permanence``)."""

    id: str
    cla_id: str
    decided_on: date
    placement_order_on: date | None = None


class LinkedIdentifier(msgspec.Struct, frozen=True, kw_only=True):
    """Another number that social care holds for the child (``ssd_linked_identifiers``, ``ssd_send``)."""

    id: str
    type: str
    value: str


class SocialCareFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything social care holds about one child."""

    child_key: str
    person_id: str
    family_id: str
    labels: frozenset[Label] = frozenset()
    has_send: bool = False
    contacts: tuple[Contact, ...] = ()
    episodes: tuple[CinEpisode, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    s47_enquiries: tuple[S47Enquiry, ...] = ()
    conferences: tuple[Conference, ...] = ()
    cp_plans: tuple[CpPlan, ...] = ()
    cp_reviews: tuple[CpReview, ...] = ()
    cp_visits: tuple[Visit, ...] = ()
    cin_plans: tuple[CinPlan, ...] = ()
    cin_visits: tuple[Visit, ...] = ()
    looked_after: tuple[LookedAfterEpisode, ...] = ()
    placements: tuple[Placement, ...] = ()
    cla_visits: tuple[Visit, ...] = ()
    legal_statuses: tuple[LegalStatus, ...] = ()
    missing: tuple[MissingEpisode, ...] = ()
    involvements: tuple[Involvement, ...] = ()
    early_help: tuple[EarlyHelpEpisode, ...] = ()
    adoption: tuple[AdoptionDecision, ...] = ()
    linked_identifiers: tuple[LinkedIdentifier, ...] = ()
    adults: tuple[str, ...] = ()  # keys of adults in the family record, besides the mother
