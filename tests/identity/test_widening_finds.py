"""Finds that widen: where they stop, what they say, what one source teaches the search of another."""

from datetime import date

import pytest
from in_memory_partners import (
    BORN,
    BY_NAMES,
    BY_NUMBER,
    CARE,
    CLINIC,
    RHYS,
    Partners,
    held,
    resolved,
)

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState, Label, MatchState
from hub.domain.people import Name, SourceFind
from hub.domain.searching import Searched, SearchKey, Step

K = SearchKey


async def at_care(*people, sets=BY_NAMES, **about) -> SourceFind:
    """The find of one source."""
    return (await resolved(Partners(care=(sets, people)), **(about or RHYS))).finds[CARE]


def found_at(find: SourceFind) -> dict[Step, int | None]:
    return {one.step: one.found for one in find.steps}


async def test_the_first_step_that_answers_well_is_the_last() -> None:
    find = await at_care(held(**RHYS))
    assert (find.match, find.steps) == (MatchState.MATCH, (Searched(Step.EXACT, 1),))


@pytest.mark.parametrize(
    ("written_down", "step", "match"),
    [
        ({"given_name": "Rhyss"}, Step.WILDCARD, {MatchState.MATCH, MatchState.POTENTIAL}),
        ({"given_name": "Rees"}, Step.HOMOPHONE, {MatchState.LOW, MatchState.POTENTIAL}),
        ({"given_name": "Coppersmythe", "family_name": "Rhys"}, Step.SWAPPED_NAMES, {MatchState.POTENTIAL}),
        ({"birth_date": date(2011, 9, 4)}, Step.TRANSPOSED_DATE, {MatchState.LOW, MatchState.POTENTIAL}),
        ({"given_name": "Baby"}, Step.NO_GIVEN_NAME, {MatchState.LOW, MatchState.POTENTIAL}),
    ],
)
async def test_somebody_written_down_otherwise_is_found_by_the_step_for_it(written_down, step, match) -> None:
    find = await at_care(held(**RHYS | written_down))
    assert find.match in match
    assert len(find.candidates) == 1
    assert next(one for one, found in found_at(find).items() if found) is step


async def test_nobody_is_said_only_after_every_step() -> None:
    find = await at_care()
    assert (find.match, find.state) == (MatchState.NONE, AnswerState.NOT_KNOWN)
    assert found_at(find) == dict.fromkeys(
        (
            Step.EXACT,
            Step.WILDCARD,
            Step.HOMOPHONE,
            Step.SWAPPED_NAMES,
            Step.TRANSPOSED_DATE,
            Step.NO_GIVEN_NAME,
        ),
        0,
    )


async def test_somebody_unlikely_stays_a_candidate_while_the_search_goes_on() -> None:
    sets = ((K.FAMILY_NAME, K.BIRTH_DATE), (K.FAMILY_NAME_STARTS, K.BIRTH_DATE))
    sister = held(**RHYS | {"given_name": "Rhian"})
    find = await at_care(sister, held(**RHYS | {"family_name": "Coppersmyth"}), sets=sets)
    assert len(find.candidates) == 2
    assert found_at(find)[Step.EXACT] == 1


def crowd(number: int) -> list:
    return [held(given_name=f"Name{n}", family_name="Coppersmythe", birth_date=BORN) for n in range(number)]


async def test_too_many_stop_the_search_and_say_what_to_add() -> None:
    find = await at_care(*crowd(9), family_name="Coppersmythe", birth_date=BORN)
    assert (find.match, find.candidates, find.steps) == (MatchState.MANY, (), (Searched(Step.EXACT, None),))
    assert "given name" in find.explanation
    assert "NHS number" in find.explanation
    assert find.reasons == ("too-many-found",)


async def test_past_too_many_the_search_goes_only_when_it_is_told_to() -> None:
    sets = ((K.FAMILY_NAME, K.BIRTH_DATE), (K.GIVEN_NAME_SOUNDS, K.FAMILY_NAME_SOUNDS, K.BIRTH_DATE))
    partners = Partners(care=(sets, [*crowd(9), held(**RHYS | {"given_name": "Rhyse"})]))
    stopped = (await resolved(partners, **RHYS)).finds[CARE]
    wider = (await resolved(partners, widen=True, **RHYS)).finds[CARE]
    assert (stopped.match, stopped.candidates) == (MatchState.MANY, ())
    assert [one.found.attributes.given_name for one in wider.candidates] == ["Rhyse"]
    assert Searched(Step.EXACT, None) in wider.steps


async def test_a_number_that_finds_nobody_is_followed_by_names_that_another_source_taught() -> None:
    number = {"nhs_number": "9991000003"}
    partners = Partners(clinic=(BY_NUMBER, [held(**RHYS, **number)]), care=((*BY_NUMBER, *BY_NAMES), [held(**RHYS)]))
    person = await resolved(partners, **number)
    assert found_at(person.finds[CARE]) == {Step.NUMBER: 0, Step.EXACT: 1}
    assert person.links.keys() == {CARE, CLINIC}


async def test_what_was_found_by_what_was_learned_teaches_once_more() -> None:
    partners = Partners(
        clinic=(BY_NUMBER, [held(**RHYS, nhs_number="9991000003")]),
        care=(BY_NAMES, [held(**RHYS, upn="A831999900001")]),
        court=(((K.UPN,),), [held(**RHYS, upn="A831999900001")]),
    )
    person = await resolved(partners, nhs_number="9991000003")
    assert set(person.links) == {"clinic", "care", "court"}


async def test_a_superseded_number_is_followed_everywhere() -> None:
    new = {"nhs_number": "9991000011"}
    partners = Partners(
        clinic=(BY_NUMBER, [held(**RHYS, **new, former_nhs_numbers=("9991000003",))]),
        care=(BY_NUMBER, [held(**RHYS, **new)]),
    )
    person = await resolved(partners, nhs_number="9991000003")
    assert person.links.keys() == {CARE, CLINIC}
    assert person.former_nhs_numbers == {"9991000003"}


async def test_nothing_is_learned_of_an_identity_before_or_after_an_adoption() -> None:
    number = {"nhs_number": "9991000003"}
    adopted = held(Label.ADOPTION, **RHYS, **number)
    partners = Partners(clinic=(BY_NUMBER, [adopted]), care=(BY_NAMES, [held(**RHYS)]))
    person = await resolved(partners, **number)
    assert person.links.keys() == {CLINIC}
    assert not [probe for source, probe in partners.asked if source == CARE]


async def test_somebody_adopted_is_not_found_by_who_they_were() -> None:
    before = {"given_name": "Rhys", "family_name": "Coppersmythe"}
    now = {"given_name": "Owain", "family_name": "Quillfeather", "birth_date": BORN, "nhs_number": "9991000011"}
    adopted = held(Label.ADOPTION, **now, aliases=(Name(**before),), former_nhs_numbers=("9991000003",))
    find = await at_care(adopted, sets=(*BY_NUMBER, *BY_NAMES), **RHYS, nhs_number="9991000003")
    assert (find.match, find.candidates) == (MatchState.NONE, ())


async def test_gender_history_explains_no_match() -> None:
    find = await at_care(held(Label.GENDER_HISTORY, **RHYS))
    (one,) = find.candidates
    assert not [why for why in one.why if "name" in why.attribute]


async def test_a_source_that_fails_on_the_way_is_no_reassurance() -> None:
    partners = Partners(care=(BY_NAMES, []))
    partners.failing[CARE] = SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached")
    find = (await resolved(partners, **RHYS)).finds[CARE]
    assert (find.state, find.match) == (AnswerState.UNAVAILABLE, MatchState.NONE)
    assert "not reassurance" in find.explanation


async def test_no_step_is_begun_without_time_and_that_is_no_reassurance_either() -> None:
    partners = Partners(care=(BY_NAMES, [held(**RHYS)]))
    find = (await resolved(partners, seconds=0.01, **RHYS)).finds[CARE]
    assert partners.asked == []
    assert find.state is AnswerState.TIMED_OUT
    assert "not reassurance" in find.explanation


async def test_a_number_learned_elsewhere_is_searched_for_even_where_somebody_probable_was_found() -> None:
    number = {"upn": "A831999900001"}
    namesake, child = held(**RHYS | {"given_name": "Rhyss"}), held(**RHYS | {"family_name": "Quillfeather"}, **number)
    partners = Partners(clinic=(BY_NAMES, [held(**RHYS, **number)]), care=((*BY_NUMBER, *BY_NAMES), [namesake, child]))
    find = (await resolved(partners, **RHYS)).finds[CARE]
    assert {one.found.local_id for one in find.candidates} == {"care-0", "care-1"}
