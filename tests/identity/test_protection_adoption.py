"""An adoption is joined to who somebody was by no slip and by no number; a twin's number finds both twins."""

import pytest
from in_memory_partners import BY_NAMES, BY_NUMBER, CARE, CLINIC, RHYS, Partners, held, resolved

from hub.domain.codes import Label, MatchState
from hub.domain.people import Person
from hub.domain.searching import Step

NUMBER, ANOTHER = {"nhs_number": "9991000003"}, {"nhs_number": "9991000011"}
EVERY = (*BY_NUMBER, *BY_NAMES)
SINCE = RHYS | {"given_name": "Owain", "family_name": "Quillfeather"}


def partners(clinic, care) -> Partners:
    return Partners(clinic=(EVERY, clinic), care=(EVERY, care))


def names(person: Person) -> set[str | None]:
    return {one.found.attributes.family_name for find in person.finds.values() for one in find.candidates}


@pytest.mark.parametrize("mistyped", ["Zed", "Rh", "Bronwen"])
async def test_a_mistyped_name_takes_no_label_off(mistyped) -> None:
    made = partners([held(Label.ADOPTION, **RHYS)], [held(**RHYS)])
    person = await resolved(made, **RHYS | {"given_name": mistyped})
    assert person.labels == {Label.ADOPTION}
    assert all(find.labels == {Label.ADOPTION} for find in person.finds.values())


async def test_a_twins_label_is_not_taken_for_ones_own() -> None:
    twin = held(Label.ADOPTION, **RHYS | {"given_name": "Bronwen"}, **ANOTHER)
    person = await resolved(partners([held(**RHYS, **NUMBER), twin], [held(**RHYS, **NUMBER)]), **RHYS, **NUMBER)
    assert (person.labels, person.links.keys()) == (frozenset(), {CARE, CLINIC})


async def test_a_number_that_outlived_an_adoption_joins_nobody() -> None:
    person = await resolved(partners([held(Label.ADOPTION, **SINCE, **NUMBER)], [held(**RHYS, **NUMBER)]), **NUMBER)
    assert (person.links, names(person)) == ({}, set())
    assert {find.match for find in person.finds.values()} == {MatchState.POTENTIAL}
    assert person.labels == {Label.ADOPTION}


@pytest.mark.parametrize(("said", "shown"), [(RHYS, CARE), (SINCE, CLINIC)])
async def test_who_is_asked_about_by_name_is_told_of_under_that_name_alone(said, shown) -> None:
    made = partners([held(Label.ADOPTION, **SINCE, **NUMBER)], [held(**RHYS, **NUMBER)])
    person = await resolved(made, **said, **NUMBER)
    assert (person.links.keys(), names(person)) == ({shown}, {said["family_name"]})


async def test_an_adopted_child_whom_both_call_the_same_is_linked_by_their_number() -> None:
    made = partners([held(Label.ADOPTION, **SINCE, **NUMBER)], [held(**SINCE, **NUMBER)])
    assert (await resolved(made, **NUMBER)).links.keys() == {CARE, CLINIC}


@pytest.mark.parametrize("name", ["Rhian", "Bronwen"])
async def test_a_twins_number_finds_the_child_of_that_name_as_well(name) -> None:
    twins = [held(**RHYS, **NUMBER), held(**RHYS | {"given_name": name}, **ANOTHER)]
    find = (await resolved(partners([], twins), **RHYS | {"given_name": name}, **NUMBER)).finds[CARE]
    assert {one.found.attributes.given_name for one in find.candidates} == {"Rhys", name}
    assert find.match in {MatchState.MANY, MatchState.POTENTIAL}
    assert [one.step for one in find.steps][:2] == [Step.NUMBER, Step.EXACT]


async def test_a_number_held_under_the_name_that_was_said_is_enough() -> None:
    find = (await resolved(partners([], [held(**RHYS, **NUMBER)]), **RHYS, **NUMBER)).finds[CARE]
    assert [one.step for one in find.steps] == [Step.NUMBER]
