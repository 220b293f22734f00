"""One patient of a scripted server, and what a connector makes of that server's replies."""

from datetime import date
from typing import Any

from fhir_servers import ScriptedFhir, linked, soon

from hub.domain.categories import Category
from hub.domain.identifiers import nhs_number
from hub.domain.searching import Probe
from tests.fixtures.probing import probe

NUMBER = nhs_number("999 100 0003")
BY_NUMBER = probe(nhs_number=NUMBER)
BY_NAME = probe(family_name="Example", birth_date=date(2011, 5, 14))
SUMMARY = frozenset({Category.HEALTH_SUMMARY})


def patient(id_: str = "p1", number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}],
        "name": [{"use": "official", "family": "Example", "given": ["Ann"]}],
        "birthDate": "2011-05-14",
        **more,
    }


def condition(number: int, owner: str = "p1") -> dict[str, Any]:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "195967001"}]}
    return {"resourceType": "Condition", "id": f"c{number}", "subject": {"reference": f"Patient/{owner}"}, "code": code}


async def fetched(fhir: ScriptedFhir, categories: frozenset[Category] = SUMMARY, **limits: int) -> Any:
    connector = fhir.connector(**limits)
    try:
        return await connector.fetch(linked("p1"), categories, soon())
    finally:
        await connector.close()


async def found(fhir: ScriptedFhir, reference: Probe) -> Any:
    connector = fhir.connector()
    try:
        return await connector.find(reference, soon())
    finally:
        await connector.close()
