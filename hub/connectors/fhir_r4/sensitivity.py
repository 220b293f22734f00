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
from hub.domain.records import AnyRecord, Finding, LifeEvent, ServiceEpisode

HUB_LABEL = "urn:hub:label"  # how a source can mark any of the hub's own labels
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"

_OTHER_PURPOSES = (  # what the record may be used for, or how sure it is: these do not restrict who sees it
    "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
)
_AT_RISK = frozenset({Label.LOCATION_AT_RISK})
_PEOPLE = frozenset({"Patient", "RelatedPerson"})


class Restriction(msgspec.Struct, frozen=True):
    """What the security labels of one resource ask for."""

    labels: frozenset[Label] = frozenset()
    category: Category | None = None  # the restricted category its records move to
    guarded: bool = False  # marked R: detail is restricted, alerts stay alerts


_STRICTEST = Restriction(category=Category.HEALTH_THERAPY)
_SEXUAL = Restriction(frozenset({Label.SEXUAL_HEALTH}), Category.HEALTH_SEXUAL)
_GENDER = Restriction(frozenset({Label.GENDER_HISTORY}), Category.HEALTH_GENDER_HISTORY)

_KNOWN = {
    **{(_CONFIDENTIALITY, code): Restriction() for code in "ULMN"},
    (_CONFIDENTIALITY, "R"): Restriction(guarded=True),
    (_CONFIDENTIALITY, "V"): _STRICTEST,
    (_SENSITIVITY, "LOCIS"): Restriction(labels=_AT_RISK),
    (_SENSITIVITY, "GENDER"): _GENDER,
    **{(_SENSITIVITY, code): _SEXUAL for code in ("SEX", "STD", "HIV", "SDV")},
    **{
        (_SENSITIVITY, code): _STRICTEST
        for code in ("PSY", "PSYTHPN", "MH", "BH", "EMOTDIS", "ETH", "SUD", "ALC", "SPI", "TBOO")
    },
    **{(HUB_LABEL, label.value): Restriction(labels=frozenset({label})) for label in Label},
}


def restriction(resource: Json, tally: Tally) -> Restriction:
    """Read ``meta.security``. On a person, any restriction at all hides where they are, and nothing else."""
    found = Restriction()
    for coding in codings(part(resource, "meta").get("security")):
        found = _both(found, _asked_by(coding, tally))
    if resource.get("resourceType") not in _PEOPLE:
        return found
    hidden = found.guarded or found.category is not None
    return Restriction(found.labels | _AT_RISK if hidden else found.labels)


def restricted(record: AnyRecord, asked: Restriction) -> AnyRecord:
    """The record with its source's restriction applied."""
    record = msgspec.structs.replace(record, labels=record.labels | asked.labels)
    if asked.category is not None and record.category.tier is not Tier.T4:
        return moved(record, asked.category)
    if asked.guarded and record.category.tier is Tier.T3:
        return moved(record, Category.HEALTH_THERAPY)
    return msgspec.structs.replace(record, labels=record.labels | _AT_RISK) if asked.guarded else record


def moved(record: AnyRecord, category: Category, labels: frozenset[Label] = frozenset()) -> AnyRecord:
    """The record under another category, with more labels; as a finding where that category holds no such kind."""
    record = msgspec.structs.replace(record, labels=record.labels | labels)
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
    known = _KNOWN.get((coding.system, coding.code))
    if known is not None:
        return known
    tally.add(unknown("meta.security", coding))
    return Restriction() if coding.system in _OTHER_PURPOSES else _STRICTEST


def _both(one: Restriction, other: Restriction) -> Restriction:
    """Two restrictions at once. A restriction that says its kind is kept before one that does not."""
    category = one.category if one.category not in {None, Category.HEALTH_THERAPY} else other.category or one.category
    return Restriction(one.labels | other.labels, category, one.guarded or other.guarded)
