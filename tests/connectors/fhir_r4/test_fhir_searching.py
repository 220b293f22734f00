"""Searching: pages and their end, servers honest and otherwise, and whom a reply is about."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from example_patient import SUMMARY, condition, fetched, patient
from fhir_servers import TOKEN, ScriptedFhir, bundle, linked, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState


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
    asked = asyncio.Event()

    async def hang(_request: web.Request) -> dict[str, Any]:
        asked.set()
        await asyncio.Event().wait()  # for ever: what ends it is the deadline
        return bundle()

    known.says("Condition", hang)
    connector = known.connector()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await connector.fetch(linked("p1"), SUMMARY, soon())
    assert asked.is_set()
    await connector.close()


async def test_a_server_that_cannot_be_reached_is_unavailable() -> None:
    connector = FhirR4(manifest_for("http://127.0.0.1:9/fhir"), TOKEN)
    with pytest.raises(SourceFailed) as failed:
        await connector.fetch(linked("p1"), SUMMARY, soon())
    assert (failed.value.state, failed.value.retry) == (AnswerState.UNAVAILABLE, True)
    await connector.close()
