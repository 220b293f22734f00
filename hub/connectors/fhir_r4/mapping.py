"""Resources in, records out. The pure part: it accepts anything and never raises on what a partner sends."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.connectors.fhir_r4.chart import Chart, lay_out
from hub.connectors.fhir_r4.elements import Json, parts
from hub.connectors.fhir_r4.identity import attributes
from hub.connectors.fhir_r4.meanings import UNMAPPED
from hub.connectors.fhir_r4.resource_types import RESOURCE_TYPES
from hub.connectors.fhir_r4.resources import (
    alerts,
    appointments,
    encounters,
    involvement,
    patient,
    problems,
    related_people,
    treatments,
)
from hub.connectors.fhir_r4.sensitivity import restricted, restriction
from hub.connectors.fhir_r4.subjects import Whose, whose
from hub.connectors.mapping.tally import Tally
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, Label, SubjectKind, Tier
from hub.domain.people import Attributes
from hub.domain.records import AnyRecord, Finding

RESTRICTED_SENTENCE = "Part of its record is restricted and is released only by its own decision: ask it."

_MAPPERS: Mapping[str, Callable[[Json, Chart], Iterator[AnyRecord]]] = {
    "Patient": patient.records,
    "Encounter": encounters.encounter,
    "Appointment": appointments.appointment,
    "Condition": problems.condition,
    "AllergyIntolerance": problems.allergy,
    "Observation": problems.observation,
    "Immunization": treatments.immunisation,
    "Procedure": treatments.procedure,
    "Flag": alerts.flag,
    "CarePlan": alerts.care_plan,
    "EpisodeOfCare": involvement.episode_of_care,
    "CareTeam": involvement.care_team,
    "RelatedPerson": related_people.related_person,
    "FamilyMemberHistory": related_people.family_history,
}
_ABOUT_OTHERS = frozenset({"RelatedPerson", "FamilyMemberHistory"})
_SUPPORTING = frozenset({"Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService"})


class Mapped(msgspec.Struct, frozen=True):
    """What resources came to. ``strangers`` counts those about another patient, of which nothing is kept."""

    records: tuple[AnyRecord, ...]
    attributes: Attributes
    labels: frozenset[Label]
    unmapped: Mapping[str, int]
    strangers: int = 0
    withheld: tuple[str, ...] = ()


def map_resources(
    resources: Iterable[Any], patient_id: str, categories: frozenset[Category], *, today: date | None = None
) -> Mapped:
    """Records of these categories about this patient. ``today`` tells adults from children by birth date."""
    chart = lay_out(resources, patient_id, Tally(), today or datetime.now(UTC).date())
    told = [whose(one, chart) for one in chart.resources]
    ours = [one for one, said in zip(chart.resources, told, strict=True) if _is_ours(one, said, chart)]
    everything = [record for one in ours for record in _records(one, chart)]
    pattern = appointments.missed_pattern(everything)
    records = (*everything, *([pattern] if pattern else ()))
    person = chart.shelf.get(("Patient", patient_id), {})
    return Mapped(
        records=tuple(record for record in records if record.category in categories),
        attributes=attributes(person),
        labels=_person_labels(person, ours, records),
        unmapped=chart.tally.counts,
        strangers=sum(_is_stranger(one, said) for one, said in zip(chart.resources, told, strict=True)),
        withheld=(RESTRICTED_SENTENCE,) if _holds_back(records, categories) else (),
    )


def _is_ours(resource: Json, said: Whose, chart: Chart) -> bool:
    """Whether to map a resource. What is not mapped for another reason than its subject is counted."""
    kind = str(resource["resourceType"])
    pointed_at = (kind, str(resource.get("id"))) in chart.pointed_at
    if kind in _SUPPORTING and pointed_at:
        return False
    if kind not in _MAPPERS:
        chart.tally.add(f"resource:{kind if kind in RESOURCE_TYPES else '(other)'}")
        return False
    if said is Whose.UNTOLD and not pointed_at:
        chart.tally.add(f"{kind}.subject:missing")
    return said is Whose.THIS_PATIENT


def _is_stranger(resource: Json, said: Whose) -> bool:
    return said is Whose.SOMEBODY_ELSE and resource["resourceType"] not in _SUPPORTING


def _records(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    kind = str(resource["resourceType"])
    asked = restriction(resource, chart.tally)
    if any(True for _ in parts(resource.get("modifierExtension"))):
        # FHIR forbids reading a resource whose meaning is modified in a way the reader does not know.
        chart.tally.add(f"{kind}.modifierExtension")
        label = f"A record ({kind}) that the source qualifies in a way the hub does not know"
        yield restricted(Finding(category=Category.HEALTH_SUMMARY, type=UNMAPPED, label=label), asked)
        return
    for record in _MAPPERS[kind](resource, chart):
        yield restricted(record, asked)


def _person_labels(person: Json, ours: Iterable[Json], records: Iterable[AnyRecord]) -> frozenset[Label]:
    """Labels of the patient, and those of any other of the patient's resources that are true of a person as such.

    A resource that is only marked R hides its own place; witness protection is told by whomever it is about.
    """
    labels = set(restriction(person, Tally()).labels)
    for one in ours:
        if one["resourceType"] not in _ABOUT_OTHERS:
            labels |= PERSON_WIDE & restriction(one, Tally()).labels
    for record in records:
        labels |= {Label.WITNESS_PROTECTION} & record.labels
        if record.about.kind is SubjectKind.CHILD:
            labels |= {Label.GENDER_HISTORY} & record.labels  # told by a code as well
    return frozenset(labels)


def _holds_back(records: Iterable[AnyRecord], categories: frozenset[Category]) -> bool:
    return any(record.category.tier is Tier.T4 and record.category not in categories for record in records)
