"""Appointment: those to which a child was not brought. Children do not fail to attend."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.dates import moment
from hub.connectors.fhir_r4.elements import Json, code, narrative, wording
from hub.connectors.fhir_r4.events import event_or_finding
from hub.connectors.fhir_r4.meanings import understood_in
from hub.connectors.fhir_r4.sensitivity import moved
from hub.connectors.fhir_r4.services import SERVICES
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, Finding, LifeEvent

_PATTERN, _WITHIN = 3, timedelta(days=365)  # so many missed in so long are a pattern


def appointment(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A missed appointment. Kept and cancelled ones say nothing that the front door asks about."""
    if code(resource.get("status")) != "noshow":
        chart.tally.add("Appointment.status:not-missed")
        return
    services = tuple(understood_in(resource.get("serviceType"), SERVICES))
    service = next((one for one in services if one.restricted), services[0] if services else None)
    label = f"Was not brought to {service.label}" if service else "Was not brought to an appointment"
    told = narrative(None if service else wording(resource.get("serviceType")), resource.get("comment"))
    when = moment(resource.get("start"), resource.get("created"))
    event = event_or_finding(when, "hub:was-not-brought", label, Category.HEALTH_WAS_NOT_BROUGHT, told)
    yield (
        moved(event, service.category, service.labels) if service and service.category and service.restricted else event
    )


def missed_pattern(records: Iterable[AnyRecord]) -> Finding | None:
    """A pattern of missed appointments: three or more in the year up to the last one."""
    days = sorted(
        record.at.date()
        for record in records
        if isinstance(record, LifeEvent) and record.category is Category.HEALTH_WAS_NOT_BROUGHT
    )
    recent = [day for day in days if days[-1] - day <= _WITHIN]
    if len(recent) < _PATTERN:
        return None
    return Finding(
        category=Category.HEALTH_WAS_NOT_BROUGHT,
        type="hub:was-not-brought-pattern",
        label=f"Was not brought to {len(recent)} appointments within a year",
        start=recent[0],
        severity=5,
    )
