"""Flag and CarePlan: CP-IS, FGM and other safeguarding alerts, and plans around the child."""

from collections.abc import Iterator

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.codes import CHILD_PROTECTION, FLAGS
from hub.connectors.fhir_r4.dates import Span, span
from hub.connectors.fhir_r4.elements import Json, code, line, narrative, notes, parts
from hub.connectors.fhir_r4.identity import phones
from hub.connectors.fhir_r4.meanings import Meanings, meaning, understood_in
from hub.connectors.fhir_r4.resources.involvement import episode_of
from hub.connectors.fhir_r4.services import SERVICES
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, Finding

_PAST_ALERT = 2  # the severity of an alert that is over: part of the history, no longer a warning
_OVER = frozenset({"inactive", "completed", "revoked", "ended"})
_PLANS: Meanings = {**CHILD_PROTECTION, **SERVICES}


def flag(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A flag on the record. One that the hub does not know is detail, not an alert."""
    if code(resource.get("status")) == "entered-in-error":
        chart.tally.add("Flag.status:entered-in-error")
        return
    known = (*understood_in(resource.get("code"), FLAGS), *understood_in(resource.get("category"), FLAGS))
    told = known[0] if known else meaning(resource.get("code"), "Flag.code", FLAGS, chart.tally)
    period = span(resource.get("period"))
    yield Finding(
        category=told.category or Category.HEALTH_SUMMARY,
        labels=told.labels,
        type=told.type,
        label=told.label,
        start=period.start,
        end=period.end,
        severity=_severity(told.severity, resource, period),
    )


def care_plan(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A plan: child protection and looked-after as alerts with whom to phone, CAMHS as an episode."""
    if code(resource.get("status")) in {"entered-in-error", "draft"}:
        chart.tally.add("CarePlan.status:not-in-force")
        return
    told = meaning(resource.get("category"), "CarePlan.category", _PLANS, chart.tally)
    period = span(resource.get("period"))
    if told.category is Category.HEALTH_INVOLVEMENT:
        yield episode_of(told, period, resource, chart)
        return
    yield Finding(
        category=told.category or Category.HEALTH_SUMMARY,
        labels=told.labels,
        type=told.type,
        label=told.label,
        start=period.start,
        end=period.end,
        detail=narrative(_whom_to_phone(resource, chart), notes(resource)),
        severity=_severity(told.severity, resource, period),
    )


def _severity(severity: int, resource: Json, period: Span) -> int:
    over = code(resource.get("status")) in _OVER or period.end is not None
    return min(severity, _PAST_ALERT) if over else severity


def _whom_to_phone(plan: Json, chart: Chart) -> str | None:
    """The council behind a CP-IS plan, as its care team names it."""
    told = []
    for pointer in parts(plan.get("careTeam")):
        team = chart.look_up(pointer, plan)
        name = line(team.get("name")) or line(pointer.get("display"))
        numbers = ", ".join(phones(team))
        told.append(f"Responsible: {name or 'not named'}{f', phone {numbers}' if numbers else ''}.")
    return narrative(" ".join(told)) if told else None
