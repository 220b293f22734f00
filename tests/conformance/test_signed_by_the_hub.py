"""A source tested in the hub: the report that it signs is anybody's to read and to verify, and not to alter."""

import json
from pathlib import Path

import pytest

from hub.conformance.report import decoded
from hub.connectors.manifest import canonical
from hub.connectors.manifests import read_manifest
from hub.domain.documents import digest
from tests.fixtures.command_line import Command, Ended
from tests.fixtures.partnership import RunningPartnership

REPORT = """
query Report($source: ID!, $version: Int) {
  conformanceReport(source: $source, version: $version) { source version outcome digest signature json html }
}
"""


@pytest.fixture
def tested(partners: RunningPartnership, hub: str, command: Command, tmp_path: Path) -> Path:
    """Test social care in the hub, and fetch the signed report."""
    asked = ("--as", "connector_admin", "--state", str(partners.state))
    ended = command("source", "test", "social-care", *asked)
    assert ended.code == 0, (ended.out, ended.err)
    file = tmp_path / "signed.json"
    ended = command(
        "connector", "report", "social-care", "--out", str(file), "--html", str(tmp_path / "r.html"), *asked
    )
    assert ended.code == 0, ended.err
    return file


def test_a_report_signed_by_the_hub_verifies_and_fits_the_manifest_and_altered_it_does_not(
    partners: RunningPartnership, hub: str, tested: Path, command: Command
):
    manifest = partners.state / "manifests" / "social-care.toml"

    def verify(*more: str) -> Ended:
        return command("connector", "verify", str(tested), "--hub", hub, *more)

    ended = verify("--manifest", str(manifest))
    assert ended.code == 0, ended.err
    assert "Signed by the hub" in ended.out
    assert "about social-care.toml as it stands" in " ".join(ended.out.split())
    assert "Signed by the hub" in (tested.parent / "r.html").read_text()
    assert verify("--manifest", str(partners.state / "manifests" / "health.toml")).code == 1
    told = json.loads(tested.read_text())
    tested.write_text(json.dumps({**told, "report": told["report"].replace('"passed"', '"failed"', 1)}))
    altered = verify()
    assert altered.code == 1
    assert "report-altered" in altered.err


def test_whoever_reads_the_register_reads_the_report_and_nobody_else(partners: RunningPartnership, tested: Path):
    told = partners.caller("ig_lead").ask(REPORT, {"source": "social-care"})["conformanceReport"]
    manifest = read_manifest(partners.state / "manifests" / "social-care.toml")
    assert (told["source"], told["version"], told["outcome"]) == ("social-care", 1, "PASSED")
    assert told["digest"] == digest(canonical(manifest)) == decoded(told["json"].encode()).manifest.digest
    assert told["html"].startswith("<!doctype html>")
    asked = {"source": "social-care", "version": 7}
    assert partners.caller("ig_lead").ask(REPORT, asked)["conformanceReport"] is None
    assert partners.caller("ig_lead").ask(REPORT, {"source": "nothing"})["conformanceReport"] is None
    stranger = partners.caller("p-connector-admin-education")
    assert stranger.ask(REPORT, {"source": "social-care"})["conformanceReport"] is None
