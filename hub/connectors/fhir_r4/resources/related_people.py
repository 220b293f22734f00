"""RelatedPerson and FamilyMemberHistory: who is around the child, and health in the family."""

from collections.abc import Iterator
from typing import Any

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.codes import FAMILY_HISTORY
from hub.connectors.fhir_r4.dates import day
from hub.connectors.fhir_r4.elements import Json, codings, line, lines, notes, parts
from hub.connectors.fhir_r4.identity import best_name, full_name
from hub.connectors.fhir_r4.meanings import meaning, unknown
from hub.connectors.fhir_r4.services import RELATIONSHIPS, UNKNOWN_RELATIONSHIP
from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.records import About, AnyRecord, Finding, RelatedPerson

_ADULT_AGE = 18


def related_person(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A guardian, parent, sibling or other related person."""
    word, kind = relationship(resource.get("relationship"), "RelatedPerson.relationship", chart)
    born = day(resource.get("birthDate"))
    about = About(_kind(born, kind, chart), chart.people.number(f"RelatedPerson/{line(resource.get('id'))}"))
    name = best_name(resource)
    yield RelatedPerson(
        category=Category.HEALTH_FAMILY,
        about=about,
        relationship=word,
        name=full_name(resource),
        given_name=next(lines(name.get("given")), None),
        family_name=line(name.get("family")),
        birth_date=born,
    )


def family_history(resource: Json, chart: Chart) -> Iterator[AnyRecord]:
    """A relative's health as it bears on the child."""
    word, _ = relationship(resource.get("relationship"), "FamilyMemberHistory.relationship", chart)
    about = About(SubjectKind.NETWORK_ADULT, chart.people.number(f"FamilyMemberHistory/{line(resource.get('id'))}"))
    for condition in parts(resource.get("condition")):
        told = meaning(condition.get("code"), "FamilyMemberHistory.condition.code", FAMILY_HISTORY, chart.tally)
        yield Finding(
            category=told.category or Category.HEALTH_PARENTAL,
            about=about,
            labels=told.labels,
            type=told.type,
            label=f"{told.label} ({word})",
            start=day(resource.get("date")),
            detail=notes(condition),
            severity=told.severity,
        )


def relationship(concepts: Any, place: str, chart: Chart) -> tuple[str, SubjectKind]:
    """The word for a relationship, and whom to take the person for. Unknown codes are counted."""
    sent = codings(concepts)
    known = next((RELATIONSHIPS[key] for one in sent if (key := (one.system, one.code)) in RELATIONSHIPS), None)
    if known is None:
        for coding in sent:
            chart.tally.add(unknown(place, coding))
    return known or UNKNOWN_RELATIONSHIP


def _kind(born: Any, otherwise: SubjectKind, chart: Chart) -> SubjectKind:
    if born is None:
        return otherwise
    today = chart.people.today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return SubjectKind.NETWORK_ADULT if age >= _ADULT_AGE else SubjectKind.NETWORK_CHILD
