"""``hub agreement`` at somebody's desk."""

import json
from pathlib import Path
from typing import Any

import pytest
from agreement_samples import document, encoded
from click.testing import Result
from typer.testing import CliRunner

from hub.cli.agreement import app


@pytest.fixture
def file(tmp_path: Path):
    def write(name: str = "agreement.json", **changes: Any) -> str:
        (tmp_path / name).write_bytes(encoded(document(**changes)))
        return str(tmp_path / name)

    return write


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, list(words))


def test_a_document_is_made_ready_signed_and_checked(tmp_path):
    told = document()
    for place, name in enumerate(("A", "B")):
        made = run("key", str(tmp_path / f"{name}.key"))
        assert made.exit_code == 0
        told["parties"][place]["keys"] = [json.loads(made.stdout)]
        assert (tmp_path / f"{name}.key").stat().st_mode & 0o077 == 0
    path = tmp_path / "agreement.json"
    path.write_bytes(encoded(told))
    assert run("sign", str(path), "--as", "A", "--key", str(tmp_path / "A.key")).exit_code == 0
    half = run("validate", str(path))
    assert half.exit_code == 0
    assert "Not signed for: Example Council." in half.output
    assert run("sign", str(path), "--as", "B", "--key", str(tmp_path / "B.key")).exit_code == 0
    [answer] = json.loads(run("validate", str(path), "--json").stdout)
    assert [one["state"] for one in answer["signatories"]] == ["signed", "signed"]
    assert answer["unsigned_parties"] == []
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))
    broken = run("validate", str(path))
    assert broken.exit_code == 1
    assert "is broken" in broken.output


def test_no_private_key_is_printed_and_none_is_overwritten(tmp_path):
    made = run("key", str(tmp_path / "one.key"))
    private = json.loads((tmp_path / "one.key").read_text())["d"]
    assert private not in made.output + made.stderr
    again = run("key", str(tmp_path / "one.key"))
    assert again.exit_code == 1
    assert json.loads((tmp_path / "one.key").read_text())["d"] == private


def test_validate_tells_every_mistake_of_every_file(file, tmp_path):
    bad = file("bad.json", purposes=["S48"], surprise=1, valid_until="2020-01-01")
    told = run("validate", file(), bad)
    assert told.exit_code == 1
    assert "is well formed" in told.output
    for place in ("purposes[0]", "surprise", "valid_until"):
        assert place in told.output
    assert "Did you mean" in told.output


def test_diff_lists_what_opens_and_closes_with_its_days(file):
    rules = document()["rules"]
    wider = file(
        "new.json", version=2, rules=[*rules, {**rules[1], "purposes": ["SCREEN"], "valid_from": "2026-07-01"}]
    )
    told = run("diff", file(), wider, "--json")
    assert told.exit_code == 3
    answer = json.loads(told.stdout)
    assert answer["closed"] == []
    assert {(one["purpose"], one["role"], one["days"]) for one in answer["opened"]} == {
        ("SCREEN", "mash_social_worker", "2026-07-01 to 2026-12-31")
    }
    assert {"health.cp-is", "health.summary"} <= {one["category"] for one in answer["opened"]}
    assert [one["field"] for one in answer["document"]] == ["version"]
    narrower = run("diff", wider, file())
    assert narrower.exit_code == 0
    assert "CLOSES" in narrower.output


def test_explain_names_the_clause(file):
    denies = {"effect": "DENY", "reason": "By phone only.", "categories": ["health.summary"]}
    path = file(exceptions=[denies])
    asks = ("explain", path, "--as", "mash_social_worker", "--purpose", "S47", "--on", "2026-06-15", "--json")
    told = {one["category"]: one for one in json.loads(run(*asks).stdout)["categories"]}
    assert (told["health.gp"]["given"], told["health.gp"]["clause"]) == (True, "rules[0]")
    assert (told["health.cp-is"]["given"], told["health.cp-is"]["clause"]) == (True, "rules[1]")
    assert (told["health.summary"]["given"], told["health.summary"]["clause"]) == (False, "exceptions[0]")
    assert "By phone only." in told["health.summary"]["why"]
    manager = ("explain", path, "--as", "mash_manager", "--purpose", "MAPPA", "--on", "2026-06-15")
    assert "does not name this purpose" in run(*manager).output


def test_compile_is_flat_and_tied_to_the_document(file):
    denies = {"effect": "DENY", "reason": "By phone only.", "categories": ["health.summary"]}
    [told] = json.loads(run("compile", file(exceptions=[denies])).stdout)
    assert len(told["policyVersionId"]) == 64
    assert (told["notBefore"], told["until"]) == ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
    assert [row["effect"] for row in told["rows"][:2]] == ["DENY", "DENY"]
    assert {row["effect"] for row in told["rows"][2:]} == {"ALLOW"}
    assert {(row["purpose"], tuple(row["roles"])) for row in told["rows"] if row["category"] == "health.cp-is"} == {
        ("S47", ("mash_social_worker",))
    }
    [other] = json.loads(run("compile", file(version=2)).stdout)
    assert other["policyVersionId"] != told["policyVersionId"]


def test_odrl_is_an_agreement_with_terms_of_the_data_privacy_vocabulary(file):
    denies = {"effect": "DENY", "reason": "By phone only.", "categories": ["health.summary"], "purposes": ["S47"]}
    told = json.loads(run("odrl", file(exceptions=[denies], conditions=["Handled with care."])).stdout)
    assert told["@type"] == "Agreement"
    assert told["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert "https://w3id.org/dpv/mappings/odrl" in told["profile"]
    assert told["conflict"] == "prohibit"
    assert told["uid"].startswith("urn:")
    assert [one["dpv:hasName"] for one in (*told["assigner"], *told["assignee"])] == [
        "Example Trust",
        "Example Council",
    ]
    uids = [rule["uid"] for rule in (*told["permission"], *told["prohibition"])]
    assert len(uids) == len(set(uids)) == 4  # a rule for both purposes, one for one, one prohibition
    prefixes = set(told["@context"][1])
    for rule in (*told["permission"], *told["prohibition"]):
        assert rule["action"] == "dpv:Consult"
        lefts = [one["leftOperand"] for one in rule["constraint"]]
        assert lefts == ["dpv-odrl:Purpose", "dateTime", "dateTime"]
        purpose = rule["constraint"][0]["rightOperand"]["@id"]
        assert purpose in {one["@id"] for one in told["dpv:hasPurpose"]}
        assert purpose.split(":")[0] in prefixes
        assert rule["target"]["refinement"][0]["rightOperand"]
        assert rule["assignee"]["source"]
    assert {duty["dcterms:description"] for rule in told["permission"] for duty in rule["duty"]} == {
        "Handled with care."
    }
    bases = {one["@id"]: one["dpv:hasLegalBasis"] for one in told["dpv:hasPurpose"]}
    assert {"@id": "eu-gdpr:A9-2-g"} in bases["hub:purpose:SCREEN"]
    assert all(
        "legislation.gov.uk" in law["@id"] for one in told["dpv:hasPurpose"] for law in one["dpv:hasApplicableLaw"]
    )
