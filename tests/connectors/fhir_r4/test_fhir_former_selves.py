"""Somebody who must not be known by a former name or number: no search by one finds them."""

from datetime import date
from typing import Any

import msgspec
import pytest
from aiohttp import web
from fhir_servers import TOKEN, ScriptedFhir, bundle, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.domain.codes import Label
from hub.domain.searching import Probe, SearchKey
from tests.fixtures.probing import probe

K, BORN = SearchKey, date(2011, 5, 14)
NOW, BEFORE = "9991000003", "9991000011"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
SEARCH = (
    (K.NHS_NUMBER,),
    (K.NHS_NUMBER, K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME, K.FAMILY_NAME, K.BIRTH_DATE),
    (K.GIVEN_NAME_STARTS, K.FAMILY_NAME_STARTS, K.BIRTH_DATE),
    (K.GIVEN_NAME_SOUNDS, K.FAMILY_NAME_SOUNDS, K.BIRTH_DATE),
    (K.FAMILY_NAME, K.BIRTH_DATE),
)
LABELLED = [Label.GENDER_HISTORY, Label.ADOPTION]
STYLES = ["fhir", "pds", "match"]


def sent_for(label: Label | None) -> dict[str, Any]:
    """Toby, who was Tabitha under another number, as a server sends him whatever it is searched by."""
    return {
        "resourceType": "Patient",
        "id": NOW,
        "meta": {"security": [{"system": "urn:hub:label", "code": label}] if label else []},
        "identifier": [{"system": NHS, "value": NOW}, {"system": NHS, "value": BEFORE, "use": "old"}],
        "name": [
            {"use": "official", "family": "Marsh", "given": ["Toby"]},
            {"use": "old", "family": "Marsh", "given": ["Tabitha"]},
        ],
        "birthDate": "2011-05-14",
    }


async def hits(fhir: ScriptedFhir, style: str, asked: Probe, label: Label | None) -> int:
    def answer(request: web.Request) -> dict[str, Any]:
        return sent_for(label) if request.path.endswith((NOW, BEFORE)) else bundle(sent_for(label))

    fhir.says("Patient", answer)
    manifest = msgspec.structs.replace(manifest_for(fhir.endpoint), search_style=style, search=SEARCH)
    connector = FhirR4(manifest, TOKEN)
    try:
        return len(await connector.find(asked, soon()))
    finally:
        await connector.close()


def sounds(given: str, family: str = "Marsh") -> Probe:
    return probe(given_name_sounds=given, family_name_sounds=family, birth_date=BORN)


def exactly(given: str, family: str = "Marsh", **more: str) -> Probe:
    return probe(given_name=given, family_name=family, birth_date=BORN, **more)


@pytest.mark.parametrize("label", LABELLED)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "asked", [sounds("Tabitha"), sounds("Tabatha"), exactly("Tabitha"), exactly("Marsh", "Tabitha")]
)
async def test_a_former_name_finds_nobody(fhir: ScriptedFhir, style: str, asked: Probe, label: Label) -> None:
    assert await hits(fhir, style, asked, label) == 0


@pytest.mark.parametrize("label", LABELLED)
@pytest.mark.parametrize("style", ["fhir", "pds"])
async def test_the_beginning_of_a_former_name_finds_nobody(fhir: ScriptedFhir, style: str, label: Label) -> None:
    asked = probe(given_name_starts="Tab", family_name_starts="Mar", birth_date=BORN)
    assert await hits(fhir, style, asked, label) == 0


@pytest.mark.parametrize("label", LABELLED)
@pytest.mark.parametrize("style", ["fhir", "pds"])
async def test_a_superseded_number_finds_nobody(fhir: ScriptedFhir, style: str, label: Label) -> None:
    assert await hits(fhir, style, probe(nhs_number=BEFORE), label) == 0
    assert await hits(fhir, style, probe(nhs_number=NOW), label) == 1


@pytest.mark.parametrize("label", LABELLED)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "asked",
    [sounds("Tobie", "Marsch"), sounds("TOBY"), exactly("toby"), probe(family_name="Marsh", birth_date=BORN)],
)
async def test_the_present_name_and_what_sounds_like_it_find_them(
    fhir: ScriptedFhir, style: str, asked: Probe, label: Label
) -> None:
    assert await hits(fhir, style, asked, label) == 1


@pytest.mark.parametrize("style", STYLES)
async def test_what_sounds_like_anybody_elses_former_name_is_the_servers_to_judge(
    fhir: ScriptedFhir, style: str
) -> None:
    assert await hits(fhir, style, sounds("Tabatha"), None) == 1


@pytest.mark.parametrize("label", LABELLED)
async def test_a_present_number_with_a_misheard_name_is_theirs_and_a_former_one_is_not(
    fhir: ScriptedFhir, label: Label
) -> None:
    assert await hits(fhir, "match", exactly("Tobi", nhs_number=NOW), label) == 1
    assert await hits(fhir, "match", exactly("Tabitha", nhs_number=BEFORE), label) == 0
