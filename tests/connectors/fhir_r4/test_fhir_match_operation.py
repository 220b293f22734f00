"""A server whose patients are found by ``$match``: what is posted, and which of its answers count."""

from datetime import date
from typing import Any

import msgspec
import pytest
from aiohttp import web
from fhir_servers import TOKEN, ScriptedFhir, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.domain.people import Found
from hub.domain.searching import CannotSearch, Probe, SearchKey, TooManyFound
from tests.fixtures.probing import probe

K = SearchKey
SEARCH = (
    (K.NHS_NUMBER,),
    (K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME_STARTS, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.FAMILY_NAME, K.BORN_FROM, K.BORN_TO),
)
ANN = probe(given_name="Ann", family_name="Example", birth_date=date(2011, 5, 14))
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


def entry(id_: str, score: object = 0.9, grade: str = "probable") -> dict[str, Any]:
    patient = {
        "resourceType": "Patient",
        "id": id_,
        "name": [{"family": "Exampel", "given": ["Anne"]}],
        "birthDate": "2011-05-14",
    }
    search = {"mode": "match", "score": score, "extension": [{"url": GRADE, "valueCode": grade}]}
    return {"resource": patient, "search": search}


async def found(fhir: ScriptedFhir, asked: Probe = ANN, **limits: int) -> tuple[Found, ...]:
    manifest = msgspec.structs.replace(manifest_for(fhir.endpoint, **limits), search_style="match", search=SEARCH)
    connector = FhirR4(manifest, TOKEN)
    try:
        return await connector.find(asked, soon())
    finally:
        await connector.close()


def answering(fhir: ScriptedFhir, *entries: dict[str, Any]) -> list[Any]:
    posted: list[Any] = []

    async def answer(request: web.Request) -> dict[str, Any]:
        posted.append(await request.json())
        return {"resourceType": "Bundle", "type": "searchset", "entry": list(entries)}

    fhir.says("Patient", answer)
    return posted


async def test_what_is_known_is_posted_as_a_patient(fhir: ScriptedFhir) -> None:
    posted = answering(fhir, entry("p1"))
    (one,) = await found(fhir)
    assert (one.local_id, one.attributes.given_name) == ("p1", "Anne")
    assert fhir.asked == ["/fhir/Patient/$match"]
    (parameters,) = posted
    told = {each["name"]: each for each in parameters["parameter"]}
    assert told["resource"]["resource"] == {
        "resourceType": "Patient",
        "name": [{"family": "Example", "given": ["Ann"]}],
        "birthDate": "2011-05-14",
    }
    assert told["onlyCertainMatches"]["valueBoolean"] is False


async def test_the_servers_score_orders_people_and_drops_whom_it_is_sure_are_others(fhir: ScriptedFhir) -> None:
    answering(
        fhir,
        entry("p1", 0.2, "possible"),
        entry("p2", 0.8),
        entry("p3", 0.9, "certainly-not"),
        entry("p4", 0),
        entry("p5", "high"),
    )
    assert [one.local_id for one in await found(fhir)] == ["p2", "p1"]


async def test_more_than_the_manifest_takes_are_too_many(fhir: ScriptedFhir) -> None:
    answering(fhir, *(entry(f"p{n}") for n in range(4)))
    with pytest.raises(TooManyFound):
        await found(fhir, max_found=3)


@pytest.mark.parametrize(
    "asked",
    [
        probe(given_name_starts="Ann", family_name="Example", birth_date=date(2011, 5, 14)),
        probe(family_name="Example", born_from=date(2011, 1, 1), born_to=date(2011, 12, 31)),
    ],
)
async def test_a_beginning_or_a_range_cannot_be_posted(fhir: ScriptedFhir, asked: Probe) -> None:
    with pytest.raises(CannotSearch):
        await found(fhir, asked)
    assert fhir.asked == []
