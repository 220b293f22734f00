"""What a source's own security labels do to a record. They narrow, and an unknown one narrows most.

The confidentiality code R on a patient is the NHS "restricted" mark: where they are must not be told.
"""

from typing import Any

import msgspec

from hub.connectors.fhir_r4.elements import Coding, Json, codings, part
from hub.connectors.fhir_r4.meanings import unknown
from hub.connectors.mapping.tally import Tally
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import Label, Tier
from hub.domain.records import AnyRecord, Finding, IdentityAttribute, LifeEvent, RelatedPerson, ServiceEpisode

HUB_LABEL = "urn:hub:label"  # how a source can mark any of the hub's own labels
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

_RESTRICTED, _VERY_RESTRICTED = Coding(_CONFIDENTIALITY, "R"), Coding(_CONFIDENTIALITY, "V")
_WHEREABOUTS = Coding(_SENSITIVITY, "LOCIS")
_OPEN = frozenset("ULMN")
_OTHER_PURPOSES = (  # what the record may be used for, or how sure it is: these do not restrict who sees it
    "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
)
_AT_RISK = frozenset({Label.LOCATION_AT_RISK})
_SEXUAL = (Category.HEALTH_SEXUAL, frozenset({Label.SEXUAL_HEALTH}))
_GENDER = (Category.HEALTH_GENDER_HISTORY, frozenset({Label.GENDER_HISTORY}))
_THERAPY: tuple[Category, frozenset[Label]] = (Category.HEALTH_THERAPY, frozenset())

_KINDS = {
    **dict.fromkeys(("SEX", "STD", "HIV", "SDV"), _SEXUAL),
    **dict.fromkeys(("GENDER",), _GENDER),
    **dict.fromkeys(("PSY", "PSYTHPN", "MH", "BH", "EMOTDIS", "ETH", "SUD", "ALC", "SPI", "TBOO"), _THERAPY),
}


class Restriction(msgspec.Struct, frozen=True):
    """What the security labels of one resource ask for."""

    labels: frozenset[Label] = frozenset()
    category: Category | None = None  # the restricted category its records move to
    guarded: bool = False  # marked R: detail is restricted, alerts stay alerts


def restriction(resource: Json, tally: Tally) -> Restriction:
    """Read ``meta.security``."""
    found = Restriction()
    for coding in codings(part(resource, "meta").get("security")):
        found = _both(found, _asked_by(coding, tally))
    return found


def person_labels(resource: Json, tally: Tally) -> frozenset[Label]:
    """Labels on a person: any restriction at all hides where they are."""
    asked = restriction(resource, tally)
    return asked.labels | _AT_RISK if asked.guarded or asked.category else asked.labels


def restricted(record: AnyRecord, asked: Restriction) -> AnyRecord:
    """The record with its source's restriction applied."""
    record = msgspec.structs.replace(record, labels=record.labels | asked.labels)
    if isinstance(record, (IdentityAttribute, RelatedPerson)):
        hidden = asked.guarded or asked.category is not None
        return msgspec.structs.replace(record, labels=record.labels | _AT_RISK) if hidden else record
    if asked.category is not None and record.category.tier is not Tier.T4:
        return moved(record, asked.category)
    if asked.guarded and record.category.tier is Tier.T3:
        return moved(record, Category.HEALTH_THERAPY)
    return msgspec.structs.replace(record, labels=record.labels | _AT_RISK) if asked.guarded else record


def moved(record: AnyRecord, category: Category) -> AnyRecord:
    """The record under a restricted category; as a finding where that category holds no such kind."""
    if isinstance(record, LifeEvent) and RecordKind.EVENT not in category.kinds:
        return _as_finding(record, category, start=record.at.date(), detail=record.detail)
    if isinstance(record, ServiceEpisode):
        return _as_finding(record, category, start=record.start, end=record.end)
    return msgspec.structs.replace(record, category=category)


def _as_finding(record: ServiceEpisode | LifeEvent, category: Category, **more: Any) -> Finding:
    return Finding(
        category=category, about=record.about, labels=record.labels, type=record.type, label=record.label, **more
    )


def _asked_by(coding: Coding, tally: Tally) -> Restriction:
    if coding == _RESTRICTED:
        return Restriction(guarded=True)
    if coding == _VERY_RESTRICTED:
        return Restriction(category=Category.HEALTH_THERAPY)
    if coding == _WHEREABOUTS:
        return Restriction(labels=_AT_RISK)
    if coding.system == HUB_LABEL and coding.code in Label.__members__:
        return Restriction(labels=frozenset({Label(coding.code)}))
    if coding.system == _CONFIDENTIALITY and coding.code in _OPEN:
        return Restriction()
    if coding.system == _SENSITIVITY and coding.code in _KINDS:
        category, labels = _KINDS[coding.code]
        return Restriction(labels=labels, category=category)
    tally.add(unknown("meta.security", coding))
    if coding.system in _OTHER_PURPOSES:
        return Restriction()
    return Restriction(category=Category.HEALTH_THERAPY)


def _both(one: Restriction, other: Restriction) -> Restriction:
    """Two restrictions at once. A restriction that says its kind is kept before one that does not."""
    category = one.category if one.category not in {None, Category.HEALTH_THERAPY} else other.category or one.category
    return Restriction(one.labels | other.labels, category, one.guarded or other.guarded)
