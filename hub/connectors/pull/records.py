"""What a partner knows, as it travels: the records of ``hub.domain.records``, each with its kind.

These are a promise to partners. A field here has the name, the type and the meaning of the domain's.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from hub.domain.categories import Category
from hub.domain.codes import Label, SubjectKind
from hub.domain.identifiers import LocalId
from hub.domain.people import Attributes, Found, Name
from hub.domain.records import (
    AnyRecord,
    Finding,
    IdentityAttribute,
    LifeEvent,
    RelatedPerson,
    ServiceEpisode,
)

Moment = Annotated[datetime, Meta(tz=True)]
Identifier = Annotated[str, Meta(min_length=1, max_length=256)]


class Wired(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whatever travels: no field that is not named here."""


class WiredAbout(Wired, frozen=True, kw_only=True):
    """Whom a record is about. ``key`` tells one person around the child from another within one answer."""

    kind: SubjectKind
    key: Annotated[str, Meta(max_length=256)] = ""


class _Record(Wired, frozen=True, kw_only=True, tag_field="kind"):
    category: Category
    about: WiredAbout = WiredAbout(kind=SubjectKind.CHILD)
    labels: frozenset[Label] = frozenset()
    conditions: str | None = None


class WiredIdentity(_Record, frozen=True, kw_only=True, tag="IdentityAttribute"):
    """One attribute of a person: ``given_name``, ``birth_date``, ``phone``… or ``alias``, another name in full."""

    attribute: str
    value: str
    as_of: Moment | None = None


class WiredRelated(_Record, frozen=True, kw_only=True, tag="RelatedPerson"):
    """Somebody around the child."""

    relationship: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None


class WiredProfessional(Wired, frozen=True, kw_only=True):
    """A professional and how to reach them."""

    name: str | None = None
    role: str | None = None
    contact: str | None = None


class WiredEpisode(_Record, frozen=True, kw_only=True, tag="ServiceEpisode"):
    """A service works, or worked, with a person."""

    type: str
    label: str
    service: str
    organisation: str
    professionals: tuple[WiredProfessional, ...] = ()
    start: date | None = None
    end: date | None = None
    location: str | None = None


class WiredEvent(_Record, frozen=True, kw_only=True, tag="LifeEvent"):
    """Something that happened at a time."""

    type: str
    label: str
    at: Moment
    detail: str | None = None
    location: str | None = None


class WiredFinding(_Record, frozen=True, kw_only=True, tag="Finding"):
    """An observation or judgement; severity 0 is no alert, 9 the most serious."""

    type: str
    label: str
    start: date | None = None
    end: date | None = None
    detail: str | None = None
    severity: Annotated[int, Meta(ge=0, le=9)] = 0


WiredRecord = WiredIdentity | WiredRelated | WiredEpisode | WiredEvent | WiredFinding

KINDS: tuple[tuple[type[AnyRecord], type[WiredRecord]], ...] = (
    (IdentityAttribute, WiredIdentity),
    (RelatedPerson, WiredRelated),
    (ServiceEpisode, WiredEpisode),
    (LifeEvent, WiredEvent),
    (Finding, WiredFinding),
)
_WIRED: dict[type, type[WiredRecord]] = dict(KINDS)
_OURS: dict[type, type[AnyRecord]] = {wired: ours for ours, wired in KINDS}


class WiredName(Wired, frozen=True, kw_only=True):
    """One name that somebody goes or went by."""

    given_name: str | None = None
    family_name: str | None = None


class WiredAttributes(Wired, frozen=True, kw_only=True):
    """How the partner describes a person: the hub recognises them by it, and by nothing else."""

    nhs_number: str | None = None
    upn: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    postcode: str | None = None
    address: str | None = None
    school: str | None = None
    aliases: Annotated[tuple[WiredName, ...], Meta(max_length=50)] = ()
    former_nhs_numbers: Annotated[tuple[str, ...], Meta(max_length=50)] = ()


class WiredPerson(Wired, frozen=True, kw_only=True):
    """Somebody found, under the partner's own identifier."""

    local_id: Identifier
    attributes: WiredAttributes
    labels: frozenset[Label] = frozenset()


def wired(record: AnyRecord) -> WiredRecord:
    """A record as it travels."""
    return msgspec.convert(record, _WIRED[type(record)], from_attributes=True)


def ours(record: WiredRecord) -> AnyRecord:
    """A record that travelled."""
    return msgspec.convert(record, _OURS[type(record)], from_attributes=True)


def wired_person(found: Found) -> WiredPerson:
    """Somebody found, as they travel."""
    return msgspec.convert(found, WiredPerson, from_attributes=True)


def attributes_of(told: WiredAttributes) -> Attributes:
    """A description that travelled."""
    fields = {name: getattr(told, name) for name in Attributes.__struct_fields__}
    return Attributes(**fields | {"aliases": tuple(Name(one.given_name, one.family_name) for one in told.aliases)})


def person_of(told: WiredPerson) -> Found:
    """Somebody found, who travelled."""
    return Found(LocalId(told.local_id), attributes_of(told.attributes), told.labels)
