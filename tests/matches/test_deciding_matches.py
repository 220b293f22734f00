"""What a person decides about a match: what follows from it, how it is taken back, and when it holds no longer."""

import msgspec
import pytest
from deciding import ASKED, CARE, CLINIC, MISSPELT, RHYS, Hub

from hub.domain.codes import MatchState
from hub.domain.identifiers import nhs_number
from hub.domain.matches import Decision
from hub.errors import Conflict

WAITS = "WITHHELD match-not-confirmed"


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
