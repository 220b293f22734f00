"""Finding a patient: by which keys, whom a reply is about, and what is never sent."""

from datetime import date
from typing import Any

import msgspec
import pytest
from example_patient import BY_NAME, BY_NUMBER, NUMBER, SUMMARY, found, patient
from fhir_servers import MANIFEST, TOKEN, ScriptedFhir, bundle, linked, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.manifest import Authentication
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.identifiers import upn
from hub.domain.searching import CannotSearch, Probe
from hub.errors import ConfigurationError
from tests.fixtures.probing import probe


@pytest.mark.parametrize("local_id", ["..", "../admin", "p1/_history", "", "p" * 65])
async def test_an_identifier_that_no_fhir_server_gives_is_never_sent(fhir: ScriptedFhir, local_id: str) -> None:
    connector = fhir.connector()
    with pytest.raises(SourceFailed):
        await connector.fetch(linked(local_id), SUMMARY, soon())
    assert fhir.asked == []
    await connector.close()


async def test_a_find_asks_for_the_nhs_number_and_proves_who_the_hub_is(fhir: ScriptedFhir) -> None:
    fhir.says("Patient", bundle(patient(), total=1))
    (one,) = await found(fhir, BY_NUMBER)
    assert (one.local_id, one.attributes.given_name) == ("p1", "Ann")
    assert len(fhir.asked) == 1
    assert NUMBER in fhir.asked[0]
    assert fhir.headers[0]["Authorization"] == f"Bearer {TOKEN}"


async def test_a_find_by_name_finds_somebody_without_a_number_in_any_case(fhir: ScriptedFhir) -> None:
    fhir.says("Patient", lambda request: bundle(patient(number="")) if "family" in request.query else bundle(total=0))
    assert await found(fhir, BY_NUMBER) == ()
    reference = probe(family_name="EXAMPLE", birth_date=date(2011, 5, 14))
    assert [one.local_id for one in await found(fhir, reference)] == ["p1"]


async def test_a_find_by_name_keeps_whole_names_only(fhir: ScriptedFhir) -> None:
    longer = patient("p2", name=[{"family": "Examples"}])
    fhir.says("Patient", bundle(patient(), longer))
    assert [one.local_id for one in await found(fhir, BY_NAME)] == ["p1"]


async def test_a_superseded_number_still_finds_its_patient(fhir: ScriptedFhir) -> None:
    held = [
        {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 100 0011"},
        {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER, "use": "old"},
    ]
    fhir.says("Patient", bundle(patient(identifier=held)))
    (one,) = await found(fhir, BY_NUMBER)
    assert (one.attributes.nhs_number, one.attributes.former_nhs_numbers) == ("9991000011", (NUMBER,))


@pytest.mark.parametrize(
    ("reference", "sent"),
    [
        (BY_NUMBER, patient(number="9991000011")),
        (BY_NAME, patient(birthDate="2012-05-14")),
        (BY_NUMBER, patient("../p1")),
    ],
)
async def test_a_find_that_is_answered_with_somebody_else_is_bad_data(
    fhir: ScriptedFhir, reference: Probe, sent: dict[str, Any]
) -> None:
    fhir.says("Patient", bundle(sent))
    with pytest.raises(SourceFailed) as failed:
        await found(fhir, reference)
    assert failed.value.state is AnswerState.BAD_DATA


async def test_a_reference_without_a_search_key_cannot_be_searched(fhir: ScriptedFhir) -> None:
    with pytest.raises(CannotSearch):
        await found(fhir, probe(upn=upn("A831999900001")))
    assert fhir.asked == []


@pytest.mark.parametrize(
    ("authentication", "secret"),
    [(MANIFEST.authentication, None), (Authentication("oauth2-client-credentials", "health"), TOKEN)],
)
async def test_a_connector_that_cannot_sign_in_is_refused_when_it_is_made(
    authentication: Authentication, secret: str | None
) -> None:
    manifest = msgspec.structs.replace(manifest_for("http://127.0.0.1:9"), authentication=authentication)
    with pytest.raises(ConfigurationError):
        FhirR4(manifest, secret)
