"""Synthetic people and how they belong together."""

from datetime import date
from enum import StrEnum
from typing import Literal

import msgspec

from hub.domain.codes import Label

Sex = Literal["M", "F", "U"]


class SourceName(StrEnum):
    """The four partner systems, by the source id that their manifests give them."""

    SOCIAL_CARE = "social-care"
    HEALTH = "health"
    YOUTH_JUSTICE = "youth-justice"
    PROBATION = "probation"


class Kinship(StrEnum):
    """What ``other`` is to ``person`` in a relationship."""

    MOTHER = "mother"
    FATHER = "father"
    STEP_FATHER = "step-father"
    STEP_MOTHER = "step-mother"
    PARTNER = "partner"
    CHILD = "child"
    STEP_CHILD = "step-child"
    SIBLING = "sibling"
    HALF_SIBLING = "half-sibling"
    STEP_SIBLING = "step-sibling"
    UNBORN_SIBLING = "unborn-sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    FOSTER_CARER = "foster-carer"
    FOSTER_CHILD = "foster-child"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody lives, or lived until ``until``."""

    line: str
    town: str
    postcode: str
    since: date
    until: date | None = None


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """Another name somebody is or was known by."""

    given_name: str
    family_name: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One synthetic person. A birth date or, unborn, an expected one; numbers pass their checks.

    ``address`` is where the person lives now: for a looked-after child, the placement.
    """

    key: str
    given_name: str
    family_name: str
    sex: Sex
    address: Address
    middle_name: str | None = None
    aliases: tuple[Alias, ...] = ()
    birth_date: date | None = None
    expected_birth_date: date | None = None
    nhs_number: str | None = None
    upn: str | None = None
    former_addresses: tuple[Address, ...] = ()
    phone: str | None = None
    ethnicity: str = "WBRI"  # a code of the children in need census
    died_on: date | None = None
    restricted: bool = False  # the address must not be told to anybody
    labels: frozenset[Label] = frozenset()
    school: str | None = None

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def postcode(self) -> str:
        """Postcode of the present address."""
        return self.address.postcode


class Relationship(msgspec.Struct, frozen=True):
    """``other_key`` is ``kind`` of ``person_key``: (child, mother's key, MOTHER). Both directions are listed."""

    person_key: str
    other_key: str
    kind: Kinship


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A team of social care."""

    id: str
    name: str
    parent_id: str | None = None
    parent_name: str | None = None
    phone: str = ""


class Professional(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who works with families, and how to reach them. ``team`` is a Team's id at social care."""

    id: str
    name: str
    role: str
    team: str
    organisation: str
    phone: str
    email: str
