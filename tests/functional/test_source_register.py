"""The register through the public door of a running hub, as the people and systems of a partnership use it."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.cli.client import Refused
from tests.fixtures.command_line import Command, Ended
from tests.fixtures.partnership import RunningPartnership, answer_of
from tests.onboarding.joining import MANIFEST

REP = "p-partner-rep-probation"
Hub = Callable[..., Ended]


@pytest.fixture
def hub(partnership: RunningPartnership, command: Command) -> Hub:
    """Run ``hub source`` as somebody of the demo."""

    def run(*words: str, role: str = "connector_admin") -> Ended:
        return command("source", *words, "--as", role, "--state", str(partnership.state), COLUMNS="160")

    return run


def told(ended: Ended) -> dict:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.fixture
def draft(hub: Hub, tmp_path: Path) -> dict:
    (tmp_path / "schools.toml").write_text(MANIFEST)
    return told(hub("register", str(tmp_path / "schools.toml"), "--json"))


def test_what_the_operator_declares_stands_in_the_register(partnership: RunningPartnership, hub: Hub):
    partnership.view()
    versions = told(hub("list", "--json"))
    declared = {one["source"]: (one["state"], one["registeredBy"]) for one in versions if one["origin"] == "file"}
    assert set(declared) == {"social-care", "health", "youth-justice", "probation"}
    assert set(declared.values()) == {("LIVE", "operator")}
    listed = hub("list")
    assert "social-care@1" in listed.out
    assert "not tested" in listed.out


def test_its_owner_suspends_a_source_and_the_next_question_says_so(partnership: RunningPartnership, hub: Hub):
    assert answer_of(partnership.view(), "probation")["state"] == "KNOWN"
    try:
        suspended = hub("suspend", "probation", "--reason", "The case system is restored from a backup", role=REP)
        assert suspended.code == 0, suspended.err
        assert "Suspended by its owner: The case system is restored" in suspended.out
        answer = answer_of(partnership.view(), "probation")
        assert answer["state"] == "UNAVAILABLE"
        assert "is suspended" in answer["explanation"]
        assert "phone" in answer["explanation"]
        lifted = hub("resume", "probation", "--reason", "I am sure", role="ig_lead")
        assert (lifted.code, "suspension-is-lifted-by-its-side" in lifted.err) == (1, True)
    finally:
        assert told(hub("resume", "probation", "--reason", "Restored", "--json", role=REP))["state"] == "LIVE"
    assert answer_of(partnership.view(), "probation")["state"] == "KNOWN"


def test_who_works_with_children_suspends_nothing(partnership: RunningPartnership):
    suspend = 'mutation { suspendSource(id: "health", reason: "no") { state } }'
    with pytest.raises(Refused) as refusal:
        partnership.caller("mash_social_worker").ask(suspend, {})
    assert refusal.value.reasons == ("role-does-not-suspend-this-source",)


def test_a_draft_is_in_nobodys_answer_and_waits_for_its_steps(partnership: RunningPartnership, hub: Hub, draft: dict):
    assert (draft["id"], draft["conformance"]) == ("schools@1", None)
    assert {one["source"]["id"] for one in partnership.view()["sources"]}.isdisjoint({"schools"})
    assert told(hub("submit", "schools", "--json"))["state"] == "SUBMITTED"
    refused = hub("approve", "schools", role="ig_lead")
    assert refused.code == 1
    assert "approval-needs-conformance, approval-needs-agreement" in " ".join(refused.err.split())
    assert "This version has not been tested." in " ".join(refused.err.split())
    shown = hub("show", "schools@1")
    assert "DRAFT → SUBMITTED" in shown.out
    assert "No calls in these hours." in shown.out


def test_a_secret_is_given_by_standard_input_or_a_file_and_shown_nowhere(
    hub: Hub, draft: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin", io.StringIO("CANARY-SECRET\n"))
    done = hub("secret", draft["source"], "schools")
    assert (done.code, "CANARY" in done.out + done.err) == (0, False)
    (tmp_path / "secret").write_text("CANARY-FILE\n")
    assert hub("secret", "schools", "schools", "--from-file", str(tmp_path / "secret")).code == 0
    assert "CANARY" not in hub("show", "schools", "--json").out
    unnamed = hub("secret", "schools", "another", "--from-file", str(tmp_path / "secret"))
    assert (unnamed.code, "It names: schools." in unnamed.err) == (1, True)


def test_how_a_source_does_is_told_from_its_calls(partnership: RunningPartnership, hub: Hub):
    partnership.view()
    calls = 0
    while not calls:  # kept every few seconds
        health = told(hub("show", "health", "--json"))["health"]
        calls = sum(one["answered"] for one in health)
    assert all(one["slowestMs"] >= one["meanMs"] for one in health)
    assert "answered, mean" in hub("show", "health").out


def test_a_bearer_of_a_token_asks_any_hub(partnership: RunningPartnership, command: Command, tmp_path: Path):
    token = tmp_path / "token"
    token.write_text(partnership.caller("auditor").token + "\n")
    by_file = command("source", "list", "--url", partnership.url, "--token-file", str(token), "--json")
    assert told(by_file)
    by_word = command("source", "list", "--url", partnership.url, "--json", HUB_TOKEN=token.read_text())
    assert told(by_word) == told(by_file)
    token.write_text("\n")
    assert "token file is empty" in command("source", "list", "--url", partnership.url, "--token-file", str(token)).err
    assert "--as" in command("source", "list", "--state", str(partnership.state)).err
