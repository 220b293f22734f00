"""Anybody who answers for a source stops it at any moment; nobody lifts another side's stop, or gets round it."""

import asyncio

import pytest

from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import manifest


async def refusal(hub: Joining, *act: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        await hub.act(*act)
    return refused.value.reasons


@pytest.fixture
async def live(hub: Joining) -> Joining:
    await hub.agree()
    await hub.come_to("LIVE")
    return hub


@pytest.mark.parametrize(
    ("who", "side"),
    [
        ("school-admin", "owner"),
        ("school-system", "owner"),
        ("school-rep", "owner"),
        ("hub-admin", "operator"),
        ("ig-lead", "guardian"),
        ("dpo", "guardian"),
        ("guardian", "guardian"),
    ],
)
async def test_its_owner_and_the_hub_suspend_it_at_once_and_let_it_go_on(live: Joining, who: str, side: str):
    assert await live.act("suspend", who, "schools", "a fault") == {"id": "schools", "state": "SUSPENDED"}
    now = await live.now()
    assert (now["state"], now["stoppedBy"], now["reason"], now["changedBy"]) == ("SUSPENDED", [side], "a fault", who)
    asked, done = await live.evidence("suspendSource")
    assert (asked.outcome, done.outcome, done.principal) == ("asked", "done", who)
    assert "a fault" not in str(done)
    resumed = await live.act("resume", who)
    assert (resumed["state"], resumed["stoppedBy"]) == ("LIVE", [])


async def test_the_owners_system_is_told_by_whom_and_not_why(live: Joining):
    await live.act("suspend", "dpo", "schools", "CANARY REASON")
    await live.act("suspend", "dpo", "schools", "CANARY REASON")
    (event,) = live.services.events.heard
    assert (event.type, event.source, event.subject, event.data) == (
        "hub.source.suspended",
        "schools",
        "schools@1",
        {"by": "guardian"},
    )


async def test_a_suspension_stands_also_where_nobody_can_be_told(live: Joining):
    live.services.events.deaf = True
    assert (await live.act("suspend", "dpo"))["state"] == "SUSPENDED"
    assert [one.outcome for one in await live.evidence("suspendSource")] == ["asked", "done"]


@pytest.mark.parametrize("who", ["clinic-admin", "another-system", "worker", "auditor"])
async def test_nobody_else_suspends_or_resumes_it(live: Joining, who: str):
    assert await refusal(live, "suspend", who) == ("role-does-not-suspend-this-source",)
    await live.act("suspend", "school-admin")
    assert "role-does-not-suspend-this-source" in await refusal(live, "resume", who)


async def test_suspending_what_one_has_suspended_is_no_fault_and_changes_nothing(live: Joining):
    await live.act("suspend", "school-admin", "schools", "the first reason")
    await live.act("suspend", "school-rep", "schools", "another reason")
    now = await live.now()
    assert now["reason"] == "the first reason"
    assert [one["after"] for one in now["history"]].count("SUSPENDED") == 1
    assert (await live.act("resume", "school-admin"))["state"] == "LIVE"
    assert (await live.act("resume", "school-admin"))["state"] == "LIVE"


@pytest.mark.parametrize(("first", "other"), [("dpo", "school-admin"), ("school-admin", "dpo"), ("dpo", "hub-admin")])
async def test_nobody_lifts_another_sides_suspension(live: Joining, first: str, other: str):
    await live.act("suspend", first)
    assert await refusal(live, "resume", other) == ("suspension-is-lifted-by-its-side",)
    assert (await live.act("resume", first))["state"] == "LIVE"


async def test_a_source_that_two_sides_stopped_goes_on_when_both_say_so(live: Joining):
    await live.act("suspend", "school-admin")
    await live.act("suspend", "dpo")
    still = await live.act("resume", "school-admin")
    assert (still["state"], still["stoppedBy"]) == ("SUSPENDED", ["guardian"])
    assert await refusal(live, "resume", "school-admin") == ("suspension-is-lifted-by-its-side",)
    assert (await live.act("resume", "ig-lead"))["state"] == "LIVE"


async def test_a_stop_made_while_another_is_lifted_is_not_lost(live: Joining):
    await live.act("suspend", "school-admin")
    told = await asyncio.gather(live.act("resume", "school-admin"), live.act("suspend", "dpo"), return_exceptions=True)
    assert not any(isinstance(one, Refused) and one.code != "CONFLICT" for one in told)
    now = await live.now()
    assert "guardian" in now["stoppedBy"]
    assert now["state"] == "SUSPENDED"


async def test_a_new_version_does_not_get_round_a_suspension(live: Joining):
    await live.come_to("APPROVED", manifest(2))
    await live.act("suspend", "dpo", "schools@1")
    assert await refusal(live, "activate", "school-admin") == ("suspension-is-lifted-by-its-side",)
    await live.act("retire", "school-admin", "schools@1")
    assert await refusal(live, "activate", "school-admin") == ("suspension-is-lifted-by-its-side",)
    await live.come_to("LIVE", manifest(3))  # approved by somebody who knew of the suspension
    assert (await live.now())["state"] == "LIVE"


async def test_what_is_not_in_use_is_not_suspended(hub: Joining):
    await hub.register()
    assert await refusal(hub, "suspend", "school-admin") == ("source-state",)


@pytest.mark.parametrize("reason", ["", "   ", "x\x00"])
async def test_a_suspension_says_why(live: Joining, reason: str):
    with pytest.raises(Refused) as refused:
        await live.ask("dpo", 'mutation ($r: String!) { suspendSource(id: "schools", reason: $r) { state } }', r=reason)
    assert refused.value.code == "BAD_USER_INPUT"


@pytest.mark.parametrize("who", ["school-admin", "hub-admin", "ig-lead"])
async def test_a_source_leaves_for_good(live: Joining, who: str):
    assert (await live.act("retire", who))["state"] == "RETIRED"
    assert (await live.act("retire", who))["state"] == "RETIRED"
    for act in ("activate", "resume", "suspend", "test"):
        assert await refusal(live, act, "ig-and-admin")
    assert (await live.now())["state"] == "RETIRED"


@pytest.mark.parametrize("who", ["school-system", "school-rep", "dpo", "clinic-admin"])
async def test_leaving_is_for_administrators_and_the_ig_lead(live: Joining, who: str):
    assert await refusal(live, "retire", who) == ("role-does-not-retire-this-source",)


async def test_retiring_says_which_version_where_there_are_several(live: Joining):
    await live.register(document=manifest(2))
    assert await refusal(live, "retire", "school-admin") == ("source-version-needed",)
    assert (await live.act("retire", "school-admin", "schools@2"))["id"] == "schools@2"
    assert [one["state"] for one in await live.versions()] == ["LIVE", "RETIRED"]
