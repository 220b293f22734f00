"""Patient: identity as this source holds it, the GP practice, and the people named as contacts."""

from collections.abc import Iterator

from hub.connectors.fhir_r4.chart import Chart
from hub.connectors.fhir_r4.dates import Span, moment, span
from hub.connectors.fhir_r4.elements import Json, line, part, parts
from hub.connectors.fhir_r4.identity import address_line, attributes, full_name, home, phones
from hub.connectors.fhir_r4.resources.related_people import relationship
from hub.connectors.fhir_r4.staff import organisation_name, professional
from hub.connectors.mapping.identity import CATEGORIES
from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.records import (
    About,
    AnyRecord,
    Finding,
    IdentityAttribute,
    LifeEvent,
    RelatedPerson,
    RelatedProfessional,
    ServiceEpisode,
)

_ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


def records(patient: Json, chart: Chart) -> Iterator[AnyRecord]:
    """Everything a Patient says."""
    yield from _identity(patient)
    yield from (_practice(one, patient, chart) for one in parts(patient.get("generalPractitioner")))
    yield from _contacts(patient, chart)
    yield from _death(patient)


def _identity(patient: Json) -> Iterator[IdentityAttribute]:
    seen = attributes(patient)
    updated = moment(part(patient, "meta").get("lastUpdated"))
    told = [
        ("nhs_number", seen.nhs_number),
        ("given_name", seen.given_name),
        ("family_name", seen.family_name),
        *(("alias", " ".join(word for word in (one.given_name, one.family_name) if word)) for one in seen.aliases),
        ("birth_date", line(patient.get("birthDate"))),
        ("address", address_line(home(patient))),
        ("postcode", seen.postcode),
        ("phone", next(phones(patient), None)),
    ]
    for attribute, value in told:
        if value:
            yield IdentityAttribute(
                category=CATEGORIES[attribute], attribute=attribute, value=value, as_of=updated.at if updated else None
            )


def _practice(pointer: Json, patient: Json, chart: Chart) -> ServiceEpisode:
    found = chart.look_up(pointer, patient)
    is_practice = found.get("resourceType") == "Organization"
    period = span(part(pointer, "identifier").get("period")) if "identifier" in pointer else Span()
    return ServiceEpisode(
        category=Category.HEALTH_GP,
        type="hub:gp-registration",
        label="Registered with a GP practice",
        service="General practice",
        organisation=organisation_name(found, chart) or line(pointer.get("display")) or _ods_code(pointer),
        professionals=tuple(_reception(found) if is_practice else _doctor(found, chart)),
        start=period.start,
        end=period.end,
        location=address_line(home(found)) if is_practice else None,
    )


def _reception(practice: Json) -> Iterator[RelatedProfessional]:
    yield from (RelatedProfessional(role="Reception", contact=number) for number in phones(practice))


def _doctor(found: Json, chart: Chart) -> Iterator[RelatedProfessional]:
    if found:
        yield professional(found, None, chart)


def _ods_code(pointer: Json) -> str:
    identifier = part(pointer, "identifier")
    value = line(identifier.get("value")) if identifier.get("system") == _ODS else None
    return f"Practice {value}" if value else "A practice that the source does not name"


def _contacts(patient: Json, chart: Chart) -> Iterator[RelatedPerson]:
    for contact in parts(patient.get("contact")):
        name = full_name(contact)
        if name is not None:
            word, _ = relationship(contact.get("relationship"), "Patient.contact.relationship", chart)
            about = About(SubjectKind.NETWORK_ADULT, chart.people.number(None))
            yield RelatedPerson(category=Category.HEALTH_FAMILY, about=about, relationship=word, name=name)


def _death(patient: Json) -> Iterator[AnyRecord]:
    when = moment(patient.get("deceasedDateTime"))
    if when is not None:
        yield LifeEvent(category=Category.HEALTH_SUMMARY, type="death", label="Died", at=when.at)
    elif patient.get("deceasedBoolean") is True:
        yield Finding(category=Category.HEALTH_SUMMARY, type="death", label="Died, date not given")
