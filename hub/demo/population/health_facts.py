"""What the health record holds about one child. Clinical codes are SNOMED CT, codes and terms of its UK edition."""

from datetime import date, datetime
from typing import Literal

import msgspec

from hub.demo.population.people import Professional
from hub.domain.codes import Label

SNOMED = "http://snomed.info/sct"


class Coding(msgspec.Struct, frozen=True):
    """A code with its display. ``system`` is SNOMED CT unless it says otherwise."""

    code: str
    display: str
    system: str = SNOMED


class Practice(msgspec.Struct, frozen=True, kw_only=True):
    """A GP practice."""

    ods_code: str
    name: str
    line: str
    postcode: str
    phone: str
    gp: Professional


class HealthInvolvement(msgspec.Struct, frozen=True, kw_only=True):
    """A health service works with the child: ``health-visitor``, ``camhs``, ``midwife``, ``school-nurse``."""

    id: str
    service: Literal["health-visitor", "camhs", "midwife", "school-nurse"]
    professional: Professional
    started_on: date
    ended_on: date | None = None


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """An attendance at an emergency department."""

    id: str
    at: datetime
    left_at: datetime
    hospital: str
    hospital_ods: str
    reason: Coding
    note: str = ""


class MissedAppointment(msgspec.Struct, frozen=True, kw_only=True):
    """An appointment to which the child was not brought."""

    id: str
    at: datetime
    service: str
    note: str = ""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition, problem, injury or pregnancy. ``sensitive`` ones bear the sensitivity label of the record."""

    id: str
    coding: Coding
    onset: date
    abated: date | None = None
    sensitive: Literal["sexual-health", "gender-history", "therapy"] | None = None
    note: str = ""


class Immunisation(msgspec.Struct, frozen=True, kw_only=True):
    """A vaccine given."""

    id: str
    vaccine: Coding
    on: date


class HealthFlag(msgspec.Struct, frozen=True, kw_only=True):
    """A flag on the record: ``safeguarding``, or ``cp-is`` while CP-IS shows an alert."""

    id: str
    kind: Literal["safeguarding", "cp-is"]
    coding: Coding
    started_on: date
    ended_on: date | None = None


class CpIsPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What CP-IS holds from the council."""

    id: str
    kind: Literal["child-protection-plan", "looked-after", "unborn-child-protection-plan"]
    started_on: date
    council: str
    phone: str
    out_of_hours_phone: str
    ended_on: date | None = None


class RelatedContact(msgspec.Struct, frozen=True, kw_only=True):
    """A guardian or relative named in the health record. ``relationship`` is a Kinship value."""

    id: str
    person_key: str
    relationship: str
    given_name: str
    family_name: str
    phone: str | None = None
    birth_date: date | None = None  # few records hold one


class HealthFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything health holds about one child. ``labels`` are those that health itself marks."""

    child_key: str
    id: str
    labels: frozenset[Label] = frozenset()
    practice: Practice | None = None
    involvements: tuple[HealthInvolvement, ...] = ()
    attendances: tuple[Attendance, ...] = ()
    missed: tuple[MissedAppointment, ...] = ()
    conditions: tuple[Condition, ...] = ()
    immunisations: tuple[Immunisation, ...] = ()
    flags: tuple[HealthFlag, ...] = ()
    cp_is: tuple[CpIsPlan, ...] = ()
    related: tuple[RelatedContact, ...] = ()
