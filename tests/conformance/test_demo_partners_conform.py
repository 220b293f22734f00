"""The demo's four partners pass their own checks as they are, and fail by name as soon as they misbehave."""

import asyncio
import json
from pathlib import Path

import pytest

from hub.conformance.report import Outcome, decoded
from hub.connectors.manifest import canonical
from hub.connectors.manifests import read_manifest
from hub.demo.behaviour import Behaviour
from hub.demo.partnership import PARTNERS
from hub.domain.documents import digest


def at(partners, name: str):
    return read_manifest(partners.state / "manifests" / f"{name}.toml")


@pytest.mark.parametrize("name", PARTNERS)
async def test_a_partner_of_the_demo_passes_its_own_check(partners, at_the_desk, name):
    manifest = at(partners, name)
    report = await at_the_desk(manifest, partners.state / "secrets")
    assert report.passed, report.hindrances
    untried = {one.id for one in report.of(Outcome.NOT_TRIED)}
    assert untried <= {"too-many", "paging"}
    assert report.manifest.digest == digest(canonical(manifest))
    assert set(report.coverage.records) == {category.value for category in manifest.categories}


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("youth-justice", Behaviour.WRONG_CHILD, "identity-echoed"),
        ("social-care", Behaviour.WRONG_CHILD, "identity-echoed"),
        ("youth-justice", Behaviour.GARBAGE, "lets-in"),
        ("probation", Behaviour.DOWN, "lets-in"),
        ("social-care", Behaviour.DOWN, "lets-in"),
    ],
)
async def test_a_misbehaving_partner_fails_by_name(partners, at_the_desk, name, word, expected):
    partners.behave(name, word)
    try:
        report = await at_the_desk(at(partners, name), partners.state / "secrets")
    finally:
        partners.behave(name, Behaviour.OK)
    assert not report.passed
    assert expected in {one.id for one in report.of(Outcome.FAILED)}


async def test_a_partner_that_never_answers_takes_no_longer_than_one_call(partners, at_the_desk):
    partners.behave("youth-justice", Behaviour.HANG)
    try:
        async with asyncio.timeout(30):
            report = await at_the_desk(at(partners, "youth-justice"), partners.state / "secrets")
    finally:
        partners.behave("youth-justice", Behaviour.OK)
    assert {one.id for one in report.of(Outcome.FAILED)} == {"lets-in"}


async def test_a_partner_that_is_checked_with_a_wrong_secret_says_that_it_was_refused(partners, at_the_desk, tmp_path):
    (tmp_path / "probation").write_text("not-the-secret")
    report = await at_the_desk(at(partners, "probation"), tmp_path)
    (fault,) = report.of(Outcome.FAILED)
    assert fault.id == "lets-in"
    assert "refused the hub's credentials" in fault.seen[0]
    assert "not-the-secret" not in str(report)


def test_the_command_checks_writes_a_page_and_exits_by_the_outcome(partners, command, tmp_path):
    page, secrets = tmp_path / "report.html", partners.state / "secrets"
    manifest = partners.state / "manifests" / "youth-justice.toml"
    ended = command("connector", "check", str(manifest), "--secrets", str(secrets), "--html", str(page), "--json")
    assert ended.code == 0
    assert decoded(ended.out.encode()).passed
    assert "<script" not in page.read_text()
    partners.behave("youth-justice", Behaviour.DOWN)
    ended = command("connector", "check", str(manifest), "--secrets", str(secrets))
    partners.behave("youth-justice", Behaviour.OK)
    assert ended.code == 1
    assert "Mend first" in ended.out


def test_the_command_stops_at_mistakes_and_at_a_missing_secret(partners, command, tmp_path: Path):
    good = (partners.state / "manifests" / "youth-justice.toml").read_text()
    bad = tmp_path / "bad.toml"
    bad.write_text(good.replace('kind = "rest_json"', 'kind = "rest"'))
    ended = command("connector", "check", str(bad))
    assert ended.code == 2
    assert "bad.toml:" in ended.out
    (tmp_path / "good.toml").write_text(good)
    ended = command("connector", "check", str(tmp_path / "good.toml"), "--secrets", str(tmp_path), "--json")
    assert ended.code == 2
    assert [one["id"] for one in json.loads(ended.out)["checks"]] == ["connector-made"]
