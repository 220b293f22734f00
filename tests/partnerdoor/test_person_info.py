"""Another hub or a case system asks who knows a child: what it is told, what it is not, and what it can never tell."""

import json
from datetime import date
from typing import Any

import pytest
from partner_hub import CARE, CLINIC, Hub, person_token

from hub.connectors.in_memory import Held
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, SubjectKind
from hub.domain.identifiers import LocalId, nhs_number
from hub.domain.people import Attributes
from hub.domain.records import About, Finding, RelatedProfessional, ServiceEpisode

PATH = "/Patient/$person-info-query"
S47 = "https://www.legislation.gov.uk/ukpga/1989/41/section/47"
NUMBER = "9991000003"
RHYS = Attributes(
    nhs_number=nhs_number(NUMBER), given_name="Rhys", family_name="Quillfeather", birth_date=date(2012, 4, 9)
)
INVOLVED = ServiceEpisode(
    category=Category.SOCIAL_CARE_INVOLVEMENT,
    type="social-worker-support",
    label="Open to children's social care",
    service="Assessment team",
    organisation="Derwent City Council",
    professionals=(RelatedProfessional(name="Ada Casework", role="social worker", contact="01632 960111"),),
    start=date(2026, 3, 1),
)
PLAN = ServiceEpisode(
    category=Category.SOCIAL_CARE_CP_PLAN, type="cp-plan", label="On a child protection plan", service="Team",
    organisation="Derwent City Council",
)  # fmt: skip
OF_THE_FATHER = ServiceEpisode(
    category=Category.SOCIAL_CARE_INVOLVEMENT, type="x", label="Something of the father", service="Team",
    organisation="Derwent City Council", about=About(SubjectKind.NETWORK_ADULT, "father"),
)  # fmt: skip
NOTE = Finding(category=Category.SOCIAL_CARE_CIN, type="x", label="In need", detail="Words")


def patient(**changes: Any) -> dict[str, Any]:
    told = {
        "resourceType": "Patient",
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER}],
        "name": [{"family": "Quillfeather", "given": ["Rhys"]}],
        "birthDate": "2012-04-09",
    } | changes
    return {name: value for name, value in told.items() if value is not ...}


def asking(who: Any = None, reason: Any = S47) -> dict[str, Any]:
    parameters = [{"name": "resource", "resource": who or patient()}, {"name": "reason", "valueUri": reason}]
    return {"resourceType": "Parameters", "parameter": parameters}


async def ask(hub: Hub, body: Any, token: str, **headers: str) -> Any:
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content_type": "application/fhir+json", "authorization": f"Bearer {token}"} | headers
    return await hub.send("POST", PATH, told, sent)


def named(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in told["parameter"] if one["name"] == name]


def states(told: dict[str, Any]) -> dict[str, str]:
    parts = [{part["name"]: part for part in one["part"]} for one in named(told, "source")]
    return {one["name"]["valueString"]: one["state"]["valueCode"] for one in parts}


def holds(hub: Hub, source: Any = CARE, *labels: Label, attributes: Attributes = RHYS) -> None:
    records = (INVOLVED, PLAN, OF_THE_FATHER, NOTE)
    hub.held[source][LocalId("1")] = Held(attributes, records, frozenset(labels))


@pytest.fixture
async def token(hub: Hub) -> str:
    return await hub.token(await hub.enrolled())


async def test_a_match_says_who_is_involved_and_how_to_reach_them_and_nothing_else(hub: Hub, token: str) -> None:
    holds(hub)
    reply = await ask(hub, asking(), token)
    assert (reply.status, reply.headers["content-type"]) == (200, "application/fhir+json")
    assert named(reply.json, "match") == [{"name": "match", "valueBoolean": True}]
    assert named(reply.json, "result") == [{"name": "result", "valueCode": "certain"}]
    assert states(reply.json) == {"The care": "KNOWN", "The clinic": "NOT_KNOWN"}
    (contact,) = named(reply.json, "contact")
    assert contact["resource"] == {
        "resourceType": "Organization",
        "name": "The care",
        "telecom": [
            {"system": "phone", "value": "01632 960001", "use": "work"},
            {"system": "email", "value": "duty@care.example", "use": "work"},
            {"system": "other", "value": "Duty desk, 01632 960001 or duty@care.example", "use": "work"},
        ],
        "contact": [
            {
                "purpose": {
                    "text": "Open to children's social care: Assessment team, Derwent City Council; 2026-03-01 to now"
                },
                "name": {"text": "Ada Casework, social worker"},
                "telecom": [
                    {"system": "phone", "value": "01632 960111", "use": "work"},
                    {"system": "other", "value": "01632 960111", "use": "work"},
                ],
            }
        ],
    }
    for kept_back in ("child protection plan", "father", "In need", "Quillfeather", NUMBER):
        assert kept_back not in reply.body.decode()


async def test_evidence_names_the_system_and_the_request_that_partners_kept(hub: Hub, token: str) -> None:
    holds(hub)
    reply = await ask(hub, asking(), token)
    (request,) = named(reply.json, "requestId")
    entries = await hub.evidence(request_id=request["valueString"])
    assert [(one.principal, one.roles, one.purpose, one.outcome) for one in entries] == [
        ("client:health-system", ("partner_system",), "S47", "asked"),
        ("client:health-system", ("partner_system",), "S47", "disclosed"),
    ]
    assert all(hub.partners[CARE].kept)


async def test_somebody_nobody_knows_is_no_match(hub: Hub, token: str) -> None:
    told = (await ask(hub, asking(), token)).json
    assert named(told, "match") == [{"name": "match", "valueBoolean": False}]
    assert named(told, "result") == [{"name": "result", "valueCode": "none"}]
    assert not named(told, "contact")


UNKNOWN = {"name": "match", "_valueBoolean": {"extension": [{
    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}}  # fmt: skip


async def test_a_partner_that_did_not_answer_is_never_told_as_no_match(hub: Hub, token: str) -> None:
    hub.partners[CARE].failing = SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")
    told = (await ask(hub, asking(), token)).json
    assert named(told, "match") == [UNKNOWN]
    assert named(told, "result") == [{"name": "result", "valueCode": "unknown"}]
    assert states(told)["The care"] == "UNAVAILABLE"


async def test_somebody_probable_is_possible_and_a_matter_for_a_person(hub: Hub, token: str) -> None:
    misspelt = Attributes(given_name="Ryhs", family_name="Quillfeather", birth_date=date(2012, 4, 9))
    holds(hub, attributes=misspelt)
    told = (await ask(hub, asking(), token)).json
    assert named(told, "match") == [UNKNOWN]
    assert named(told, "result") == [{"name": "result", "valueCode": "possible"}]
    assert not named(told, "contact")


async def test_somebody_under_witness_protection_is_told_exactly_as_somebody_nobody_knows(hub: Hub, token: str) -> None:
    nobody = (await ask(hub, asking(), token)).json
    holds(hub, CARE, Label.WITNESS_PROTECTION)
    holds(hub, CLINIC)
    hidden = (await ask(hub, asking(), token)).json
    for told in (nobody, hidden):
        told["parameter"] = [one for one in told["parameter"] if one["name"] != "requestId"]
    assert hidden == nobody


async def test_an_owner_whose_agreement_does_not_name_the_asker_withholds(hub: Hub) -> None:
    holds(hub)
    key = await hub.enrolled("school-system", agency=Agency.EDUCATION, organisation="A school", sources=frozenset())
    reply = await ask(hub, asking(), await hub.token(key, "school-system"))
    assert reply.status == 403
    coding = reply.json["issue"][0]["details"]["coding"]
    assert {"code": "agreement-does-not-cover-recipient"} in coding


async def test_the_callers_own_request_id_gives_the_same_enquiry_again(hub: Hub, token: str) -> None:
    holds(hub)
    for _ in range(2):
        assert (await ask(hub, asking(), token, x_request_id="c0ffee")).status == 200
    assert len({one.enquiry_id for one in await hub.evidence(kind="view")}) == 1
    other = await ask(hub, asking(patient(birthDate="2013-01-01")), token, x_request_id="c0ffee")
    assert (other.status, other.json["issue"][0]["code"]) == (409, "conflict")


async def test_both_names_of_the_parameter_and_both_types_are_read(hub: Hub, token: str) -> None:
    for name in ("resource", "patient"):
        body = asking()
        body["parameter"][0]["name"] = name
        for kind in ("application/fhir+json", "application/json", "application/fhir+json; charset=utf-8"):
            assert (await ask(hub, body, token, content_type=kind)).status == 200, (name, kind)
        for kind in ("application/fhir+xml", "text/plain", "application/jsonx"):
            assert (await ask(hub, body, token, content_type=kind)).status == 415, (name, kind)


async def test_former_names_and_a_birth_year_are_searched_by(hub: Hub, token: str) -> None:
    holds(hub)
    names = [{"family": "Other", "given": ["R"], "use": "old"}, {"family": "Quillfeather", "given": ["Rhys"]}]
    told = (await ask(hub, asking(patient(name=names, birthDate="2012")), token)).json
    assert named(told, "result")[0]["valueCode"] == "certain"


async def test_a_person_asks_in_the_hub_itself(hub: Hub) -> None:
    reply = await ask(hub, asking(), person_token(hub.now()))
    assert (reply.status, reply.json["issue"][0]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("sent", ["", "Bearer x", "Basic eDp5"])
async def test_a_stranger_is_told_to_sign_in(hub: Hub, sent: str) -> None:
    reply = await hub.send("POST", PATH, b"{}", {"authorization": sent, "content-type": "application/fhir+json"})
    assert (reply.status, reply.json["issue"][0]["code"], reply.headers["www-authenticate"]) == (401, "login", "Bearer")


async def test_a_reason_that_stands_for_no_purpose_is_unprocessable_and_those_that_do_are_told(
    hub: Hub, token: str
) -> None:
    reply = await ask(hub, asking(reason="https://www.legislation.gov.uk/ukpga/1989/41/section/17"), token)
    (issue,) = reply.json["issue"]
    assert (reply.status, issue["code"], S47 in issue["details"]["text"]) == (422, "code-invalid", True)
    assert not await hub.evidence(kind="openEnquiry")


BAD: dict[str, tuple[Any, int]] = {
    "not JSON": (b"{", 400),
    "a repeated key": (b'{"resourceType": "Parameters", "resourceType": "Parameters"}', 400),
    "deep as a well": (b'{"a":' * 100 + b"1" + b"}" * 100, 400),
    "too much": (b"x" * 70_000, 413),
    "a list": ([], 400),
    "another resource": ({"resourceType": "Bundle"}, 400),
    "nobody": ({"resourceType": "Parameters", "parameter": []}, 400),
    "no reason": ({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient()}]}, 400),
    "a reason that is text": (asking(reason=7), 400),
    "a parameter nobody reads": (
        asking() | {"parameter": [*asking()["parameter"], {"name": "count", "valueInteger": 5}]},
        400,
    ),
    "two patients": (asking() | {"parameter": [*asking()["parameter"], asking()["parameter"][0]]}, 400),
    "somebody who is no patient": (asking({"resourceType": "Person"}), 400),
    "a modifier": (asking(patient(modifierExtension=[{}])), 400),
    "nothing to search by": (asking(patient(identifier=..., birthDate=...)), 400),
    "a number that is none": (
        asking(patient(identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "1234567890"}])),
        400,
    ),
    "two numbers": (
        asking(
            patient(
                identifier=[
                    {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER},
                    {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991000011"},
                ]
            )
        ),
        400,
    ),
    "a birth date that is none": (asking(patient(birthDate="2012-13-40")), 400),
    "a birth date in words": (asking(patient(birthDate="spring")), 400),
    "a name that is a number": (asking(patient(name=[{"family": 7}])), 400),
}


async def test_what_cannot_be_read_is_refused_in_words_and_repeats_nothing(hub: Hub, token: str) -> None:
    for what, (body, status) in BAD.items():
        reply = await ask(hub, body, token)
        (issue,) = reply.json["issue"]
        told = (reply.status, reply.json["resourceType"], issue["severity"])
        assert told == (status, "OperationOutcome", "error"), what
        assert issue["details"]["text"], what
        assert issue["diagnostics"].startswith("Reference "), what
        assert b"Quillfeather" not in reply.body, what
        assert NUMBER.encode() not in reply.body, what


async def test_without_evidence_nothing_is_told(hub: Hub, token: str) -> None:
    holds(hub)
    await hub.services.audit.close()
    reply = await ask(hub, asking(), token)
    assert (reply.status, reply.json["issue"][0]["code"]) == (503, "transient")
