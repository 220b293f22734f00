"""Immunization and Procedure: what was done, or was due and was not done."""

from collections.abc import Iterator

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.codes import PROBLEMS
from hub.connectors.fhir_r4.dates import moment
from hub.connectors.fhir_r4.elements import Json, code, narrative, notes, part, wording
from hub.connectors.fhir_r4.events import event_or_finding
from hub.connectors.fhir_r4.meanings import UNMAPPED, meaning
from hub.connectors.fhir_r4.sensitivity import moved
from hub.connectors.fhir_r4.vaccines import VACCINES
from hub.domain.categories import Category
from hub.domain.records import AnyRecord


def immunisation(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A vaccine given, or one that was not given when due."""
    status = code(resource.get("status"))
    if status == "entered-in-error":
        chart.tally.add("Immunization.status:entered-in-error")
        return
    told = meaning(resource.get("vaccineCode"), "Immunization.vaccineCode", VACCINES, chart.tally)
    vaccine = "vaccine not recognised" if told.type == UNMAPPED else told.label
    label = f"Immunisation not given: {vaccine}" if status == "not-done" else f"Immunisation: {vaccine}"
    when = moment(resource.get("occurrenceDateTime"), resource.get("recorded"))
    detail = narrative(wording(resource.get("statusReason")), notes(resource))
    yield event_or_finding(when, "hub:immunisation", label, Category.HEALTH_SUMMARY, detail)


def procedure(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """Something done to the child."""
    if code(resource.get("status")) in {"entered-in-error", "not-done", "preparation"}:
        chart.tally.add("Procedure.status:not-done")
        return
    told = meaning(resource.get("code"), "Procedure.code", PROBLEMS, chart.tally)
    when = moment(resource.get("performedDateTime"), part(resource, "performedPeriod").get("start"))
    event = event_or_finding(when, told.type, told.label, Category.HEALTH_SUMMARY, notes(resource))
    yield moved(event, told.category, told.labels) if told.category else event
