"""The pieces that FHIR resources are made of, as UK Core wants them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from hub.demo.population.calendar import moment

Json = dict[str, Any]

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
SNOMED = "http://snomed.info/sct"
_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_UPDATED = moment(1, 6).isoformat()


def resource(kind: str, id_: str, *, profile: bool = True, security: Iterable[Json] = (), **elements: Any) -> Json:
    """A resource with its meta; elements that are None or empty are left out, as FHIR forbids them."""
    meta: Json = {"versionId": "1", "lastUpdated": _UPDATED}
    if profile:
        meta["profile"] = [f"{_UK_CORE}{kind}"]
    if labels := list(security):
        meta["security"] = labels
    present = {name: value for name, value in elements.items() if value not in (None, [], {}, "")}
    return {"resourceType": kind, "id": id_, "meta": meta, **present}


def coding(system: str, code: str, display: str | None = None) -> Json:
    """One coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(*codings: Json, text: str = "") -> Json:
    """A CodeableConcept."""
    return {"coding": list(codings)} | ({"text": text} if text else {})


def refer(kind: str, id_: str, display: str | None = None) -> Json:
    """A literal reference on this server."""
    return {"reference": f"{kind}/{id_}"} | ({"display": display} if display else {})


def period(start: date | datetime, end: date | datetime | None = None) -> Json:
    """A Period; open when it has no end."""
    return {"start": start.isoformat()} | ({"end": end.isoformat()} if end else {})


def phone(number: str | None, use: str = "work") -> list[Json]:
    """The telecom of somebody with at most one number."""
    return [{"system": "phone", "value": number, "use": use}] if number else []


def restricted() -> Json:
    """The NHS mark of a person whose whereabouts must not be told."""
    return coding(_CONFIDENTIALITY, "R", "restricted")


def sensitive(code: str) -> Json:
    """A sensitivity code of HL7's v3 ActCode."""
    return coding(_SENSITIVITY, code)


def outcome(code: str, detail: str, severity: str = "error") -> Json:
    """An OperationOutcome."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "details": {"text": detail}}],
    }
