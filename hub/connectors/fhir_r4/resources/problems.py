"""Condition, AllergyIntolerance and Observation: problems, injuries, pregnancy, allergies, measurements."""

from collections.abc import Iterator
from typing import Any

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.codes import ALLERGIES, OBSERVATIONS, PROBLEMS
from hub.connectors.fhir_r4.dates import Span, day, timing
from hub.connectors.fhir_r4.elements import Json, code, codings, line, narrative, notes, part, said
from hub.connectors.fhir_r4.meanings import UNMAPPED, Meaning, meaning
from hub.connectors.mapping.text import number
from hub.domain.categories import Category
from hub.domain.records import AnyRecord, Finding

_WRONG = frozenset({"entered-in-error", "refuted"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "resolved", "remission"})


def condition(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A problem, injury or pregnancy. Refuted and mistaken ones are not kept."""
    sure = _status(resource.get("verificationStatus"))
    if sure & _WRONG:
        chart.tally.add("Condition.verificationStatus:not-so")
        return
    told = meaning(resource.get("code"), "Condition.code", PROBLEMS, chart.tally)
    onset, abated = timing(resource, "onset"), timing(resource, "abatement")
    period = Span(onset.start or day(resource.get("recordedDate")), abated.end or abated.start or onset.end)
    over = period.end is not None or bool(_status(resource.get("clinicalStatus")) & _OVER)
    yield _found(resource, told, period, unsure=bool(sure & _UNSURE), over=over)


def allergy(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """An allergy or intolerance."""
    if _status(resource.get("verificationStatus")) & _WRONG:
        chart.tally.add("AllergyIntolerance.verificationStatus:not-so")
        return
    told = meaning(resource.get("code"), "AllergyIntolerance.code", ALLERGIES, chart.tally)
    yield _found(resource, told, Span(timing(resource, "onset").start or day(resource.get("recordedDate"))))


def observation(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A measurement or an observed fact, with its value where the hub knows what was observed."""
    if code(resource.get("status")) in {"entered-in-error", "cancelled"}:
        chart.tally.add("Observation.status:not-so")
        return
    told = meaning(resource.get("code"), "Observation.code", OBSERVATIONS, chart.tally)
    taken = timing(resource, "effective")
    period = taken if "effectivePeriod" in resource else Span(taken.start)
    value = None if told.type == UNMAPPED else _value(resource)
    yield _found(resource, told, period, value=value, over=period.end is not None)


def _found(
    resource: Json,
    told: Meaning,
    period: Span,
    *,
    unsure: bool = False,
    over: bool = False,
    value: str | None = None,
) -> Finding:
    """A finding. Words in place of a code are the source's own, so they stand in the detail."""
    own = said(resource.get("code")) if told.type == UNMAPPED and not codings(resource.get("code")) else None
    ended = "ended" if over and period.end is None else None
    notes_on_it = ", ".join(word for word in ("not confirmed" if unsure else None, ended) if word)
    return Finding(
        category=told.category or Category.HEALTH_SUMMARY,
        labels=told.labels,
        type=told.type,
        label=f"{told.label} ({notes_on_it})" if notes_on_it else told.label,
        start=period.start,
        end=period.end,
        detail=narrative(own, value, notes(resource)),
        severity=0 if over else told.severity,
    )


def _status(concept: Any) -> frozenset[str]:
    return frozenset(coding.code for coding in codings(concept))


def _value(resource: Json) -> str | None:
    quantity = part(resource, "valueQuantity")
    amount = quantity.get("value")
    if isinstance(amount, (int, float)) and not isinstance(amount, bool) and (digits := number(amount)):
        return " ".join(word for word in (digits, line(quantity.get("unit"))) if word)
    return line(resource.get("valueString")) or said(resource.get("valueCodeableConcept"))
