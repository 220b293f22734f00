"""The partner door: who may claim and answer, what is refused and how, and what stands in evidence of it."""

import asyncio

import msgspec
import pytest
from hub_door import CLIENT, RIVAL, Hub
from school import EVERYTHING, SCHOOL, at_school

from hub.agent.hub_side import HubRefuses, HubSide
from hub.connectors.pull.records import WiredAttributes
from hub.connectors.pull.wire import Claim, Deny, KnownRecord, Permitting
from hub.domain.holding import DenialReason, HolderDeclined

ADA = Permitting(answer=KnownRecord(local_id="p1", attributes=WiredAttributes(given_name="Ada"), records=()))
CLAIMS = f"/exchange/{SCHOOL}/claims"


async def asking(hub: Hub) -> "asyncio.Task[object]":
    return asyncio.create_task(hub.fetch(at_school(), EVERYTHING, 30))


async def one_claimed(hub: Hub) -> Claim:
    side = hub.side()
    try:
        (claim,) = await side.claim(1, 20)
    finally:
        await side.close()
    return claim


async def waiting_at_the_door(hub: Hub, side: HubSide) -> "asyncio.Task[object]":
    polling = asyncio.create_task(side.claim(1, 20))
    while not hub.services.exchange._bell._ears:  # noqa: ASYNC110 - nothing else tells that it waits there
        await asyncio.sleep(0.01)
    return polling


def answer(claim: Claim, reply: object, **more: object) -> dict[str, object]:
    return {"v": 1, "lease": claim.lease, "reply": msgspec.to_builtins(reply), **more}


def at(claim: Claim, act: str = "answer") -> str:
    return f"/exchange/{SCHOOL}/requests/{claim.request.id}/{act}"


async def test_a_question_waits_is_claimed_and_its_answer_reaches_whoever_asked(hub: Hub) -> None:
    polling = asyncio.create_task(one_claimed(hub))
    question = await asking(hub)
    claim = await polling
    assert (claim.request.local_id, claim.request.categories) == ("p1", EVERYTHING)
    assert claim.request.asker.name == "Sam Worker"
    reply = await hub.post(at(claim), answer(claim, ADA))
    assert (reply.status, reply.json()) == (200, {"taken": True, "v": 1})
    assert (await question).attributes.given_name == "Ada"


async def test_each_claim_and_each_answer_is_evidence_that_names_the_request_and_nobody(hub: Hub) -> None:
    question = await asking(hub)
    claim = await one_claimed(hub)
    await hub.post(at(claim, "renew"), {"v": 1, "lease": claim.lease})
    await hub.post(at(claim), answer(claim, Deny(reason=DenialReason.NOT_RELEVANT)))
    with pytest.raises(HolderDeclined):
        await question
    named = (f"request:{claim.request.id}", "system-serves-its-own-source")
    assert await hub.evidence("claimRequests") == [("done", named)]
    assert await hub.evidence("answerRequest") == [("done", named)]


async def test_a_system_that_does_not_speak_for_the_source_is_refused_and_that_is_recorded(hub: Hub) -> None:
    question = await asking(hub)
    reply = await hub.post(CLAIMS, {"v": 1}, RIVAL)
    assert (reply.status, reply.json()["reasons"]) == (403, ["requests-are-for-their-source"])
    claim = await one_claimed(hub)
    reply = await hub.post(at(claim), answer(claim, ADA), RIVAL)
    assert reply.status == 403
    assert ("refused", ("requests-are-for-their-source",)) in await hub.evidence("answerRequest")
    question.cancel()


@pytest.mark.parametrize("token", [None, "Bearer not-a-token"])
async def test_nobody_gets_in_without_a_token_of_this_hub(hub: Hub, token: str | None) -> None:
    from hub.outbound import PartnerHttp

    http = PartnerHttp(hub.url, max_bytes=10_000)
    reply = await http.send("POST", CLAIMS, json={"v": 1}, headers={"Authorization": token} if token else {})
    await http.close()
    assert (reply.status, reply.json()["code"]) == (401, "UNAUTHENTICATED")


async def test_a_source_that_is_not_answered_for_by_its_own_system_is_not_there(hub: Hub) -> None:
    reply = await hub.post("/exchange/hospital/claims", {"v": 1})
    assert (reply.status, reply.json()["reasons"]) == (404, ["no-such-source"])


async def test_a_suspended_source_is_handed_nothing(hub: Hub) -> None:
    question = await asking(hub)
    claim = await one_claimed(hub)
    hub.suspend()
    for path, message in ((CLAIMS, {"v": 1}), (at(claim), answer(claim, ADA))):
        reply = await hub.post(path, message)
        assert (reply.status, reply.json()["reasons"]) == (409, ["source-suspended"])
    question.cancel()


async def test_a_malformed_answer_is_told_where_it_is_wrong_and_the_request_stays_answerable(hub: Hub) -> None:
    question = await asking(hub)
    claim = await one_claimed(hub)
    told = answer(claim, ADA)
    told["reply"]["answer"]["records"] = [{"kind": "Finding", "category": "education.send", "type": "x", "label": 5}]
    reply = await hub.post(at(claim), told)
    assert reply.status == 400
    assert "$.reply.answer.records[0].label" in reply.json()["title"]
    wrong_kind = answer(claim, Permitting(answer={"kind": "people", "people": []}))
    assert "this request asks for a record" in (await hub.post(at(claim), wrong_kind)).json()["title"]
    assert (await hub.post(at(claim), answer(claim, ADA))).status == 200
    assert (await question).local_id == "p1"


async def test_an_answer_counts_once_and_only_under_its_lease(hub: Hub) -> None:
    question = await asking(hub)
    claim = await one_claimed(hub)
    stolen = {**answer(claim, ADA), "lease": "another"}
    reply = await hub.post(at(claim), stolen)
    assert (reply.status, reply.json()["reasons"]) == (409, ["lease-lost"])
    assert (await hub.post(at(claim), answer(claim, ADA))).status == 200
    assert (await question).local_id == "p1"
    reply = await hub.post(at(claim), answer(claim, ADA))
    assert (reply.status, reply.json()["reasons"]) == (404, ["no-such-request"])


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({}, 400),
        ({"v": 2}, 400),
        ({"v": 1, "most": 0}, 400),
        ({"v": 1, "wait_seconds": 26}, 400),
        ({"v": 1, "surprise": True}, 400),
        ([], 400),
        ({"v": 1, "most": "x" * 20_000}, 413),
    ],
    ids=str,
)
async def test_a_claim_that_is_none_is_refused_with_what_to_do(hub: Hub, message: object, status: int) -> None:
    reply = await hub.post(CLAIMS, message)
    assert reply.status == status
    assert reply.json()["title"]
    assert reply.json()["reference"]


async def test_the_door_reads_json_as_strictly_as_the_other(hub: Hub) -> None:
    twice = msgspec.Raw(b'{"v":1,"v":1}')
    assert (await hub.post(CLAIMS, twice)).json()["reasons"] == ["json-repeated-key"]
    assert (await hub.post(CLAIMS, {"v": 1}, headers={"Content-Encoding": "gzip"})).status == 415


async def test_a_poll_ends_when_the_hub_stops_and_when_its_time_is_up(hub: Hub) -> None:
    side = hub.side()
    assert await side.claim(1, 0) == ()
    polling = await waiting_at_the_door(hub, side)
    hub.door.end()
    async with asyncio.timeout(10):  # and not the 20 s of the poll
        assert await polling == ()
    await side.close()


async def test_whoever_hangs_up_while_waiting_takes_nothing_along(hub: Hub) -> None:
    side = hub.side()
    polling = await waiting_at_the_door(hub, side)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await side.close()
    question = await asking(hub)
    claim = await one_claimed(hub)
    await hub.post(at(claim), answer(claim, ADA))
    assert (await question).local_id == "p1"


async def test_a_client_that_is_revoked_while_it_waits_gets_nothing_more(hub: Hub) -> None:
    side = hub.side()
    polling = await waiting_at_the_door(hub, side)
    await hub.services.clients.revoke(CLIENT, "lost key", hub.services.now())
    with pytest.raises(HubRefuses):
        await polling
    await side.close()
