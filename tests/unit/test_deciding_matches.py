"""What a person decides about a match: who may, what follows from it, how it is taken back, and what is kept of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from deciding import ASKED, CARE, CLINIC, MISSPELT, REASON, RHYS, Hub, prepare, standing, worker

from hub.connectors.in_memory import Held
from hub.domain.categories import Category
from hub.domain.codes import Label, MatchState, Role
from hub.domain.disclosures import RESTRICTED, shown_reasons
from hub.domain.identifiers import LocalId, nhs_number
from hub.domain.matches import Decision
from hub.domain.records import LifeEvent
from hub.enquiries import close_enquiry
from hub.errors import AccessDenied, BadInput, Conflict, HubError, NotFound

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WAITS = "WITHHELD match-not-confirmed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


@pytest.fixture
async def hub(folder: Path) -> AsyncIterator[Hub]:
    """The clinic is sure of whom is asked about; social care knows a boy whose name is written otherwise."""
    async with standing(folder) as hub:
        hub.tell(CLINIC, "c-1", RHYS)
        hub.tell(CARE, "s-1", MISSPELT)
        yield hub


async def test_a_confirmed_candidate_stands_in_the_view_and_a_rejected_one_no_longer(hub: Hub):
    enquiry = await hub.open()
    assert await hub.events(enquiry) == ["Event of c-1"]
    assert (await hub.states(enquiry))[CARE] == WAITS

    offered = await hub.candidate(enquiry, "s-1")
    assert not offered.linked
    after = await hub.confirm(enquiry, offered.id)
    found = after.disclosure.finds[CARE]
    assert found.match is MatchState.MATCH
    assert [(one.id, one.linked) for one in found.candidates] == [(offered.id, True)]
    assert await hub.events(enquiry) == ["Event of c-1", "Event of s-1"]

    found = (await hub.reject(enquiry, offered.id)).disclosure.finds[CARE]
    assert (found.match, found.candidates) == (MatchState.NONE, ())
    assert await hub.events(enquiry) == ["Event of c-1"]
    assert (await hub.states(enquiry))[CARE] == "NOT_KNOWN match-rejected"


async def test_a_rejection_is_taken_back_by_confirming(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    await hub.reject(enquiry, offered.id)
    set_aside = await hub.find(enquiry)
    assert set_aside.candidates == ()
    assert [one.id for one in set_aside.rejected] == [offered.id]
    await hub.confirm(enquiry, offered.id)
    assert (await hub.find(enquiry)).rejected == ()
    assert await hub.events(enquiry) == ["Event of c-1", "Event of s-1"]


async def test_a_match_that_the_hub_made_itself_can_be_rejected(hub: Hub):
    enquiry = await hub.open()
    assert "Event of c-1" in await hub.events(enquiry)
    matched = await hub.candidate(enquiry, "c-1", CLINIC)
    assert matched.linked
    await hub.reject(enquiry, matched.id)
    assert await hub.events(enquiry) == []
    assert (await hub.find(enquiry, CLINIC)).match is MatchState.NONE
    await hub.confirm(enquiry, matched.id)
    assert await hub.events(enquiry) == ["Event of c-1"]


async def test_a_rejected_person_is_offered_again_when_the_source_tells_anything_else_of_them(hub: Hub):
    enquiry = await hub.open()
    await hub.reject(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    hub.tell(CARE, "s-1", msgspec.structs.replace(MISSPELT, school="Another School"))
    found = await hub.find(enquiry)
    (again,) = found.candidates
    assert found.rejected == ()
    assert again.decision is not None
    assert again.decided is None
    assert (await hub.states(enquiry))[CARE] == WAITS
    hub.tell(CARE, "s-1", MISSPELT)  # and no longer, when it tells what was decided on
    assert (await hub.find(enquiry)).candidates == ()


async def test_a_rejected_match_is_not_made_again_by_the_hub_alone(hub: Hub):
    enquiry = await hub.open()
    await hub.reject(enquiry, (await hub.candidate(enquiry, "c-1", CLINIC)).id)
    hub.tell(CLINIC, "c-1", msgspec.structs.replace(RHYS, school="Another School"))
    assert (await hub.find(enquiry, CLINIC)).match is not MatchState.MATCH
    assert await hub.events(enquiry) == []


async def test_a_confirmation_outlives_another_address_and_not_another_name(hub: Hub):
    enquiry = await hub.open()
    await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    hub.tell(CARE, "s-1", msgspec.structs.replace(MISSPELT, postcode="ZZ9 9ZZ", address="1 New Road"))
    for _ in range(2):
        (found,) = (await hub.find(enquiry)).candidates
        assert (found.decided, found.linked) == (Decision.CONFIRMED, True)
        assert "Event of s-1" in await hub.events(enquiry)
    hub.tell(CARE, "s-1", msgspec.structs.replace(MISSPELT, given_name="Rhiannon"))
    found = await hub.find(enquiry)
    assert [one.decided for one in found.candidates] == [None]
    assert found.match is not MatchState.MATCH
    for _ in range(2):
        assert await hub.events(enquiry) == ["Event of c-1"]
    assert (await hub.states(enquiry))[CARE] == WAITS


async def test_a_person_may_see_through_a_number_that_conflicts(hub: Hub):
    mistyped = nhs_number("999 100 0011")
    hub.tell(CARE, "s-1", msgspec.structs.replace(RHYS, nhs_number=mistyped))
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    assert not offered.linked
    assert await hub.events(enquiry) == ["Event of c-1"]
    await hub.confirm(enquiry, offered.id)
    for _ in range(2):
        assert await hub.events(enquiry) == ["Event of c-1", "Event of s-1"]


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


async def test_deciding_the_same_again_changes_nothing(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    for decide in (hub.confirm, hub.confirm, hub.reject, hub.reject):
        await decide(enquiry, offered.id)
    assert len(await hub.services.decisions.for_subject(hub.services.people.subject(ASKED))) == 1
    assert [one.id for one in (await hub.find(enquiry)).rejected] == [offered.id]


async def test_a_second_person_of_one_source_is_confirmed_only_in_place_of_the_first(hub: Hub):
    hub.tell(CARE, "s-2", msgspec.structs.replace(MISSPELT, given_name="Rhodri"))
    enquiry = await hub.open()
    first, second = await hub.candidate(enquiry, "s-1"), await hub.candidate(enquiry, "s-2")
    await hub.confirm(enquiry, first.id)
    with pytest.raises(Conflict) as refused:
        await hub.confirm(enquiry, second.id)
    assert refused.value.reasons == ("another-match-confirmed",)
    await hub.reject(enquiry, first.id)
    await hub.confirm(enquiry, second.id)
    assert await hub.events(enquiry) == ["Event of c-1", "Event of s-2"]


async def test_nobody_is_linked_across_an_adoption_and_the_refusal_does_not_say_why(hub: Hub):
    hub.tell(CARE, "s-1", MISSPELT, Label.ADOPTION)
    hub.tell(CARE, "s-2", msgspec.structs.replace(RHYS, nhs_number=None), Label.ADOPTION)
    hub.held[CLINIC].clear()
    hub.tell(CLINIC, "c-2", msgspec.structs.replace(RHYS, nhs_number=None, given_name="Aled"))
    enquiry = await hub.open()
    offered = await hub.find(enquiry, CARE, widen=True)
    everybody = [*offered.candidates, *(await hub.find(enquiry, CLINIC, widen=True)).candidates]
    assert everybody
    for one in everybody:
        with pytest.raises(AccessDenied) as refused:
            await hub.confirm(enquiry, one.id)
        assert refused.value.reasons == ("match-never-across-adoption",)
        assert shown_reasons(refused.value.reasons) == (RESTRICTED,)
        assert "adopt" not in refused.value.message
    assert await hub.services.decisions.for_subject(hub.services.people.subject(ASKED)) == ()


async def test_rejecting_whom_a_rule_protects_does_not_get_round_the_rule(hub: Hub):
    """Not the rule about adoption, and not the one about where somebody is."""
    hub.held[CARE].clear()
    hub.tell(CLINIC, "c-1", RHYS, Label.LOCATION_AT_RISK)
    hub.tell(CARE, "s-1", RHYS)
    enquiry = await hub.open()
    school = LifeEvent(
        category=Category.SOCIAL_CARE_MISSING, type="event", label="Seen", at=NOON, location="1 New Road"
    )
    hub.held[CARE][LocalId("s-1")] = Held(RHYS, (school,))
    assert await hub.places(enquiry) == []
    await hub.reject(enquiry, (await hub.candidate(enquiry, "c-1", CLINIC)).id)
    assert await hub.events(enquiry) == ["Seen"]
    assert await hub.places(enquiry) == []

    hub.tell(CLINIC, "c-1", RHYS, Label.ADOPTION)
    hub.tell(CARE, "s-1", MISSPELT)
    await hub.reject(enquiry, (await hub.candidate(enquiry, "c-1", CLINIC)).id)
    with pytest.raises(AccessDenied) as refused:
        await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    assert refused.value.reasons == ("match-never-across-adoption",)


async def test_somebody_adopted_can_be_rejected(hub: Hub):
    hub.held[CARE].clear()
    hub.tell(CARE, "s-2", msgspec.structs.replace(RHYS, nhs_number=None), Label.ADOPTION)
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-2")
    found = (await hub.reject(enquiry, offered.id)).disclosure.finds[CARE]
    assert found.candidates == ()


async def test_somebody_under_witness_protection_can_be_neither_confirmed_nor_told_from_nobody(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    hub.held[CLINIC].clear()
    hub.tell(CARE, "s-1", MISSPELT, Label.WITNESS_PROTECTION)
    refusals = []
    for candidate in (offered.id, "0" * 32):
        with pytest.raises(NotFound) as refused:
            await hub.confirm(enquiry, candidate)
        refusals.append((refused.value.message, refused.value.reasons))
    assert refusals[0] == refusals[1]
    assert refusals[0][1] == ("no-such-candidate",)


async def test_somebody_rejected_and_protected_since_is_not_set_aside_in_sight(hub: Hub):
    hub.held[CLINIC].clear()
    enquiry = await hub.open()
    await hub.reject(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    hub.tell(CARE, "s-1", MISSPELT, Label.WITNESS_PROTECTION)
    protected = await hub.find(enquiry)
    hub.held[CARE].clear()
    assert protected == await hub.find(enquiry)


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


async def test_a_candidate_of_a_widened_find_can_be_decided_about_and_stays_linked(hub: Hub):
    for namesake in ("s-1", "s-2"):
        hub.tell(CARE, namesake, msgspec.structs.replace(RHYS, nhs_number=None))
    turned = RHYS.birth_date.replace(month=RHYS.birth_date.day, day=RHYS.birth_date.month)
    hub.tell(CARE, "s-3", msgspec.structs.replace(RHYS, nhs_number=None, birth_date=turned))
    enquiry = await hub.open()
    assert {one.found.local_id for one in (await hub.find(enquiry)).candidates} == {"s-1", "s-2"}
    wide = await hub.candidate(enquiry, "s-3")
    await hub.confirm(enquiry, wide.id)
    for _ in range(2):
        assert (await hub.find(enquiry)).candidates[0].id == wide.id
        assert await hub.events(enquiry) == ["Event of c-1", "Event of s-3"]
