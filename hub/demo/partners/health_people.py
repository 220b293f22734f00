"""Patients and the people and organisations around them, as the health system's FHIR resources."""

from collections.abc import Iterator

from hub.demo.partners.health_fhir import (
    NHS_NUMBER,
    ODS,
    Json,
    coding,
    concept,
    phone,
    refer,
    resource,
    restricted,
)
from hub.demo.population.facts import HealthFacts, Kinship, Person, Practice, Professional, RelatedContact

_VERIFIED = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
_VERIFIED_CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
_ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_HUB_LABEL = "urn:hub:label"
_GENDERS = {"M": "male", "F": "female", "U": "unknown"}
_ROLES = {
    Kinship.MOTHER: ("MTH", "mother"),
    Kinship.FATHER: ("FTH", "father"),
    Kinship.STEP_FATHER: ("STPFTH", "stepfather"),
    Kinship.STEP_MOTHER: ("STPMTH", "stepmother"),
    Kinship.GRANDPARENT: ("GRPRN", "grandparent"),
    Kinship.FOSTER_CARER: ("PRNFOST", "foster parent"),
    Kinship.SIBLING: ("SIB", "sibling"),
    Kinship.HALF_SIBLING: ("HSIB", "half-sibling"),
}


def patient(person: Person, facts: HealthFacts) -> Json:
    """A UK Core Patient. Of a restricted one, neither address nor phone nor GP is told."""
    hidden = person.restricted
    labels = [coding(_HUB_LABEL, label.value) for label in sorted(facts.labels)]
    practice = None if hidden else facts.practice
    return resource(
        "Patient",
        facts.id,
        security=[*([restricted()] if hidden else []), *labels],
        identifier=list(_nhs_number(person)),
        name=list(_names(person)),
        gender=_GENDERS[person.sex],
        birthDate=person.birth_date.isoformat() if person.birth_date else None,
        deceasedDateTime=person.died_on.isoformat() if person.died_on else None,
        telecom=[] if hidden else phone(person.phone, "mobile"),
        address=[] if hidden else list(_addresses(person)),
        generalPractitioner=[refer("Organization", practice.ods_code, practice.name)] if practice else [],
    )


def related_person(contact: RelatedContact, facts: HealthFacts) -> Json:
    """A UK Core RelatedPerson."""
    code, display = _ROLES.get(Kinship(contact.relationship), ("FAMMEMB", "family member"))
    return resource(
        "RelatedPerson",
        contact.id,
        patient=refer("Patient", facts.id),
        active=True,
        relationship=[concept(coding(_ROLE_CODE, code, display))],
        name=[{"use": "official", "family": contact.family_name, "given": [contact.given_name]}],
        telecom=phone(contact.phone, "mobile"),
        birthDate=contact.birth_date.isoformat() if contact.birth_date else None,
    )


def practitioner(one: Professional) -> Json:
    """A UK Core Practitioner."""
    given, _, family = one.name.partition(" ")
    return resource(
        "Practitioner",
        one.id,
        name=[{"use": "official", "family": family, "given": [given]}],
        telecom=[*phone(one.phone), {"system": "email", "value": one.email, "use": "work"}],
    )


def practice(one: Practice) -> Json:
    """A GP practice as a UK Core Organization."""
    return resource(
        "Organization",
        one.ods_code,
        identifier=[{"use": "official", "system": ODS, "value": one.ods_code}],
        name=one.name,
        telecom=phone(one.phone),
        address=[{"use": "work", "line": [one.line], "postalCode": one.postcode}],
    )


def organisation(ods_code: str, name: str) -> Json:
    """A trust or hospital site as a UK Core Organization."""
    return resource("Organization", ods_code, identifier=[{"system": ODS, "value": ods_code}], name=name)


def _nhs_number(person: Person) -> Iterator[Json]:
    if person.nhs_number:
        status = concept(coding(_VERIFIED_CODES, "01", "Number present and verified"))
        yield {
            "extension": [{"url": _VERIFIED, "valueCodeableConcept": status}],
            "system": NHS_NUMBER,
            "value": person.nhs_number,
        }


def _names(person: Person) -> Iterator[Json]:
    given = [person.given_name, *([person.middle_name] if person.middle_name else [])]
    yield {"use": "official", "family": person.family_name, "given": given}
    for alias in person.aliases:
        yield {"use": "old", "family": alias.family_name, "given": [alias.given_name]}


def _addresses(person: Person) -> Iterator[Json]:
    for use, one in (("home", person.address), *(("old", former) for former in person.former_addresses)):
        lived = {"start": one.since.isoformat()} | ({"end": one.until.isoformat()} if one.until else {})
        yield {"use": use, "line": [one.line], "city": one.town, "postalCode": one.postcode, "period": lived}
