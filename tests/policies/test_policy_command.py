"""``hub policy`` as somebody at a terminal meets it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli.policy import app
from hub.domain.codes import PurposeCode
from hub.policy.facts import DECIDABLE

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def run():
    return lambda *words: CliRunner(env={"COLUMNS": "200"}).invoke(app, list(words))


def test_check_prints_which_policy_decided_each_case(run):
    told = run("check")
    assert told.exit_code == 0
    assert "A screening officer sees no headline flags" in told.output
    assert "role-does-not-reach-tier" in told.output
    assert "every policy decides a case each way" in told.output


def test_check_fails_on_a_folder_with_a_fault(run, copied):
    (copied / "labels.cedar").write_text("permit (")
    told = run("check", "--policies", str(copied))
    assert told.exit_code == 1
    assert "labels.cedar" in told.output
    report = json.loads(run("check", "--policies", str(copied), "--json").output)
    assert report["faults"]
    assert report["cases"] == []


def test_explain_says_what_is_shown_and_why(run):
    told = run("explain", "--as", "screening_officer", "--purpose", "SCREEN")
    assert told.exit_code == 0
    assert "health.cp-is" in told.output
    assert "role-does-not-reach-tier: The role uses this purpose" in told.output
    assert "Supposes that an agreement covering everything" in told.output


def test_explain_as_json_is_total(run):
    told = run(
        *("explain", "--as", "partner_rep", "--agency", "police", "--purpose", "S47", "--subject", "network_adult"),
        *("--label", "LOCATION_AT_RISK", "--label", "THIRD_PARTY", "--glass-broken", "--json"),
    )
    answer = json.loads(told.output)
    assert [row["category"] for row in answer["verdicts"]] == list(DECIDABLE)
    assert all(row["policies"] for row in answer["verdicts"])
    shown = {row["category"] for row in answer["verdicts"] if row["permitted"]}
    assert "police.missing" in shown
    assert not shown & {"health.cp-is", "identity.whereabouts", "police.crimes"}


def test_explain_with_a_fault_in_the_folder_exits_with_a_sentence(run, tmp_path):
    told = run("explain", "--as", "auditor", "--purpose", "S47", "--policies", str(tmp_path))
    assert told.exit_code == 1
    assert "no *.cedar file" in told.output


def test_the_checked_in_matrix_is_what_the_engine_decides_today(run, tmp_path):
    page = tmp_path / "matrix.md"
    assert run("matrix", "--write", str(page)).exit_code == 0
    fresh = page.read_text()
    assert (DOCS / "policy-matrix.md").read_text() == fresh, "run: hub policy matrix --write docs/policy-matrix.md"


def test_matrix_as_json_is_total_for_every_role_that_uses_a_purpose(run):
    rows = json.loads(run("matrix", "--json").output)
    assert {len(row["verdicts"]) for row in rows} == {len(DECIDABLE)}
    assert {row["purpose"] for row in rows} == set(PurposeCode)


def test_the_guide_names_every_policy_file_and_every_field_of_the_purposes_table():
    guide = (DOCS / "policy-guide.md").read_text()
    for file in (DOCS.parent / "policies").glob("*.cedar"):
        assert f"`{file.name}`" in guide, file.name
    for field in (
        "reach",
        "on_release",
        "break_glass",
        "agencies",
        "flags_of",
        "needs_family_agreement",
        "partner_reps",
    ):
        assert f"`{field}`" in guide, field
