"""Who may decide about a match, for whom it holds, and what is kept of it."""

from pathlib import Path

import msgspec
import pytest
from deciding import ASKED, CARE, MISSPELT, REASON, Hub, standing, worker

from hub.domain.codes import Role
from hub.domain.matches import Decision
from hub.enquiries import close_enquiry
from hub.errors import AccessDenied, BadInput, HubError, NotFound


async def test_a_decision_holds_for_everybody_who_asks_about_the_same_claim_and_for_no_other(hub: Hub):
    enquiry = await hub.open()
    await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    colleague = worker(Role.MASH_MANAGER, "manager-1")
    theirs = await hub.open(who=colleague)
    assert await hub.events(theirs, colleague) == ["Event of c-1", "Event of s-1"]
    (seen,) = (await hub.find(theirs, who=colleague)).candidates
    assert seen.decision is not None
    assert (seen.decision.decision, seen.decision.by) == (Decision.CONFIRMED, "worker-1")
    another = await hub.open(msgspec.structs.replace(ASKED, given_name="Rhys Aled"))
    assert [one.decision for one in (await hub.find(another)).candidates] in ([], [None])


async def test_a_hub_that_starts_again_remembers(folder: Path):
    async with standing(folder) as hub:
        hub.tell(CARE, "s-1", MISSPELT)
        enquiry = await hub.open()
        await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    async with standing(folder) as hub:
        hub.tell(CARE, "s-1", MISSPELT)
        assert await hub.events(enquiry) == ["Event of s-1"]


async def test_the_reason_is_shown_to_whoever_gave_it_and_to_nobody_else(hub: Hub):
    enquiry = await hub.open()
    await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    (mine,) = (await hub.find(enquiry)).candidates
    (theirs,) = (await hub.find(enquiry, who=worker(Role.MASH_MANAGER, "manager-1"))).candidates
    assert mine.decision is not None
    assert theirs.decision is not None
    assert (mine.decision.reason, theirs.decision.reason) == (REASON, "")


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 2001])
async def test_a_decision_needs_a_reason_of_some_length(hub: Hub, reason: str):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    for decide in (hub.confirm, hub.reject):
        with pytest.raises(BadInput):
            await decide(enquiry, offered.id, reason=reason)
    assert (await hub.candidate(enquiry, "s-1")).decision is None


async def test_only_the_opener_decides_and_only_while_the_enquiry_is_open(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    manager = worker(Role.MASH_MANAGER, "manager-1")
    with pytest.raises(AccessDenied) as refused:
        await hub.confirm(enquiry, offered.id, who=manager)
    assert "match-is-decided-by-the-asker" in refused.value.reasons
    await close_enquiry(worker(), enquiry, hub.services)
    with pytest.raises(AccessDenied) as refused:
        await hub.reject(enquiry, offered.id)
    assert refused.value.reasons == ("enquiry-closed",)


async def test_a_candidates_id_is_good_for_its_own_enquiry_alone(hub: Hub):
    enquiry, another = await hub.open(), await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    with pytest.raises(NotFound) as refused:
        await hub.confirm(another, offered.id)
    assert refused.value.reasons == ("no-such-candidate",)


async def test_evidence_says_who_decided_what_at_which_source_before_and_after_and_nothing_else(hub: Hub, folder: Path):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    await hub.confirm(enquiry, offered.id)
    await hub.reject(enquiry, offered.id)
    entries = await hub.evidence("confirmMatch", "rejectMatch")
    assert [(one.kind, one.outcome) for one in entries] == [
        ("confirmMatch", "asked"),
        ("confirmMatch", "done"),
        ("rejectMatch", "asked"),
        ("rejectMatch", "done"),
    ]
    opened = await hub.evidence("openEnquiry")
    for one in entries:
        assert (one.principal, one.enquiry_id, one.purpose) == ("worker-1", enquiry, "S47")
        assert one.subject == opened[0].subject
        assert [source.source for source in one.sources] == [CARE]
        assert one.reasons == ("front-door-decides-matches",)
    finds = [one.index for one in await hub.evidence("find")]
    assert [index for index in finds if index < entries[0].index], "what was offered is on record before"
    written = (folder / "audit.db").read_bytes() + (folder / "audit.db-wal").read_bytes()
    stored = (folder / "hub.db").read_bytes() + (folder / "hub.db-wal").read_bytes()
    for kept in (written, stored):
        assert not [canary for canary in (b"CANARY", b"s-1", b"Quillfeather", b"Ryhs") if canary in kept]


async def test_what_is_refused_is_evidence_too_and_nothing_changes(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    refusals = [
        hub.confirm(enquiry, "nobody"),
        hub.confirm(enquiry, offered.id, reason=" "),
        hub.reject(enquiry, offered.id, who=worker(Role.PARTNER_REP)),
        hub.reject("no-enquiry", offered.id),
    ]
    for refusal in refusals:
        with pytest.raises(HubError):
            await refusal
    entries = await hub.evidence("confirmMatch", "rejectMatch")
    assert [(one.outcome, one.reasons[:1]) for one in entries] == [
        ("refused", ("no-such-candidate",)),
        ("refused", ("reason-blank",)),
        ("refused", ("role-does-not-decide-matches",)),
        ("refused", ("no-such-enquiry",)),
    ]
    assert await hub.services.decisions.for_subject(hub.services.people.subject(ASKED)) == ()
