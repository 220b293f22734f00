"""Errors name a code, reasons and a reference; never a value, a trace or a guess."""

import asyncio
import json
import logging
from typing import Any

import pytest
from door_caller import Caller
from stand_in_facts import ENQUIRY
from structlog.testing import capture_logs

from hub.domain.acts import Action
from hub.errors import AuditUnavailable, BadInput, Unavailable

CANARY = "Persephone-Quillfeather-4471"
ID = "enquiry-1"
VIEW = "query ($id: ID!) { combinedChildView(enquiryId: $id) { child { names { value } } } }"


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Any:
    """Everything that was logged or printed while the test ran."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as events:

        def all_of_it() -> str:
            return repr(events) + caplog.text + "".join(capfd.readouterr())

        yield all_of_it


FAULTS = {
    "a bug": RuntimeError(f"no record of {CANARY}"),
    "a key that is not there": KeyError(CANARY),
    "a value in a tuple": ValueError("bad", {"name": CANARY}),
    "a group of faults": ExceptionGroup(CANARY, [ValueError(CANARY)]),
    "a time-out": TimeoutError(CANARY),
}


@pytest.mark.parametrize("what", FAULTS)
async def test_a_fault_is_internal_and_its_words_are_nowhere(what: str, caller: Caller, heard: Any):
    fault = FAULTS[what]
    fault.__cause__ = ValueError(CANARY)
    caller.obeying.fault = fault
    reply = await caller.ask(VIEW, variables={"id": ID})
    [error] = reply.json["errors"]
    assert (reply.status, error["extensions"]["code"], error["extensions"]["reasons"]) == (500, "INTERNAL", [])
    assert error["path"] == ["combinedChildView"]
    said = heard()
    assert error["extensions"]["reference"] in said
    assert type(fault).__name__ in said
    assert CANARY not in said
    assert CANARY not in reply.body.decode()
    assert "Traceback" not in said


async def test_a_value_that_was_sent_is_never_said_again(caller: Caller, heard: Any):
    sent: list[tuple[str, dict[str, Any]]] = [
        (VIEW, {"id": [CANARY]}),
        (VIEW, {"id": CANARY}),
        (f'{{ combinedChildView(enquiryId: "{CANARY}") {{ policyVersion }} }}', {}),
        (f"{{ {CANARY.replace('-', '')} }}", {}),
        (f'mutation {{ openEnquiry(input: "{CANARY}") {{ id }} }}', {}),
        (
            "mutation ($i: OpenEnquiryInput!) { openEnquiry(input: $i) { id } }",
            {"i": {"purpose": CANARY, "reason": CANARY, "subject": {"nhsNumber": CANARY}, "idempotencyKey": CANARY}},
        ),
        (
            "mutation ($i: OpenEnquiryInput!) { openEnquiry(input: $i) { id } }",
            {"i": {"purpose": "S47", "reason": CANARY, "subject": {"nhsNumber": CANARY}, "idempotencyKey": CANARY}},
        ),
        (
            "mutation ($i: OpenEnquiryInput!) { openEnquiry(input: $i) { id } }",
            {"i": {"purpose": "S47", "reason": "r", "subject": {"birthDate": CANARY}, "idempotencyKey": "k"}},
        ),
        ("query ($f: AuditFilter) { auditEntries(filter: $f) { edges { cursor } } }", {"f": {"subject": CANARY}}),
        ("query ($a: String) { auditEntries(after: $a) { edges { cursor } } }", {"a": CANARY}),
        ("query ($f: AuditFilter) { auditEntries(filter: $f) { edges { cursor } } }", {"f": {"from": CANARY}}),
    ]
    for query, variables in sent:
        reply = await caller.ask(query, variables=variables)
        assert reply.status in {400, 404}, reply.body
        assert CANARY not in reply.body.decode()
        assert CANARY.replace("-", "") not in reply.body.decode()
    said = heard()
    assert CANARY not in said
    assert CANARY.replace("-", "") not in said


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (AuditUnavailable(), 503, "AUDIT_UNAVAILABLE"),
        (Unavailable(), 503, "UNAVAILABLE"),
        (BadInput(reasons=("a-rule",)), 400, "BAD_USER_INPUT"),
    ],
)
async def test_a_refusal_keeps_its_code_and_its_status(fault: Exception, status: int, code: str, caller: Caller):
    caller.obeying.fault = fault
    reply = await caller.ask(VIEW, variables={"id": ID})
    assert (reply.status, reply.code, reply.json["data"]) == (status, code, None)


async def test_a_denial_names_the_policies_that_decided(caller: Caller):
    caller.obeying.refuse = {Action.VIEW}
    reply = await caller.ask(VIEW, variables={"id": ID})
    assert (reply.status, reply.code, reply.reasons) == (403, "FORBIDDEN", ["nobody-may"])
    assert reply.json["errors"][0]["extensions"]["stoppedBy"] == ["role"]


async def test_an_enquiry_that_is_not_there_is_not_found(caller: Caller):
    reply = await caller.ask('{ enquiry(id: "none") { id } }')
    assert (reply.status, reply.code, reply.json["data"]) == (404, "NOT_FOUND", {"enquiry": None})


async def test_what_succeeded_is_shown_beside_what_was_refused(caller: Caller):
    reply = await caller.ask('{ viewer { id } enquiry(id: "none") { id } }')
    assert reply.status == 200
    assert reply.json["data"] == {"viewer": {"id": "worker-7"}, "enquiry": None}
    assert (reply.code, reply.json["errors"][0]["path"]) == ("NOT_FOUND", ["enquiry"])


async def test_a_null_where_the_schema_forbids_it_by_a_variables_default_is_the_callers_fault(caller: Caller):
    query = """mutation ($u: Urgency = RED) { openEnquiry(input: { purpose: S47, reason: "r", urgency: $u,
        subject: { nhsNumber: "999 100 0003" }, idempotencyKey: "k" }) { id } }"""
    reply = await caller.ask(query, variables={"u": None})
    assert (reply.status, reply.code) == (400, "BAD_USER_INPUT")


async def test_two_references_are_never_the_same(caller: Caller):
    references = {(await caller.send(b"null")).json["errors"][0]["extensions"]["reference"] for _ in range(50)}
    assert len(references) == 50


async def test_no_task_is_left_with_an_exception_that_nobody_saw(caller: Caller, heard: Any):
    caller.obeying.fault = RuntimeError(CANARY)
    query = f"""{{ a: combinedChildView(enquiryId: "{ID}") {{ policyVersion }}
        b: findSubject(enquiryId: "{ID}") {{ enquiryId }} }}"""
    assert json.loads((await caller.ask(query)).body)["data"] is None
    await asyncio.sleep(0)
    assert CANARY not in heard()
    assert ENQUIRY.reason not in heard()
