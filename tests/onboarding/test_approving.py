"""Who lets a source in, on what: every rule in the way of an approval is named, at the public door."""

from datetime import timedelta

import pytest

from hub.domain.conformance import ConformanceResult
from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import SCHOOLS, manifest


async def by_the_registrant(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("TESTED", registrant="ig-and-admin")
    return "ig-and-admin"


async def with_a_stale_result(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("TESTED")
    hub.clock.at += timedelta(days=30, hours=1)
    return "ig-lead"


async def with_a_result_for_another_digest(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("TESTED")
    tested = await hub.services.register.newest_result(SCHOOLS, 1)
    assert tested is not None
    told = {name: getattr(tested, name) for name in tested.__struct_fields__}
    other = ConformanceResult(**{**told, "id": "other", "digest": "0" * 64, "at": hub.clock()})
    await hub.services.register.keep_result(other)
    return "ig-lead"


async def with_a_newest_result_that_failed(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("APPROVED")
    hub.told.passes = False
    await hub.act("test", "school-admin")
    return "ig-lead"


async def without_an_agreement(hub: Joining) -> str:
    await hub.come_to("TESTED")
    return "ig-lead"


async def with_an_expired_agreement(hub: Joining) -> str:
    await hub.agree(valid_until="2026-06-14", review_date="2026-06-01")
    await hub.come_to("TESTED")
    return "ig-lead"


async def with_an_agreement_that_has_not_begun(hub: Joining) -> str:
    await hub.agree(valid_from="2026-06-16")
    await hub.come_to("TESTED")
    return "ig-lead"


async def with_a_revoked_agreement(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("TESTED")
    await hub.revoke()
    return "ig-lead"


async def by_another_role(hub: Joining) -> str:
    await hub.agree()
    await hub.come_to("TESTED")
    return "hub-admin"


@pytest.mark.parametrize(
    ("way", "rule", "words"),
    [
        (by_the_registrant, "approval-needs-another-person", "a second person looks"),
        (with_a_stale_result, "approval-needs-conformance", "30 days old and counts for 30: test again"),
        (with_a_result_for_another_digest, "approval-needs-conformance", "with another document"),
        (with_a_newest_result_that_failed, "approval-needs-conformance", "The newest test failed"),
        (without_an_agreement, "approval-needs-agreement", "agreement with its owner"),
        (with_an_expired_agreement, "approval-needs-agreement", "agreement with its owner"),
        (with_an_agreement_that_has_not_begun, "approval-needs-agreement", "agreement with its owner"),
        (with_a_revoked_agreement, "approval-needs-agreement", "agreement with its owner"),
        (by_another_role, "role-does-not-approve-sources", "and by nobody else"),
    ],
    ids=lambda told: told.__name__ if callable(told) else "-",
)
async def test_an_approval_is_refused_by_name_and_leaves_evidence(hub: Joining, way, rule: str, words: str):
    who = await way(hub)
    before = await hub.now()
    with pytest.raises(Refused) as refusal:
        await hub.act("approve", who)
    assert (refusal.value.code, refusal.value.reasons) == ("FORBIDDEN", (rule,))
    assert words in refusal.value.message
    assert (await hub.now())["history"] == before["history"]
    refused = (await hub.evidence("approveSource"))[-1]
    assert (refused.principal, refused.outcome) == (who, "refused")
    assert refused.reasons == ("schools@1", rule)
    assert [one.source for one in refused.sources] == [SCHOOLS]


async def test_every_rule_in_the_way_is_named_at_once(hub: Joining):
    await hub.register("ig-and-admin")
    with pytest.raises(Refused) as refusal:
        await hub.act("approve", "ig-and-admin")
    assert set(refusal.value.reasons) == {
        "approval-needs-another-person",
        "approval-needs-conformance",
        "approval-needs-agreement",
    }


async def test_an_approval_is_of_one_version_and_is_made_once(hub: Joining):
    await hub.agree()
    await hub.come_to("APPROVED")
    assert (await hub.act("approve", "ig-lead"))["state"] == "APPROVED"
    assert [one["after"] for one in (await hub.now())["history"]] == ["DRAFT", "SUBMITTED", "TESTED", "APPROVED"]
    await hub.register(document=manifest(2))
    with pytest.raises(Refused) as refusal:
        await hub.act("approve", "ig-lead")
    assert refusal.value.reasons == ("approval-needs-conformance",)
    assert (await hub.act("approve", "ig-lead", "schools@1"))["state"] == "APPROVED"


async def test_what_is_not_tested_is_not_approved_even_on_a_good_result(hub: Joining):
    await hub.agree()
    await hub.come_to("LIVE")
    with pytest.raises(Refused) as refusal:
        await hub.act("approve", "ig-lead")
    assert (refusal.value.code, refusal.value.reasons) == ("CONFLICT", ("source-state",))


async def agreement_revoked(hub: Joining) -> None:
    await hub.revoke()


async def result_stale(hub: Joining) -> None:
    hub.clock.at += timedelta(days=31)


@pytest.mark.parametrize(
    ("meanwhile", "rule"),
    [(agreement_revoked, "activation-needs-agreement"), (result_stale, "activation-needs-conformance")],
    ids=lambda told: told if isinstance(told, str) else "",
)
async def test_what_an_approval_rested_on_must_still_hold_when_it_goes_live(hub: Joining, meanwhile, rule: str):
    await hub.agree()
    await hub.come_to("APPROVED")
    await meanwhile(hub)
    with pytest.raises(Refused) as refusal:
        await hub.act("activate", "hub-admin")
    assert (refusal.value.code, refusal.value.reasons) == ("FORBIDDEN", (rule,))
    assert (await hub.now())["state"] == "APPROVED"


async def test_a_stale_source_goes_live_after_it_was_tested_again(hub: Joining):
    await hub.agree()
    await hub.come_to("APPROVED")
    hub.clock.at += timedelta(days=31)
    assert (await hub.act("test", "school-admin"))["state"] == "APPROVED"
    assert (await hub.act("activate", "school-admin"))["state"] == "LIVE"


@pytest.mark.parametrize("who", ["ig-lead", "school-system", "school-rep", "clinic-admin", "worker"])
async def test_going_live_is_for_the_administrators_of_its_owner_and_of_the_hub(hub: Joining, who: str):
    await hub.agree()
    await hub.come_to("APPROVED")
    with pytest.raises(Refused) as refusal:
        await hub.act("activate", who)
    assert refusal.value.reasons == ("role-does-not-activate-this-source",)


async def test_a_new_version_takes_the_place_of_the_one_before(hub: Joining):
    await hub.agree()
    await hub.come_to("LIVE")
    await hub.come_to("LIVE", manifest(2))
    assert [(one["id"], one["state"]) for one in await hub.versions()] == [
        ("schools@1", "RETIRED"),
        ("schools@2", "LIVE"),
    ]
    assert (await hub.versions())[0]["reason"] == "Version 2 took its place."
