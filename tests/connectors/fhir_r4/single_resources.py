"""Single FHIR resources of one patient, and what becomes of them."""

from datetime import date
from typing import Any

from hub.connectors.fhir_r4 import Mapped, map_resources
from hub.domain.categories import Category

SNOMED = "http://snomed.info/sct"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
OURS = {"reference": "Patient/p1"}
EVERYTHING = frozenset(Category)


def of(*resources: Any, categories: frozenset[Category] = EVERYTHING) -> Mapped:
    return map_resources(resources, "p1", categories, today=date(2026, 11, 1))


def condition(code: str = "195967001", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": OURS,
        "code": {"coding": [{"system": SNOMED, "code": code, "display": "Ann Example"}]},
        **more,
    }


def marked(*codes: tuple[str, str]) -> dict[str, Any]:
    return {"meta": {"security": [{"system": system, "code": code} for system, code in codes]}}


def only(one: Mapped) -> Any:
    assert len(one.records) == 1
    return one.records[0]


def coded(code: str, system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
