"""What keeps an access back from a report is not destroyed while the access stays."""

from asking_for_reports import CHILD, NUMBER, TWIN, report
from reporting_hub import ReportingHub

from hub.audit.reader import Content
from hub.cli.audit_shred import CONFIRM, PROPOSE
from hub.domain.acts import Action
from hub.domain.codes import PurposeCode

MARKED = {"kept_from": ("family",)}


async def shredded(hub: ReportingHub, **scope: str) -> dict[str, int]:
    """Proposed by one and confirmed by another: how many keys went, and how many were spared."""
    told = await hub.ask("dpo", PROPOSE, input=scope)
    if "errors" in told:
        assert told["errors"][0]["extensions"]["reasons"] == ["shred-spared"]
        return {"keys": 0, "spared": -1}
    made = told["data"]["proposeShredding"]
    person = {"nhsNumber": scope["nhsNumber"]} if "nhsNumber" in scope else None
    assert "errors" not in await hub.ask("ig_lead", CONFIRM, id=made["id"], person=person)
    return {"keys": made["keys"], "spared": made["spared"]}


async def gone(hub: ReportingHub) -> list[int]:
    return [one.index for one in await hub.evidence() if one.content is Content.DESTROYED]


async def test_a_mark_stays_while_an_access_stays_that_it_keeps_back(hub: ReportingHub) -> None:
    hub.clock.move(days=55)  # 28 April
    await hub.looked(CHILD, PurposeCode.SCREEN, **MARKED)
    await hub.looked(TWIN, PurposeCode.SCREEN)
    hub.clock.move(days=10)  # in May
    near = await hub.looked(CHILD, PurposeCode.SCREEN)
    hub.clock.move(days=366 * 8)
    assert "near:marked-by-a-source" in (await report(hub)).fates[near][1]
    assert await shredded(hub, before="2026-05") == {"keys": 1, "spared": 1}
    assert await gone(hub) == [2, 3]
    assert near not in (await report(hub)).indexes
    assert await shredded(hub, before="2026-06") == {"keys": 2, "spared": 0}
    assert await gone(hub) == [0, 1, 2, 3, 4, 5]


async def test_by_person_the_same_is_spared(one_hub: ReportingHub) -> None:
    one_hub.clock.move(days=55)
    await one_hub.looked(CHILD, PurposeCode.SCREEN, **MARKED)
    one_hub.clock.move(days=10)
    near = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=450)  # fourteen months after April, and not after May
    assert await shredded(one_hub, nhsNumber=NUMBER) == {"keys": 0, "spared": -1}
    assert near not in (await report(one_hub)).indexes


async def test_a_mark_stays_while_anything_of_its_enquiry_does(one_hub: ReportingHub) -> None:
    one_hub.clock.move(days=55)
    await one_hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry", **MARKED)
    one_hub.clock.move(days=60)
    await one_hub.acted(Action.REVIEW_GLASS, reference=CHILD, enquiry_id="the-enquiry")
    one_hub.clock.move(days=366 * 8)
    assert await shredded(one_hub, before="2026-06") == {"keys": 0, "spared": -1}
    assert await shredded(one_hub, before="2026-07") == {"keys": 2, "spared": 0}


async def test_a_purpose_that_waits_without_end_keeps_what_is_near_to_it(one_hub: ReportingHub) -> None:
    one_hub.clock.move(days=55)
    await one_hub.looked(CHILD, PurposeCode.DA_TRIAGE)
    one_hub.clock.move(days=10)
    near = await one_hub.looked(CHILD, PurposeCode.S47)  # 25 years, where domestic abuse is 7
    one_hub.clock.move(days=366 * 9)
    assert await shredded(one_hub, before="2026-05") == {"keys": 0, "spared": -1}
    assert near not in (await report(one_hub)).indexes


async def test_what_is_near_to_any_part_of_a_marked_enquiry_keeps_all_of_it(hub: ReportingHub) -> None:
    hub.clock.move(days=55)  # 28 April
    await hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry", **MARKED)
    hub.clock.move(days=5)  # 3 May
    await hub.looked(CHILD, PurposeCode.SCREEN, enquiry="the-enquiry")
    hub.clock.move(days=29)  # 1 June
    near = await hub.looked(CHILD, PurposeCode.SCREEN)
    hub.clock.move(days=366 * 8)
    assert await shredded(hub, before="2026-06") == {"keys": 0, "spared": -1}
    assert "near:marked-by-a-source" in (await report(hub)).fates[near][1]
    assert await shredded(hub, before="2026-07") == {"keys": 3, "spared": 0}
