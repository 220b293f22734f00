"""What people decided about matches, in the finds and links that follow."""

from datetime import date

from in_memory_partners import (
    BY_NAMES,
    BY_NUMBER,
    CARE,
    CLINIC,
    RHYS,
    KeptDecisions,
    KeptLinks,
    Partners,
    confirmed_link,
    decided,
    held,
    resolved,
)

from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.matches import Decision
from hub.domain.questions import QuestionKind

TURNED = RHYS | {"birth_date": date(2011, 9, 4)}  # day and month the other way round: never linked by itself
CONFIRMED = decided(Decision.CONFIRMED, CARE, "care-0", TURNED)
REJECTED = decided(Decision.REJECTED, CARE, "care-0", TURNED)


async def find(person, *decisions, links=None, **about):
    partners = Partners(care=(BY_NAMES, [person] if person else []))
    return await resolved(partners, links, KeptDecisions(*decisions), **(about or RHYS))


async def test_without_a_decision_it_waits_for_a_person() -> None:
    person = await find(held(**TURNED))
    assert person.links == {}
    assert person.finds[CARE].match is not MatchState.MATCH


async def test_somebody_confirmed_is_the_child_whatever_the_score() -> None:
    links = KeptLinks()
    person = await find(held(**TURNED), CONFIRMED, links=links)
    (one,) = person.finds[CARE].candidates
    assert (person.finds[CARE].match, one.linked, one.decision) == (MatchState.MATCH, True, CONFIRMED)
    assert person.links[CARE].local_id == "care-0"
    assert links.how == {CARE: "confirmed"}


async def test_somebody_rejected_is_not_offered_and_not_counted() -> None:
    person = await find(held(**TURNED), REJECTED)
    found = person.finds[CARE]
    assert (found.match, found.state, found.candidates) == (MatchState.NONE, AnswerState.NOT_KNOWN, ())
    assert not any(one.found for one in found.steps)
    assert [one.found.local_id for one in found.rejected] == ["care-0"]


async def test_somebody_rejected_is_offered_again_when_other_is_told_of_them_and_never_linked_unasked() -> None:
    person = await find(held(**RHYS), REJECTED)
    (one,) = person.finds[CARE].candidates
    assert (person.finds[CARE].match, one.decision, person.links) == (MatchState.POTENTIAL, REJECTED, {})


async def test_somebody_confirmed_who_is_named_otherwise_now_waits_again() -> None:
    before, now = RHYS | {"given_name": "Rees"}, RHYS | {"given_name": "Reese"}
    confirmed, link = decided(Decision.CONFIRMED, CARE, "care-0", before), confirmed_link(CARE, "care-0", before)
    assert (await find(held(**before), confirmed, links=KeptLinks(link))).links.keys() == {CARE}
    person = await find(held(**now), confirmed, links=KeptLinks(link))
    assert person.links == {}
    assert [one.decision for one in person.finds[CARE].candidates] == [confirmed]


async def test_a_confirmed_link_outlives_a_find_that_fails_to_return_them() -> None:
    link = confirmed_link(CARE, "care-0", TURNED)
    links = KeptLinks(link)
    person = await find(None, CONFIRMED, links=links)
    assert person.links == {CARE: link}
    assert links.links == {CARE: link}


async def test_a_confirmed_link_and_a_match_with_somebody_else_wait_for_a_person() -> None:
    links = KeptLinks(confirmed_link(CARE, "care-9", TURNED))
    person = await find(held(**RHYS), links=links)
    assert (person.finds[CARE].match, person.links) == (MatchState.POTENTIAL, {})
    assert links.links.keys() == {CARE}


async def test_a_rejected_link_is_not_used() -> None:
    link = confirmed_link(CARE, "care-0", TURNED)
    person = await find(None, REJECTED, links=KeptLinks(link))
    assert person.links == {}


async def test_a_confirmation_does_not_part_the_matches_of_other_sources() -> None:
    number = {"nhs_number": "9991000003"}
    partners = Partners(clinic=(BY_NUMBER, [held(**RHYS, **number)]), care=(BY_NAMES, [held(**TURNED)]))
    person = await resolved(partners, None, KeptDecisions(CONFIRMED), **RHYS, **number)
    assert person.links.keys() == {CARE, CLINIC}


async def test_no_confirmation_shows_somebody_who_must_not_be_found() -> None:
    link = confirmed_link(CARE, "care-0", TURNED)
    hidden = held(Label.WITNESS_PROTECTION, **RHYS)
    partners = Partners(clinic=(BY_NAMES, [hidden]), care=(BY_NAMES, [held(**TURNED)]))
    person = await resolved(partners, KeptLinks(link), KeptDecisions(CONFIRMED), **RHYS)
    assert person.links == {}
    assert {one.match for one in person.finds.values()} == {MatchState.NONE}


async def test_no_confirmation_joins_an_identity_across_an_adoption() -> None:
    adopted = held(Label.ADOPTION, **TURNED)
    assert (await find(adopted, CONFIRMED)).links == {}


async def test_a_view_uses_confirmed_links_without_searching() -> None:
    link = confirmed_link(CARE, "care-0", TURNED)
    partners = Partners(care=(BY_NAMES, []))
    person = await resolved(partners, KeptLinks(link), kind=QuestionKind.VIEW, **RHYS)
    assert (person.links, partners.asked) == ({CARE: link}, [])
