"""What those who hold a record are told of who looked at it."""

from typing import Any, NamedTuple

import pytest
from asking_for_reports import CHILD
from reporting_hub import ReportingHub

from hub import telling
from hub.cli.audit_looks import LOOKS
from hub.domain.answers import Answer
from hub.domain.codes import Agency, AnswerState, PurposeCode
from hub.domain.disclosures import Released
from hub.domain.identifiers import SourceId
from hub.schema.paging import cursor_of


class Registered(NamedTuple):
    """What the register says of a source's holder."""

    agency: Agency
    owner: str | None = None


class Register:
    """Two sources, each of one agency."""

    async def get(self, source: SourceId) -> Registered | None:
        return {"health": Registered(Agency.HEALTH), "probation": Registered(Agency.PROBATION)}.get(source)


async def looks(hub: ReportingHub, who: str = "partner_rep@health", source: str = "health") -> dict[str, Any]:
    object.__setattr__(hub.services, "register", Register())
    return await hub.ask(who, LOOKS, source=source)


async def seen(hub: ReportingHub, **asked: str) -> list[dict[str, Any]]:
    told = await looks(hub, **asked)
    assert "errors" not in told, told
    found: list[dict[str, Any]] = told["data"]["looksAtOurRecords"]
    return found


async def test_a_practitioner_reads_who_looked_in_which_role_and_why(hub: ReportingHub) -> None:
    await hub.looked(CHILD, PurposeCode.SCREEN)
    request = (await hub.evidence(kind="view"))[0].request_id
    (one,) = await seen(hub)
    assert one == {
        "at": "2026-03-04T05:06:07+00:00",
        "who": "a social worker",
        "organisation": "children's social care",
        "purpose": "SCREEN",
        "purposeInWords": "Front-door screening",
        "legalBasis": one["legalBasis"],
        "requestId": request,
    }
    assert "Children Act 1989 s17 and s47" in one["legalBasis"]
    (line,) = await hub.evidence(kind="looksAtOurRecords")
    assert (line.principal, line.sources[0].source) == ("the-partner_rep@health", "health")


async def test_what_would_endanger_is_left_out_and_the_answer_does_not_say_so(hub: ReportingHub) -> None:
    await hub.looked(CHILD, PurposeCode.S47, kept_from=("holders", "family"))
    told = await hub.looked(CHILD, PurposeCode.S47, kept_from=("family",))
    found = await seen(hub)
    assert [one["requestId"] for one in found] == [(await hub.evidence())[told].request_id]


async def test_a_look_that_came_to_nothing_here_is_nobodys_to_see(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)  # probation timed out
    nobody = Answer(SourceId("health"), AnswerState.NOT_KNOWN, "Nobody.")
    await one_hub.looked(CHILD, PurposeCode.SCREEN, settled={"released": (Released(nobody),)})
    assert await seen(one_hub, who="partner_rep@probation", source="probation") == []
    assert len(await seen(one_hub)) == 1


async def test_nobody_sees_who_looked_at_anothers_records(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    for who, source, rule in (
        ("partner_rep@probation", "health", "looks-are-shown-to-the-holder-alone"),
        ("mash_social_worker", "health", "looks-are-shown-to-the-holder-alone"),
        ("connector_admin@health", "health", "looks-are-shown-to-practitioners"),
        ("partner_rep@health", "nowhere", "no-such-source"),
    ):
        told = await looks(one_hub, who, source)
        assert rule in told["errors"][0]["extensions"]["reasons"], who
    assert [one.outcome for one in await one_hub.evidence(kind="looksAtOurRecords")] == ["refused"] * 4


async def test_many_looks_come_newest_first_and_no_more_than_asked_for(one_hub: ReportingHub) -> None:
    for _ in range(3):
        await one_hub.looked(CHILD, PurposeCode.SCREEN)
        one_hub.clock.move(hours=1)
    object.__setattr__(one_hub.services, "register", Register())
    told = await one_hub.ask("partner_rep@health", LOOKS, source="health", first=2)
    assert [one["at"][11:13] for one in told["data"]["looksAtOurRecords"]] == ["07", "06"]


async def test_no_document_reads_the_log_over_and_over(one_hub: ReportingHub) -> None:
    once = 'looksAtOurRecords(source: "health", first: 1) { requestId }'
    told = await one_hub.ask("partner_rep@health", f"{{ a: {once} b: {once} c: {once} }}")
    assert "graphql-cost" in told["errors"][0]["extensions"]["reasons"]


async def test_whoever_is_told_nothing_of_many_looks_is_told_where_to_go_on(
    one_hub: ReportingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "PAGE", 1)
    first = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    for _ in range(telling.MOST_PAGES):
        await one_hub.looked(CHILD, PurposeCode.S47, kept_from=("holders",))
    told = await looks(one_hub)
    assert told["errors"][0]["extensions"]["reasons"] == ["looks-go-on"]
    assert f'after: "{cursor_of(first + 2)}"' in told["errors"][0]["message"]
