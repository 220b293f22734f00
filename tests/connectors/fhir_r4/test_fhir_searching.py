"""Searching: pages and their end, servers honest and otherwise, and whom a reply is about."""

import asyncio
import time
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from fhir_servers import MANIFEST, TOKEN, ScriptedFhir, bundle, linked, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.manifest import Authentication
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.identifiers import nhs_number, upn
from hub.domain.searching import CannotSearch, Probe
from hub.errors import ConfigurationError
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


@pytest.fixture
def known(fhir: ScriptedFhir) -> ScriptedFhir:
    """A server that knows p1 and nothing else."""
    fhir.says("Patient", patient())
    return fhir


@pytest.mark.parametrize(
    "style",
    ["{root}/fhir/Condition?page={n}", "/fhir/Condition?page={n}", "Condition?page={n}", "{root}/fhir?page={n}"],
)
async def test_pages_are_followed_however_the_server_writes_its_links(known: ScriptedFhir, style: str) -> None:
    root = str(known.server.make_url("")).rstrip("/")

    def page(request: web.Request) -> dict[str, Any]:
        number = int(request.query.get("page", "1"))
        following = style.format(root=root, n=number + 1) if number < 3 else None
        return bundle(condition(number), following=following, total=3)

    known.says("Condition", page)
    known.says("", page)  # the base itself
    answer = await fetched(known)
    assert len(answer.records) == 3


async def test_a_loop_of_pages_is_cut(known: ScriptedFhir) -> None:
    known.says("Condition", lambda _: bundle(condition(1), following=f"{known.endpoint}/Condition?again=1"))
    with pytest.raises(SourceFailed, match="same pages again") as failed:
        await fetched(known)
    assert failed.value.state is AnswerState.BAD_DATA
    assert sum("Condition?again" in asked for asked in known.asked) == 1


async def test_pages_without_end_are_cut(known: ScriptedFhir) -> None:
    def page(request: web.Request) -> dict[str, Any]:
        number = int(request.query.get("page", "1"))
        return bundle(condition(number), following=f"Condition?page={number + 1}")

    known.says("Condition", page)
    with pytest.raises(SourceFailed) as failed:
        await fetched(known, max_pages=4)
    assert failed.value.state is AnswerState.BAD_DATA
    assert sum("/Condition" in asked for asked in known.asked) == 4


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:9/fhir/Condition?page=2",
        "https://elsewhere.example/fhir/Condition?page=2",
        "//elsewhere.example/fhir/Condition",
        "/admin",
        "{endpoint}/../admin",
        "{endpoint}/%2e%2e/admin",
        "file:///etc/passwd",
        "http://[broken",
        "{endpoint}/Condition?" + "x" * 5000,
    ],
)
async def test_a_link_to_anywhere_else_is_not_followed(known: ScriptedFhir, link: str) -> None:
    known.says("Condition", bundle(condition(1), following=link.format(endpoint=known.endpoint)))
    with pytest.raises(SourceFailed) as failed:
        await fetched(known)
    assert failed.value.state is AnswerState.BAD_DATA
    assert not any("admin" in asked for asked in known.asked)


async def test_fewer_records_than_announced_are_not_an_answer(known: ScriptedFhir) -> None:
    known.says("Condition", bundle(condition(1), total=2))
    with pytest.raises(SourceFailed, match="fewer records") as failed:
        await fetched(known)
    assert failed.value.state is AnswerState.BAD_DATA


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ('{"resourceType": "Bundle", "entry": [{', AnswerState.BAD_DATA),
        ("[" * 100_000, AnswerState.BAD_DATA),
        ("<html>", AnswerState.BAD_DATA),
        ("null", AnswerState.BAD_DATA),
        ('{"resourceType": "OperationOutcome", "issue": []}', AnswerState.BAD_DATA),
        ('{"resourceType": "Bundle", "entry": {"resource": 1}}', AnswerState.BAD_DATA),
        ('{"resourceType": "Bundle", "entry": [1]}', AnswerState.BAD_DATA),
    ],
)
async def test_garbage_is_bad_data_and_its_words_are_nobody_s(
    known: ScriptedFhir, reply: str, state: AnswerState
) -> None:
    known.says("Condition", reply)
    with pytest.raises(SourceFailed) as failed:
        await fetched(known)
    assert failed.value.state is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (400, AnswerState.BAD_DATA),
        (401, AnswerState.UNAVAILABLE),
        (404, AnswerState.BAD_DATA),
        (302, AnswerState.BAD_DATA),
        (429, AnswerState.UNAVAILABLE),
        (503, AnswerState.UNAVAILABLE),
    ],
)
async def test_a_refused_search_is_a_failure_and_never_an_empty_result(
    known: ScriptedFhir, status: int, state: AnswerState
) -> None:
    outcome = '{"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Ann Example"}]}'
    known.says("Condition", lambda _: web.Response(status=status, text=outcome, headers={"Location": "/elsewhere"}))
    with pytest.raises(SourceFailed) as failed:
        await fetched(known)
    assert failed.value.state is state
    assert "Ann" not in failed.value.happened


async def test_a_search_that_the_server_could_not_complete_is_not_an_answer(known: ScriptedFhir) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
    known.says("Condition", {**bundle(condition(1), outcome), "total": 1})
    with pytest.raises(SourceFailed, match="could not complete"):
        await fetched(known)


async def test_a_warning_beside_a_result_is_counted(known: ScriptedFhir) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}
    known.says("Condition", bundle(condition(1), outcome))
    answer = await fetched(known)
    assert answer.unmapped == {"resource:OperationOutcome": 1}


async def test_a_patient_whom_the_server_no_longer_has_is_none_by_its_own_word_only(fhir: ScriptedFhir) -> None:
    outcome = '{"resourceType": "OperationOutcome", "issue": []}'
    fhir.says("Patient", lambda _: web.Response(status=404, text=outcome))
    assert await fetched(fhir) is None
    fhir.says("Patient", lambda _: web.Response(status=404, text="{}"))
    with pytest.raises(SourceFailed) as failed:
        await fetched(fhir)
    assert failed.value.state is AnswerState.BAD_DATA


async def test_another_patient_s_record_says_whose_it_is_and_brings_nothing(fhir: ScriptedFhir) -> None:
    fhir.says("Patient", patient("p2", number="9991000011"))
    fhir.says("Condition", bundle(condition(1)))
    answer = await fetched(fhir)
    assert (answer.local_id, answer.attributes.nhs_number, answer.records) == ("p2", "9991000011", ())


async def test_one_record_about_somebody_else_spoils_the_whole_answer(known: ScriptedFhir) -> None:
    known.says("Condition", bundle(condition(1), condition(2, owner="p2")))
    with pytest.raises(SourceFailed, match="not about this child") as failed:
        await fetched(known)
    assert failed.value.state is AnswerState.BAD_DATA


async def test_a_record_merged_into_another_is_not_read_as_a_thin_one(fhir: ScriptedFhir) -> None:
    fhir.says("Patient", patient(link=[{"type": "replaced-by", "other": {"reference": "Patient/p9"}}]))
    with pytest.raises(SourceFailed, match="merged"):
        await fetched(fhir)


async def test_a_server_that_hangs_is_left_at_the_deadline(known: ScriptedFhir) -> None:
    async def hang(_request: web.Request) -> dict[str, Any]:
        await asyncio.sleep(60)
        return bundle()

    known.says("Condition", hang)
    connector, began = known.connector(), time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await connector.fetch(linked("p1"), SUMMARY, soon())
    assert time.monotonic() - began < 1.0
    await connector.close()


async def test_a_server_that_cannot_be_reached_is_unavailable() -> None:
    connector = FhirR4(manifest_for("http://127.0.0.1:9/fhir"), TOKEN)
    with pytest.raises(SourceFailed) as failed:
        await connector.fetch(linked("p1"), SUMMARY, soon())
    assert (failed.value.state, failed.value.retry) == (AnswerState.UNAVAILABLE, True)
    await connector.close()


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
    import msgspec

    manifest = msgspec.structs.replace(manifest_for("http://127.0.0.1:9"), authentication=authentication)
    with pytest.raises(ConfigurationError):
        FhirR4(manifest, secret)
