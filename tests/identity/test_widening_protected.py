"""Somebody under witness protection: every search ends, and is made, as for a person nobody knows."""

from collections import Counter

import pytest
from in_memory_partners import BY_NAMES, BY_NUMBER, CARE, CLINIC, PROTECTED, RHYS, Partners, held, resolved

from hub.domain.codes import Label, MatchState
from hub.domain.people import Person

NUMBER = {"nhs_number": "9991000003"}
EVERY = (*BY_NUMBER, *BY_NAMES)
HIDDEN = held(Label.WITNESS_PROTECTION, **RHYS, **NUMBER)
OPENLY = held(**RHYS, **NUMBER)


def partners(*people, care=(), court=()) -> Partners:
    """A clinic that marks protection, and two partners that do not know of it."""
    made = Partners(clinic=(EVERY, people), care=(EVERY, care), court=(BY_NAMES, court))
    made.marks = {CLINIC: PROTECTED}
    return made


def told(person: Person):
    return (person.links, person.finds, person.labels)


def asked(made: Partners) -> Counter:
    return Counter((source, probe.step, tuple(sorted(probe.keys))) for source, probe in made.asked)


@pytest.mark.parametrize(
    "about",
    [
        NUMBER,
        RHYS,
        RHYS | NUMBER,
        RHYS | {"given_name": "Coppersmythe", "family_name": "Rhys"},
    ],
)
async def test_every_source_ends_and_is_asked_as_for_nobody(about) -> None:
    protected, nobody = partners(HIDDEN, care=[OPENLY], court=[held(**RHYS)]), partners()
    assert told(await resolved(protected, **about)) == told(await resolved(nobody, **about))
    assert asked(protected) == asked(nobody)


async def test_a_namesake_under_protection_hides_nobody_else() -> None:
    namesake = held(Label.WITNESS_PROTECTION, **RHYS | {"given_name": "Rhian"})
    person = await resolved(partners(OPENLY, namesake, care=[OPENLY]), **RHYS)
    assert person.links.keys() == {CLINIC, CARE}
    assert all(len(find.candidates) <= 1 for find in person.finds.values())


async def test_a_half_remembered_person_under_protection_is_nowhere_a_candidate() -> None:
    about = {"family_name": "Coppersmythe", "birth_date": RHYS["birth_date"]}
    person = await resolved(partners(HIDDEN, care=[OPENLY], court=[held(**RHYS)]), **about)
    assert {find.match for find in person.finds.values()} == {MatchState.NONE}
    assert not any(one.found for find in person.finds.values() for one in find.steps)
