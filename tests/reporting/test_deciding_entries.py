"""What somebody decides about single entries of a report: never about their own, always with a reason that is kept."""

import asyncio
import hashlib
import json
from pathlib import Path

import pytest
from asking_for_reports import CHILD, NUMBER, decided, report
from reporting_hub import ReportingHub
from typer.testing import CliRunner

from hub.cli import command_line
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.principals import Principal
from hub.domain.review import StaffMarks
from hub.subject_access import report as making
from tests.fixtures.command_line import Command
from tests.fixtures.loopback import Serve

OFFICER = Principal("the-dpo", "Name of dpo", Agency.SOCIAL_CARE, frozenset({Role.DPO}))
SECOND_ID = Principal("the-dpo-at-home", "Name of dpo", Agency.SOCIAL_CARE, frozenset({Role.DPO}))


async def test_nobody_decides_whether_their_own_look_is_told(one_hub: ReportingHub) -> None:
    own = await one_hub.looked(CHILD, PurposeCode.SCREEN, who=OFFICER)
    waits = await one_hub.looked(CHILD, PurposeCode.DA_TRIAGE, who=OFFICER)
    for changes in ({"withhold": decided("CRIME", own)}, {"release": decided("NO_HARM", waits)}):
        refused = await report(one_hub, **changes)
        assert refused.reasons == ["own-entry"], changes
        assert (await one_hub.evidence(kind="subjectAccessReport"))[-1].outcome == "refused"
    assert own not in (await report(one_hub, "ig_lead", withhold=decided("CRIME", own))).indexes


async def test_nobody_decides_about_what_they_did_under_another_id(one_hub: ReportingHub) -> None:
    own = await one_hub.looked(CHILD, PurposeCode.SCREEN, who=SECOND_ID)
    none, one_person = frozenset[str](), frozenset({"one-person"})
    marks = {who.id: StaffMarks(who.id, none, none, none, one_person) for who in (OFFICER, SECOND_ID)}
    object.__setattr__(one_hub.services.review.watched, "marked", marks)
    assert (await report(one_hub, withhold=decided("CRIME", own))).reasons == ["own-entry"]


async def test_what_was_decided_is_kept_with_its_reason(one_hub: ReportingHub) -> None:
    waits = await one_hub.looked(CHILD, PurposeCode.DA_TRIAGE)
    one_hub.clock.move(days=90)
    told = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    made = await report(one_hub, release=decided("ORDERED", waits), withhold=decided("SERIOUS_HARM", told))
    assert made.indexes == [waits]
    (line,) = await one_hub.evidence(kind="subjectAccessReport")
    assert {f"released:{waits}:ORDERED", f"withheld:{told}:SERIOUS_HARM"} <= set(line.reasons)


async def test_a_report_that_is_too_long_is_refused_before_it_is_weighed(
    one_hub: ReportingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await one_hub.looked(CHILD, PurposeCode.SCREEN)
        one_hub.clock.move(days=40)
    monkeypatch.setattr(making, "MOST_ENTRIES", 2)
    monkeypatch.setattr(making, "weigh", None)  # so that it would fail
    assert (await report(one_hub)).reasons == ["report-too-long"]
    monkeypatch.undo()
    monkeypatch.setattr(making, "MOST_ENTRIES", 2)
    assert len((await report(one_hub, to=one_hub.clock().isoformat(), **{"from": "2026-04-01T00:00:00Z"})).indexes) == 2


async def test_one_request_makes_one_report(one_hub: ReportingHub) -> None:
    once = (
        f'subjectAccessReport(input: {{askedBy: SELF, capacity: ABLE, identityChecked: true, nhsNumber: "{NUMBER}"}})'
    )
    told = await one_hub.ask("dpo", f"{{ a: {once} {{ reference }} b: {once} {{ reference }} }}")
    assert told["errors"][0]["extensions"]["reasons"] == ["graphql-cost"]
    assert "errors" not in await one_hub.ask("dpo", f"{{ a: {once} {{ reference }} }}")


@pytest.mark.parametrize("given", ["17", "17=", "17=BECAUSE", "x=NO_HARM"])
def test_the_command_asks_for_a_reason(given: str) -> None:
    words = ("audit", "report", "--asked-by", "SELF", "--capacity", "ABLE", "--out", "nowhere", "--release", given)
    told = CliRunner().invoke(command_line(), words)
    assert told.exit_code != 0
    assert "17=NO_HARM" in str(told.exception or told.output)


async def test_the_command_releases_with_a_reason_and_says_why_others_wait(
    one_hub: ReportingHub, serve: Serve, command: Command, tmp_path: Path
) -> None:
    released = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    waits = await one_hub.looked(CHILD, PurposeCode.S47)
    asked = ("--asked-by", "SELF", "--capacity", "ABLE", "--identity-checked", "--nhs-number", NUMBER)
    given = ("audit", "report", "--url", await serve(one_hub.app), *asked, "--out", str(tmp_path / "r"))
    done = await asyncio.to_thread(command, *given, "--release", f"{released}=NO_HARM", HUB_TOKEN="dpo")
    assert done.code == 0, done.err
    assert f"too-new, child-protection-enquiry ({waits}):" in done.out
    document = json.loads((tmp_path / "r" / "report.json").read_bytes())
    assert [one["index"] for one in document["accesses"]] == [released]
    page = (tmp_path / "r" / "report.html").read_bytes()
    assert hashlib.sha256(page).hexdigest() == document["page_sha256"]
