"""Destroying content: two people, in the log first, gone for good, proofs holding; and completed whatever happens."""

import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest
from asking_for_reports import BY_NAME, BY_UPN, CHILD, NUMBER, TWIN, report
from reporting_hub import ReportingHub, reporting_hub
from stored_log import Rows

from hub.audit.checking.check import Known, check_log
from hub.audit.leaves import conninfo, sqlite_path
from hub.audit.merkle import verify_inclusion
from hub.audit.notes import parse_checkpoint, parse_note
from hub.audit.reader import Content
from hub.audit.shredding import Shredder, named_keys
from hub.cli.audit_shred import CONFIRM, PROPOSE
from hub.domain.acts import Action
from hub.domain.codes import PurposeCode
from hub.domain.retention import RetentionRules, months_before
from hub.keys import FileKeys

MONTHS = {"before": "2026-05"}


@pytest.fixture
def rows(url: str) -> Rows:
    return Rows(url)


async def two_years(hub: ReportingHub) -> None:
    """Looks in March 2026 and in March 2033, when the first may go."""
    await hub.looked(CHILD, PurposeCode.SCREEN)
    await hub.looked(TWIN, PurposeCode.SCREEN)
    await hub.looked(TWIN, PurposeCode.S47)
    await hub.acted(Action.LIST_SOURCES)
    hub.clock.move(days=366 * 7 + 60)
    await hub.looked(CHILD, PurposeCode.SCREEN)


async def proposed(hub: ReportingHub, role: str = "dpo", **scope: str) -> dict[str, Any]:
    told = await hub.ask(role, PROPOSE, input=scope or MONTHS)
    assert "errors" not in told, told
    found: dict[str, Any] = told["data"]["proposeShredding"]
    return found


async def confirmed(hub: ReportingHub, proposal: str, role: str = "ig_lead", **person: str) -> dict[str, Any]:
    told = await hub.ask(role, CONFIRM, id=proposal, person=person or None)
    assert "errors" not in told, told
    found: dict[str, Any] = told["data"]["confirmShredding"]
    return found


async def refusal(hub: ReportingHub, role: str, query: str, **variables: Any) -> list[str]:
    told = await hub.ask(role, query, **variables)
    reasons: list[str] = told["errors"][0]["extensions"]["reasons"]
    return reasons


async def test_what_is_past_its_time_goes_and_the_rest_stays(hub: ReportingHub, rows: Rows) -> None:
    await two_years(hub)
    before = {one.index: one for one in await hub.evidence()}
    proposal = await proposed(hub)
    assert proposal["months"] == [{"month": "2026-03", "keys": 1, "entries": 2}]
    assert proposal["kept"] == 1  # the twin's month holds a child protection enquiry
    assert (await confirmed(hub, proposal["id"]))["entries"] == 2
    after = {one.index: one for one in await hub.evidence()}
    assert [index for index, one in after.items() if one.content is Content.DESTROYED] == [0, 1]
    assert all(after[index].hash == before[index].hash for index in before)
    assert after[0].principal == ""
    assert (
        rows("SELECT principal, subject, purpose, enquiry, sources, leaf FROM audit_leaves WHERE idx < 2")
        == [("", None, None, None, "", b"")] * 2
    )
    assert rows("SELECT count(*) FROM audit_also WHERE idx < 2") == [(0,)]
    assert (await report(hub)).indexes == [8]  # of March 2033, found as before


async def test_the_log_names_every_key_before_it_goes(hub: ReportingHub, rows: Rows) -> None:
    await two_years(hub)
    keys = {key for (key,) in rows("SELECT id FROM audit_keys WHERE period = '2026-03' AND subject <> ''")}
    proposal = await proposed(hub)
    await confirmed(hub, proposal["id"])
    acts = await hub.evidence(kind="shredAudit")
    assert [one.outcome for one in acts] == ["asked", "done", "done"]
    asked, named, finished = acts
    assert (asked.principal, named.principal) == ("the-dpo", "the-ig_lead")
    assert f"proposal:{asked.index}" in named.reasons
    gone = set(named_keys(named.reasons))
    assert gone < keys
    left = {key for (key,) in rows("SELECT id FROM audit_keys WHERE period = '2026-03' AND subject <> ''")}
    assert left == keys - gone
    assert "finished" in finished.reasons
    (line,) = [one for one in await hub.evidence(kind="confirmShredding") if one.outcome == "done"]
    assert "another-protection-officer-confirms-destruction" in line.reasons


async def test_proofs_from_before_and_after_hold(hub: ReportingHub) -> None:
    await two_years(hub)
    early = await hub.services.audit.proofs.bundle([0, 1])
    hashes = {one.index: one.hash for one in await hub.evidence()}
    proposal = await proposed(hub)
    await confirmed(hub, proposal["id"])
    late = await hub.services.audit.proofs.bundle([0, 1])
    for proof in (early, late):
        told = parse_checkpoint(parse_note(proof.checkpoint).text)
        for one in proof.entries:
            verify_inclusion(one.index, told.size, hashes[one.index], one.path, told.root)
    assert [one.leaf is None for one in (*early.entries, *late.entries)] == [False, False, True, True]


async def test_one_persons_content_goes_and_nobody_elses(hub: ReportingHub) -> None:
    await two_years(hub)
    hub.clock.move(days=470)
    proposal = await proposed(hub, nhsNumber=NUMBER)
    assert [one["month"] for one in proposal["months"]] == ["2026-03", "2033-05"]
    await confirmed(hub, proposal["id"], nhsNumber=NUMBER)
    gone = [one.index for one in await hub.evidence() if one.content is Content.DESTROYED]
    assert gone == [0, 1, 7, 8]


async def test_a_month_that_is_not_over_stays(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.FEEDBACK)
    assert await refusal(one_hub, "dpo", PROPOSE, input={"before": "2026-04"}) == ["shred-open"]
    assert "nothing-to-destroy" in await refusal(one_hub, "dpo", PROPOSE, input={"nhsNumber": NUMBER})
    assert await refusal(one_hub, "dpo", PROPOSE, input={"before": "2026-13"}) == ["shred-month"]
    assert await refusal(one_hub, "dpo", PROPOSE, input={}) == ["shred-scope"]


async def test_nobody_destroys_evidence_alone(one_hub: ReportingHub) -> None:
    await two_years(one_hub)
    proposal = (await proposed(one_hub))["id"]
    assert await refusal(one_hub, "dpo", CONFIRM, id=proposal) == ["nobody-confirms-their-own-destruction"]
    assert await refusal(one_hub, "auditor", CONFIRM, id=proposal) == [
        "destruction-is-confirmed-by-protection-officers"
    ]
    assert await refusal(one_hub, "auditor", PROPOSE, input=MONTHS) == [
        "destruction-is-proposed-by-protection-officers"
    ]
    assert await refusal(one_hub, "ig_lead", CONFIRM, id="made-up") == ["no-such-proposal"]
    assert all(one.content is Content.WHOLE for one in await one_hub.evidence())


async def test_a_proposal_is_confirmed_once_in_time_and_as_it_was(one_hub: ReportingHub) -> None:
    await two_years(one_hub)
    proposal = (await proposed(one_hub))["id"]
    one_hub.clock.move(days=8)
    assert "proposal-old" in await refusal(one_hub, "ig_lead", CONFIRM, id=proposal)
    fresh = (await proposed(one_hub))["id"]
    await confirmed(one_hub, fresh)
    assert "proposal-overtaken" in await refusal(one_hub, "ig_lead", CONFIRM, id=fresh)


async def test_what_was_broken_off_or_put_back_goes_at_the_next_start(url: str, keys: FileKeys, tmp_path: Path) -> None:
    """A kill between naming and destroying, and a backup's keys: both are keys that the log says are gone."""
    rows = Rows(url)
    async with reporting_hub(url, keys) as hub:
        await two_years(hub)
        kept = rows("SELECT id, subject, period, sealed FROM audit_keys")
        columns = "idx, request_id, principal, subject, purpose, leaf"
        leaves = rows(f"SELECT {columns} FROM audit_leaves WHERE idx < 2")  # noqa: S608
        proposal = await proposed(hub)
        await confirmed(hub, proposal["id"])
    put_back(url, kept, leaves)
    async with reporting_hub(url, keys) as hub:
        assert [one.content for one in (await hub.evidence())[:2]] == [Content.WHOLE] * 2
        assert await hub.services.shredder.complete() == 2
        assert [one.content for one in (await hub.evidence())[:2]] == [Content.DESTROYED] * 2
        assert await hub.services.shredder.complete() == 0


def put_back(url: str, kept: list[Any], leaves: list[Any]) -> None:
    """Rows as a backup has them."""
    with sqlite3.connect(sqlite_path(url)) if url.startswith("sqlite") else psycopg.connect(conninfo(url)) as told:
        mark = "?" if url.startswith("sqlite") else "%s"
        for row in kept:
            told.execute(
                f"INSERT INTO audit_keys (id, subject, period, sealed) VALUES ({mark}, {mark}, {mark}, {mark}) "  # noqa: S608
                "ON CONFLICT (id) DO NOTHING",
                row,
            )
        for idx, request, principal, subject, purpose, leaf in leaves:
            told.execute(
                f"UPDATE audit_leaves SET request_id = {mark}, principal = {mark}, subject = {mark}, purpose = {mark}, "  # noqa: S608
                f"leaf = {mark} WHERE idx = {mark}",
                (request, principal, subject, purpose, leaf, idx),
            )
    told.close()


async def test_nothing_of_a_destroyed_key_is_left_in_the_file(tmp_path: Path, keys: FileKeys) -> None:
    url = f"sqlite:///{tmp_path}/audit.db"
    async with reporting_hub(url, keys) as hub:
        await two_years(hub)
        subject = (await hub.evidence())[0].subject
        ((sealed, name),) = Rows(url)(
            f"SELECT sealed, id FROM audit_keys WHERE subject = '{subject}' AND period < '2030'"  # noqa: S608
        )
        assert sealed in written(tmp_path)
        proposal = await proposed(hub, nhsNumber=NUMBER)
        await confirmed(hub, proposal["id"], nhsNumber=NUMBER)
        assert Rows(url)(f"SELECT count(*) FROM audit_keys WHERE id = '{name}'") == [(0,)]  # noqa: S608
        assert sealed not in written(tmp_path)


def written(folder: Path) -> bytes:
    """Every byte of the database's files."""
    return b"".join(file.read_bytes() for file in folder.glob("audit.db*"))


async def test_a_check_of_the_whole_log_stays_green_and_counts_what_is_gone(
    hub: ReportingHub, url: str, keys: FileKeys
) -> None:
    await two_years(hub)
    proposal = await proposed(hub)
    await confirmed(hub, proposal["id"])
    checked = check_log(url, Known(keys), lambda *_: None)
    assert (checked.findings, checked.destroyed) == ((), 2)


async def test_a_key_that_went_without_an_act_is_found(hub: ReportingHub, url: str, rows: Rows, keys: FileKeys) -> None:
    await two_years(hub)
    rows("DELETE FROM audit_keys WHERE period = '2026-03' AND subject <> ''")
    checked = check_log(url, Known(keys), lambda *_: None)
    assert checked.first_bad == 0


def test_periods_are_counted_in_months() -> None:
    assert months_before("2026-03", 3) == "2025-12"
    assert months_before("2026-12", 12) == "2025-12"
    rules = RetentionRules(84, {PurposeCode.S47: 300})
    assert rules.cutoffs("2033-05")["SCREEN"] == "2026-05"
    assert rules.cutoffs("2033-05")["S47"] == "2008-05"
    with pytest.raises(ValueError, match="1 or more"):
        RetentionRules(0)


async def test_a_shared_name_alone_destroys_nothing_where_a_number_is_given(one_hub: ReportingHub) -> None:
    await one_hub.looked(BY_NAME, PurposeCode.SCREEN)
    await one_hub.looked(BY_UPN, PurposeCode.SCREEN)
    one_hub.clock.move(days=470)
    asked = {"nhsNumber": NUMBER, "familyName": "Quillfeather", "birthDate": "2015-06-07"}
    assert "nothing-to-destroy" in await refusal(one_hub, "dpo", PROPOSE, input=asked)


async def test_a_shredder_of_an_empty_log_has_nothing_to_do(url: str, keys: FileKeys) -> None:
    async with reporting_hub(url, keys):
        assert await Shredder(url, keys).complete() == 0
