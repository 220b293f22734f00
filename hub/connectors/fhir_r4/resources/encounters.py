"""Encounter: A&E attendances, hospital stays and other contacts with a service."""

from collections.abc import Iterator

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.codes import PROBLEMS
from hub.connectors.fhir_r4.dates import When, moment
from hub.connectors.fhir_r4.elements import Json, code, codings, line, narrative, part, parts, said
from hub.connectors.fhir_r4.events import event_or_finding
from hub.connectors.fhir_r4.meanings import UNMAPPED, Meaning, understood_in, unknown
from hub.connectors.fhir_r4.sensitivity import moved
from hub.connectors.fhir_r4.services import SERVICES
from hub.connectors.fhir_r4.staff import organisation_name
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, Finding

_ENCOUNTER_CLASS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASSES = {
    "EMER": ("ae-attendance", "A&E attendance", Category.HEALTH_AE_ATTENDANCES),
    "IMP": ("hub:hospital-stay", "Hospital stay", Category.HEALTH_SUMMARY),
    "ACUTE": ("hub:hospital-stay", "Hospital stay", Category.HEALTH_SUMMARY),
    "NONAC": ("hub:hospital-stay", "Hospital stay", Category.HEALTH_SUMMARY),
    "SS": ("hub:hospital-stay", "Short hospital stay", Category.HEALTH_SUMMARY),
    "OBSENC": ("hub:hospital-stay", "Observed in hospital", Category.HEALTH_SUMMARY),
    "AMB": ("hub:health-contact", "Seen in a clinic", Category.HEALTH_SUMMARY),
    "HH": ("hub:health-contact", "Seen at home", Category.HEALTH_SUMMARY),
    "FLD": ("hub:health-contact", "Seen by an ambulance crew or in the field", Category.HEALTH_SUMMARY),
    "VR": ("hub:health-contact", "Seen by phone or video", Category.HEALTH_SUMMARY),
}
_NOT_HAPPENED = frozenset({"planned", "cancelled", "entered-in-error"})


def encounter(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """One contact with a service. Restricted reasons leave it, for a finding of their own."""
    if code(resource.get("status")) in _NOT_HAPPENED:
        chart.tally.add("Encounter.status:not-happened")
        return
    kind, label, category = _class(resource, chart)
    reasons = tuple(understood_in(resource.get("reasonCode"), PROBLEMS))
    _count_unknown_reasons(resource, chart)
    open_reasons = tuple(one for one in reasons if not one.restricted)
    when = moment(part(resource, "period").get("start"), part(resource, "period").get("end"))
    service = _restricted_service(resource)
    event = event_or_finding(
        when, kind, label, category, _reasons_told(resource, open_reasons, reasons), _place(resource, chart)
    )
    yield moved(event, service.category, service.labels) if service and service.category else event
    for one in reasons:
        if one.restricted:
            yield _finding(one, when)


def _class(resource: Json, chart: Chart) -> tuple[str, str, Category]:
    for coding in codings(resource.get("class")):
        if coding.system in {_ENCOUNTER_CLASS, ""} and coding.code in _CLASSES:
            return _CLASSES[coding.code]
        chart.tally.add(unknown("Encounter.class", coding))
    return UNMAPPED, "Contact with a health service", Category.HEALTH_SUMMARY


def _restricted_service(resource: Json) -> Meaning | None:
    services = (*understood_in(resource.get("serviceType"), SERVICES), *understood_in(resource.get("type"), SERVICES))
    return next((one for one in services if one.restricted), None)


def _count_unknown_reasons(resource: Json, chart: Chart) -> None:
    for coding in codings(resource.get("reasonCode")):
        if (coding.system, coding.code) not in PROBLEMS:
            chart.tally.add(unknown("Encounter.reasonCode", coding))


def _reasons_told(resource: Json, open_reasons: tuple[Meaning, ...], reasons: tuple[Meaning, ...]) -> str | None:
    """Reasons in words. The source's own wording goes unsaid where one of the reasons is restricted."""
    own = [] if len(open_reasons) < len(reasons) else [said(one) for one in parts(resource.get("reasonCode"))]
    return narrative("; ".join(dict.fromkeys([*(one.label for one in open_reasons), *filter(None, own)])))


def _place(resource: Json, chart: Chart) -> str | None:
    pointer = part(resource, "serviceProvider")
    places = (line(part(one, "location").get("display")) for one in parts(resource.get("location")))
    named = organisation_name(chart.look_up(pointer, resource), chart) or line(pointer.get("display"))
    return named or next((place for place in places if place), None)


def _finding(one: Meaning, when: When | None) -> Finding:
    return Finding(
        category=one.category or Category.HEALTH_SUMMARY,
        labels=one.labels,
        type=one.type,
        label=one.label,
        start=when.at.date() if when else None,
    )
