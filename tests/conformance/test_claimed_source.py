"""A source that claims its requests is tested before it is in use, through its own side and the hub's line."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.conformance.report import Outcome, Report, decoded
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership

SOURCE = "social-care-behind-a-firewall"
REPORT = "query ($source: ID!) { conformanceReport(source: $source) { outcome json } }"


@contextmanager
def agent(partners: RunningPartnership, hub: str, manifest: Path, key: Path) -> Iterator[None]:
    """``hub agent run`` beside the partner's system."""
    words = ["agent", "run", str(manifest), "--hub", hub, "--client-id", SOURCE, "--key", str(key)]
    words += ["--secrets", str(partners.state / "secrets"), "--at-once", "16"]
    process = subprocess.Popen([sys.executable, "-m", "hub.cli", *words], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        assert any(json.loads(line)["event"] == "signed_in" for line in process.stderr)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.mark.slow
def test_it_fails_while_nobody_is_connected_and_passes_through_its_agent(
    partners: RunningPartnership, hub: str, command: Command, tmp_path: Path
):
    asked = ("--as", "connector_admin", "--state", str(partners.state))
    manifest, key, keys = tmp_path / "manifest.toml", tmp_path / "key.json", tmp_path / "keys.json"
    known = (partners.state / "manifests" / "social-care.toml").read_text()
    manifest.write_text('reach = "pull"\n' + known.replace('id = "social-care"', f'id = "{SOURCE}"'))
    keys.write_text(command("client", "key", str(key)).out)
    owner = ("--agency", "social-care", "--organisation", "Derwentbridge City Council", "--source", SOURCE)
    for words in (
        ("source", "register", str(manifest)),
        ("client", "enrol", SOURCE, "--jwks", str(keys), *owner),
        ("source", "submit", SOURCE),
    ):
        ended = command(*words, *asked)
        assert ended.code == 0, ended.err

    assert command("source", "test", SOURCE, *asked).code == 1
    away = report_of(partners)
    assert {one.id for one in away.of(Outcome.FAILED)} == {"lets-in"}
    assert "nobody connected" in away.of(Outcome.FAILED)[0].seen[0]

    with agent(partners, hub, manifest, key):
        ended = command("source", "test", SOURCE, *asked)
    report = report_of(partners)
    assert ended.code == 0, report.hindrances
    assert report.passed
    not_applicable = {one.id for one in report.of(Outcome.NOT_APPLICABLE)}
    assert {"connects", "refuses-wrong-credential", "spoilt-half", "state-unavailable"} <= not_applicable
    tried = {one.id for one in report.of(Outcome.PASSED)}
    assert {"known", "unknown", "identity-echoed", "labels-borne", "categories-shown", "at-once"} <= tried


def report_of(partners: RunningPartnership) -> Report:
    told: dict[str, Any] = partners.caller("ig_lead").ask(REPORT, {"source": SOURCE})
    return decoded(told["conformanceReport"]["json"].encode())
