"""The door as a whole: sign-in first, bounded work, nothing left running, evidence of all of it."""

import asyncio
import time

import pytest
from door_caller import Caller
from partnership_stand_in import Tokens, standing

from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits

ID = "enquiry-1"
GOOD = b'{"query": "{ viewer { id name agency roles } }"}'
VIEW = "query ($id: ID!) { combinedChildView(enquiryId: $id) { child { names { value } } } }"


async def test_a_signed_in_caller_is_answered_and_nothing_is_kept(caller: Caller):
    reply = await caller.send(GOOD)
    assert reply.json == {
        "data": {
            "viewer": {
                "id": "worker-7",
                "name": "Sam Worker",
                "agency": "social-care",
                "roles": ["mash_social_worker"],
            }
        }
    }
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-type"] == "application/json"
    assert int(reply.headers["content-length"]) == len(reply.body)


async def test_purposes_come_with_their_basis_and_how_deep_ones_own_roles_reach(caller: Caller):
    told = await caller.data("{ purposes { code label legalBasis tiers } sources { id kind state contact } }")
    assert told["purposes"] == [
        {"code": "S47", "label": "Section 47", "legalBasis": ["Children Act 1989, s47"], "tiers": ["T0", "T1"]}
    ]
    assert [one["id"] for one in told["sources"]] == ["care", "clinic", "jail"]


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "token-missing"),
        ([(b"authorization", b"Bearer bad")], "token-signature"),
        ([(b"authorization", b"Bearer ")], "token-malformed"),
        ([(b"authorization", b"good")], "token-malformed"),
        ([(b"authorization", b"Basic good")], "token-malformed"),
        ([(b"authorization", b"Bearer \xff\xfe")], "token-signature"),
        ([(b"authorization", b"Bearer good"), (b"authorization", b"Bearer good")], "token-malformed"),
        ([(b"cookie", b"session=good")], "token-missing"),
    ],
)
async def test_nobody_gets_in_without_a_good_token_and_the_refusal_is_recorded(headers, reason: str, caller: Caller):
    reply = await caller.send(GOOD, headers=[(b"content-type", b"application/json"), *headers], token=None)
    assert (reply.status, reply.code, reply.reasons) == (401, "UNAUTHENTICATED", [reason])
    assert reply.headers["www-authenticate"] == "Bearer"
    assert await caller.evidence() == [("act", "signIn", "refused", (reason,))]


async def test_sign_in_comes_before_everything_else(caller: Caller):
    assert (await caller.send(b"null", method="GET", headers=[], token=None)).status == 401


async def test_a_storm_of_bad_tokens_does_not_fill_the_log(tmp_path):
    async with standing(tmp_path, DoorLimits(sign_ins_recorded=3)) as caller:
        before = int(time.monotonic())
        replies = await asyncio.gather(*(caller.send(GOOD, token="bad") for _ in range(200)))
        seconds = int(time.monotonic()) - before + 1
        assert {reply.status for reply in replies} == {401}
        assert 3 <= len(await caller.evidence()) <= 3 * seconds


async def test_an_enquiry_is_opened_once_read_closed_and_its_glass_broken(caller: Caller):
    opening = """mutation ($i: OpenEnquiryInput!) { openEnquiry(input: $i) {
        id purpose reason urgency state openedAt expiresAt brokenGlassUntil openedBy { id } } }"""
    wanted = {
        "purpose": "S47",
        "reason": "A strategy discussion",
        "subject": {"familyName": " Marlow ", "birthDate": "2015-03-04"},
        "idempotencyKey": "key-1",
        "familyAgreement": {"givenBy": "mother", "givenOn": "2026-11-01", "scope": ["health"]},
    }
    first = (await caller.data(opening, i=wanted))["openEnquiry"]
    again = (await caller.data(opening, i=wanted))["openEnquiry"]
    assert first["id"] == again["id"]
    assert (first["urgency"], first["state"], first["openedBy"]) == ("GREEN", "OPEN", {"id": "worker-7"})
    kept = caller.obeying.enquiries[first["id"]]
    assert (kept.about.family_name, kept.family_agreement.scope) == ("Marlow", ("health",))
    breaking = "mutation ($i: BreakGlassInput!) { breakGlass(input: $i) { brokenGlassUntil } }"
    broken = await caller.data(breaking, i={"enquiryId": first["id"], "reason": "Danger"})
    assert broken["breakGlass"]["brokenGlassUntil"] is not None
    closed = await caller.data("mutation ($id: ID!) { closeEnquiry(id: $id) { state } }", id=first["id"])
    assert closed["closeEnquiry"]["state"] == "CLOSED"
    assert (await caller.data("query ($id: ID!) { enquiry(id: $id) { state } }", id=first["id"]))["enquiry"] == {
        "state": "CLOSED"
    }


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ({}, "subject-incomplete"),
        ({"familyName": "Marlow"}, "subject-incomplete"),
        ({"nhsNumber": "999 100 0004"}, "nhs-number-check"),
        ({"nhsNumber": "12"}, "nhs-number-format"),
        ({"upn": "A"}, "upn-format"),
        ({"nhsNumber": None, "familyName": "  ", "birthDate": "2015-03-04"}, "subject-incomplete"),
    ],
)
async def test_a_subject_nobody_could_search_on_is_refused_in_words(subject, reason: str, caller: Caller):
    query = "mutation ($i: OpenEnquiryInput!) { openEnquiry(input: $i) { id } }"
    wanted = {"purpose": "S47", "reason": "r", "subject": subject, "idempotencyKey": "k"}
    reply = await caller.ask(query, variables={"i": wanted})
    assert (reply.status, reply.code, reply.reasons) == (400, "BAD_USER_INPUT", [reason])


async def test_evidence_is_paged_newest_first_and_filtered(caller: Caller):
    for _ in range(3):
        await caller.data(VIEW, id=ID)
    query = """query ($first: Int, $after: String, $filter: AuditFilter) {
        auditEntries(first: $first, after: $after, filter: $filter) {
            edges { cursor node { index at kind principal agency roles purpose enquiryId outcome reasons policyVersion
                sources { source state categories recordCount } } }
            pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
    one = (await caller.data(query, first=4))["auditEntries"]
    two = (await caller.data(query, first=4, after=one["pageInfo"]["endCursor"]))["auditEntries"]
    indexes = [edge["node"]["index"] for edge in one["edges"] + two["edges"]]
    assert indexes == sorted(indexes, reverse=True)
    assert set(indexes) == set(range(7))  # reading the second page is newer than the first
    assert one["pageInfo"]["hasNextPage"]
    assert two["pageInfo"]["hasPreviousPage"]
    nodes = [edge["node"] for edge in one["edges"] + two["edges"]]
    outcome = next(node for node in nodes if node["outcome"] == "disclosed")
    assert (outcome["outcome"], outcome["purpose"], outcome["enquiryId"]) == ("disclosed", "S47", ID)
    assert {source["source"]: source["recordCount"] for source in outcome["sources"]} == {
        "care": 5,
        "clinic": 4,
        "jail": 0,
    }
    wanted = {"subject": "999 100 0003", "outcome": "disclosed", "from": "2026-01-01T00:00:00Z", "purpose": "S47"}
    found = (await caller.data(query, filter=wanted))["auditEntries"]["edges"]
    assert len(found) == 3


async def test_a_time_without_its_zone_is_not_guessed(caller: Caller):
    query = '{ auditEntries(filter: { from: "2026-01-01T00:00:00" }) { edges { cursor } } }'
    assert (await caller.ask(query)).reasons == ["time-zone"]


async def test_a_caller_who_leaves_cancels_the_question_and_it_is_recorded_as_abandoned(caller: Caller):
    caller.obeying.wait = asyncio.Event()
    asking = asyncio.create_task(caller.ask(VIEW, variables={"id": ID}))
    await caller.obeying.waiting.wait()
    caller.left.set()
    reply = await asking
    assert (reply.status, reply.body) == (0, b"")
    assert [outcome for _, _, outcome, _ in await caller.evidence()] == ["asked", "abandoned"]
    assert caller.door._executing == 0
    assert len(asyncio.all_tasks()) == 1


async def test_a_request_that_outlives_its_time_is_ended_and_recorded(tmp_path):
    async with standing(tmp_path, DoorLimits(request_seconds=0.05)) as caller:
        caller.obeying.wait = asyncio.Event()
        reply = await caller.ask(VIEW, variables={"id": ID})
        assert (reply.status, reply.code, reply.reasons) == (503, "UNAVAILABLE", ["deadline"])
        assert [outcome for _, _, outcome, _ in await caller.evidence()] == ["asked", "abandoned"]
        assert len(asyncio.all_tasks()) == 1


async def test_a_server_that_stops_leaves_nothing_running(caller: Caller):
    caller.obeying.wait = asyncio.Event()
    asking = asyncio.create_task(caller.ask(VIEW, variables={"id": ID}))
    await caller.obeying.waiting.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert [outcome for _, _, outcome, _ in await caller.evidence()] == ["asked", "abandoned"]


async def test_beyond_the_limit_requests_are_refused_at_once_and_the_others_are_answered(tmp_path):
    async with standing(tmp_path, DoorLimits(executing=4)) as caller:
        caller.obeying.wait = asyncio.Event()
        asking = [asyncio.create_task(caller.ask(VIEW, variables={"id": ID})) for _ in range(4)]
        while caller.door._executing < 4:  # noqa: ASYNC110  nothing tells the fourth from the first
            await asyncio.sleep(0.001)
        began = time.perf_counter()
        refused = [await caller.ask(VIEW, variables={"id": ID}) for _ in range(20)]
        each = (time.perf_counter() - began) / 20
        assert {(reply.status, reply.code) for reply in refused} == {(429, "TOO_MANY_REQUESTS")}
        assert refused[0].headers["retry-after"] == "1"
        assert each < 0.01
        caller.obeying.wait.set()
        assert {reply.status for reply in await asyncio.gather(*asking)} == {200}
        assert (await caller.send(GOOD)).status == 200


async def test_a_door_that_is_not_open_yet_says_so():
    caller = Caller(GraphQLDoor(DoorLimits()), None, None)
    reply = await caller.send(GOOD)
    assert (reply.status, reply.code) == (503, "UNAVAILABLE")


async def test_a_verifier_that_breaks_lets_nobody_in(caller: Caller):
    class Broken(Tokens):
        async def principal(self, token: str):
            raise RuntimeError(token)

    caller.door.open(caller.services, Broken())
    reply = await caller.send(GOOD)
    assert (reply.status, reply.code) == (500, "INTERNAL")
    assert b"good" not in reply.body
