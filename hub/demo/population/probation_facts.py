"""What probation holds about one adult, and which children stand around them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from hub.domain.codes import Label

RiskLevel = Literal["LOW", "MEDIUM", "HIGH", "VERY_HIGH"]


class ProbationTeam(msgspec.Struct, frozen=True, kw_only=True):
    """A probation team."""

    code: str
    description: str
    email: str
    phone: str


class CommunityManager(msgspec.Struct, frozen=True, kw_only=True):
    """The supervising officer."""

    code: str
    forename: str
    surname: str
    username: str
    email: str
    phone: str
    team: ProbationTeam


class Mappa(msgspec.Struct, frozen=True, kw_only=True):
    """Management under multi-agency public protection arrangements: category 1-4, level 1-3."""

    category: int
    category_description: str
    level: int
    level_description: str
    started_on: date
    review_on: date
    notes: str = ""


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """A registration, by register type code (RCCO, RCPR, RHRH...)."""

    code: str
    description: str
    started_on: date
    review_on: date | None = None
    notes: str = ""


class CommittedOffence(msgspec.Struct, frozen=True, kw_only=True):
    """An offence, by Home Office code: three digits of the main and two of the sub category."""

    on: date
    code: str
    description: str
    count: int = 1


class CourtAppearance(msgspec.Struct, frozen=True, kw_only=True):
    """An appearance in court."""

    at: datetime
    type: str
    court: str
    plea: str


class Supervision(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence under supervision. ``length_units`` is Hours, Days, Weeks, Months or Years."""

    number: int
    active: bool
    custodial: bool
    started_on: date
    sentence: str
    sentenced_on: date
    length: int
    length_units: str
    main_offence: CommittedOffence
    additional_offences: tuple[CommittedOffence, ...] = ()
    court_appearances: tuple[CourtAppearance, ...] = ()


class RiskOfSeriousHarm(msgspec.Struct, frozen=True, kw_only=True):
    """The summary of a risk assessment. ``in_community``: level to those at that level of risk ("Children"...)."""

    overall: RiskLevel
    in_community: Mapping[RiskLevel, tuple[str, ...]]
    who_is_at_risk: str
    nature_of_risk: str
    imminence: str
    increase_factors: str
    mitigation_factors: str
    assessed_at: datetime


class LicenceCondition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition of a licence."""

    id: str
    code: str
    category: str
    text: str
    started_on: date
    expires_on: date | None = None


class LimitedAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Who may not see a case, or who alone may, by email; and what to say to the others."""

    excluded_from: tuple[str, ...] = ()
    exclusion_message: str | None = None
    restricted_to: tuple[str, ...] = ()
    restriction_message: str | None = None


class PersonalContact(msgspec.Struct, frozen=True, kw_only=True):
    """A child around the adult, as probation holds them. ``child_is`` says what the adult is to the child."""

    id: str
    child_key: str
    child_is: str  # what the child is to the adult: "Step-child"
    adult_is: str  # what the adult is to the child: "Step-father"
    given_name: str
    family_name: str
    birth_date: date | None
    postcode: str
    lives_with: bool
    nhs_number: str | None = None
    upn: str | None = None


class ProbationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything probation holds about one adult."""

    adult_key: str
    crn: str
    manager: CommunityManager
    pnc_number: str | None = None
    noms_number: str | None = None
    labels: frozenset[Label] = frozenset()
    mappa: Mappa | None = None
    registrations: tuple[Registration, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    risk: RiskOfSeriousHarm | None = None
    licence_conditions: tuple[LicenceCondition, ...] = ()
    limited_access: LimitedAccess | None = None
    contacts: tuple[PersonalContact, ...] = ()
