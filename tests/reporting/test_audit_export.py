"""Taking the log out: whole, in order, resumable, decided and recorded; and no more than whoever may."""

import asyncio
import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reporting_hub import ReportingHub, Tokens

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.reader import PAGE
from hub.audit_exports.csv_rows import COLUMNS, read_cell
from hub.audit_exports.export import ExportAsked, audit_export
from hub.audit_exports.formats import FORMATS, format_named
from hub.cli.audit_export import resume_after
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import nhs_number
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.errors import BadInput
from hub.exchange.audit_export import PATH, AuditExportDoor
from hub.gate.sign_in import SignIn
from hub.outbound import PartnerHttp
from hub.services import Services
from tests.audit.audit_samples import CANARIES
from tests.fixtures.loopback import Serve

CHILD = PersonReference(
    nhs_number=nhs_number("999 100 0003"), given_name="Zebedee", family_name="Quillfeather", birth_date=date(2015, 6, 7)
)
SPREADSHEET = '=HYPERLINK("http://evil.example","click")\n@SUM(1)'
AUDITOR, CSV = {"Authorization": "Bearer auditor"}, ExportAsked("csv")
UNUSABLE = [
    ({"format": "xml"}, "export-format"),
    ({}, "export-format"),
    ({"format": "csv", "after": "-1"}, "export-after"),
    ({"format": "csv", "after": "1e3"}, "export-after"),
    ({"format": "csv", "from": "2026-01-01T00:00:00"}, "time-zone"),
    ({"format": "csv", "from": "yesterday"}, "time-zone"),
    ({"format": "csv", "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "export-period"),
    ({"format": "csv", "subject": "9991000003"}, "export-query"),
]
LISTED = ["fhir", "ocsf", "csv"]


async def some_evidence(hub: ReportingHub, looks: int = 3) -> None:
    """Reads, acts of people with awkward ids, and refusals."""
    for _ in range(looks):
        await hub.looked(CHILD, PurposeCode.SCREEN)
    odd = Principal(SPREADSHEET, "-1+1", Agency.HEALTH, frozenset({Role.PARTNER_REP}))
    await hub.acted(Action.OPEN_ENQUIRY, principal=odd, reference=CHILD, reasons=("+plus", "'quoted", "back\\slash"))
    await hub.acted(Action.SIGN_IN, principal=None, outcome="refused", reasons=("token-expired",))


def indexes(name: str, body: bytes) -> list[int]:
    """Which entries an export holds, in the order of its lines."""
    kind = FORMATS[name]
    return [kind.index_of(line) for line in body.splitlines(keepends=True) if line != kind.head]


@pytest.mark.parametrize("name", LISTED)
async def test_every_entry_is_there_once_and_in_order(hub: ReportingHub, name: str) -> None:
    await some_evidence(hub)
    before = hub.services.audit.size
    status, body = await hub.exported(format=name)
    assert status == 200
    assert indexes(name, body) == list(range(before))
    assert body.endswith(b"\n")


@pytest.mark.parametrize("name", LISTED)
async def test_nobody_is_named_in_an_export(hub: ReportingHub, name: str) -> None:
    await some_evidence(hub)
    _, body = await hub.exported(format=name)
    assert [canary for canary in CANARIES if canary in body] == []
    subject = (await hub.evidence(kind="view"))[0].subject
    assert subject is not None
    assert subject.encode() in body


async def test_an_export_is_recorded_once_with_its_range_before_its_first_byte(hub: ReportingHub) -> None:
    await some_evidence(hub)
    end = hub.services.audit.size
    _, body = await hub.exported("dpo", format="csv", after="1", **{"from": "2026-03-04T00:00:00+00:00"})
    (line,) = await hub.evidence(kind="auditExport")
    assert line.index == end
    assert line.principal == "the-dpo"
    told = {"format:csv", "after:1", f"before:{end}", "from:2026-03-04T00:00:00Z", "reviewers-export-the-log"}
    assert set(line.reasons) == told
    assert indexes("csv", body)[0] == 2


async def test_nobody_else_exports_the_log(one_hub: ReportingHub) -> None:
    for role in ("mash_social_worker", "connector_admin", "caldicott_guardian", "partner_system"):
        status, body = await one_hub.exported(role, format="csv")
        assert (status, json.loads(body)["code"]) == (403, "FORBIDDEN")
    lines = await one_hub.evidence(kind="auditExport")
    assert [one.outcome for one in lines] == ["refused"] * 4
    assert (await one_hub.exported("nobody", format="csv"))[0] == 401


async def test_an_export_that_cannot_be_is_refused_in_words(one_hub: ReportingHub) -> None:
    for asked, rule in UNUSABLE:
        status, body = await one_hub.exported(**asked)
        assert (status, json.loads(body)["reasons"]) == (400, [rule]), asked
        assert b"9991000003" not in body


async def test_a_period_holds_what_is_in_it_and_nothing_else(hub: ReportingHub) -> None:
    await hub.looked(CHILD, PurposeCode.SCREEN)
    hub.clock.move(days=1)
    middle = hub.clock().isoformat()
    await hub.looked(CHILD, PurposeCode.SCREEN)
    hub.clock.move(days=1)
    await hub.looked(CHILD, PurposeCode.SCREEN)
    _, body = await hub.exported(format="ocsf", **{"from": middle, "to": hub.clock().isoformat()})
    assert indexes("ocsf", body) == [2, 3]


@pytest.mark.parametrize("name", LISTED)
async def test_a_file_cut_anywhere_is_gone_on_with_without_a_gap_or_a_repeat(
    hub: ReportingHub, name: str, tmp_path: Path
) -> None:
    await some_evidence(hub)
    _, whole = await hub.exported(format=name)
    kind, file = format_named(name), tmp_path / "export"
    wanted = indexes(name, whole)
    starts = {0, 1, len(kind.head), len(kind.head) + 1, *range(0, len(whole), max(1, len(whole) // 7)), len(whole)}
    for cut in sorted(starts):
        file.write_bytes(whole[:cut])
        with file.open("r+b") as opened:
            after = resume_after(opened, kind)
            if after is not None and after >= wanted[-1]:
                continue
            rest = await hub.exported(format=name, **({} if after is None else {"after": str(after)}))
            opened.write(rest[1])
        assert indexes(name, file.read_bytes())[: len(wanted)] == wanted, cut
        assert file.read_bytes().startswith(kind.head)


def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    for name in LISTED:
        file.write_bytes(b"Dear all,\nyours sincerely\n")
        with file.open("r+b") as opened, pytest.raises(BadInput, match="no export"):
            resume_after(opened, FORMATS[name])
        assert file.read_bytes() == b"Dear all,\nyours sincerely\n"


async def test_csv_comes_back_exactly_and_runs_no_formula(hub: ReportingHub) -> None:
    await some_evidence(hub, looks=1)
    _, body = await hub.exported(format="csv")
    rows = list(csv.reader(io.StringIO(body.decode())))
    assert tuple(rows[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell] == []
    read = [dict(zip(COLUMNS, map(read_cell, row), strict=True)) for row in rows[1:]]
    entries = (await hub.evidence())[:-1]  # the last is of this export itself
    assert [row["principal"] for row in read] == [one.principal for one in entries]
    assert [row["reasons"] for row in read] == ["; ".join(one.reasons) for one in entries]
    assert [row["leaf_hash"] for row in read] == [one.hash.hex() for one in entries]
    assert SPREADSHEET in [row["principal"] for row in read]


async def many(hub: ReportingHub, hundreds: int) -> None:
    """A log that does not fit into one page."""
    for hundred in range(hundreds):
        acts = (
            Act(action=Action.LIST_SOURCES, request_id=f"{hundred}-{one}", outcome=Outcome.DONE, policy_version="1")
            for one in range(100)
        )
        await asyncio.gather(*map(hub.services.audit.record, acts))


async def test_a_long_log_is_streamed_a_page_at_a_time(hub: ReportingHub, serve: Serve) -> None:
    await many(hub, hundreds=12)
    http = PartnerHttp(await serve(hub.app), max_bytes=0)
    try:
        async with http.streamed(PATH, params={"format": "csv"}, headers=AUDITOR) as reply:
            chunks = [chunk async for chunk in reply.chunks]
    finally:
        await http.close()
    assert indexes("csv", b"".join(chunks)) == list(range(1200))
    auditor = Principal("x", "X", Agency.SOCIAL_CARE, frozenset({Role.AUDITOR}))

    async def again() -> tuple[Principal, Services]:
        return auditor, hub.services

    pages = audit_export(auditor, CSV, hub.services, again)
    assert [chunk.count(b"\n") async for chunk in (await pages).chunks] == [1, PAGE, PAGE, 201]


async def test_nobody_without_a_token_takes_a_place(one_hub: ReportingHub) -> None:
    door, told = AuditExportDoor(at_once=0), list[int]()
    door.open(one_hub.services, SignIn(Tokens(), one_hub.services, 5))  # type: ignore[arg-type]

    async def keep(message: Any) -> None:
        told.append(message.get("status", 0))

    await door({"type": "http", "method": "GET", "query_string": b"", "headers": []}, asyncio.Event().wait, keep)  # type: ignore[arg-type]
    assert told[0] == 401
