"""A protected person's name and birth date with another's number: the other is told of as if nobody were protected."""

from datetime import date
from typing import Any

import pytest
from in_memory_partners import BY_NAMES, BY_NUMBER, RHYS, Partners, held, resolved

from hub.connectors.in_memory import Held
from hub.domain.codes import Label, MatchState
from hub.domain.people import Person

NUMBER, ANOTHER = {"nhs_number": "9991000003"}, {"nhs_number": "9991000011"}
EVERY = (*BY_NUMBER, *BY_NAMES)
OTHER = {"given_name": "Owain", "family_name": "Quillfeather", "birth_date": date(2012, 7, 8), **ANOTHER}
HIDDEN = held(Label.WITNESS_PROTECTION, **RHYS, **NUMBER)
MIXED = RHYS | ANOTHER


def partners(clinic: list[Held], care: list[Held], by: Any = EVERY) -> Partners:
    """A clinic that marks, and social care."""
    made = Partners(clinic=(by, clinic), care=(EVERY, care))
    made.marks = {one: frozenset({Label.WITNESS_PROTECTION}) for one in made.keys if one == "clinic"}
    return made


async def told(made: Partners, **asked: Any) -> tuple[Any, ...]:
    """All that can be told from an answer, and all that partners were asked."""
    person = await resolved(made, **asked)
    return person.links, person.finds, person.labels, person.former_nhs_numbers, sorted(map(repr, made.asked))


def offered(person: Person) -> set[str | None]:
    return {one.found.attributes.given_name for find in person.finds.values() for one in find.candidates}


@pytest.mark.parametrize("by", [EVERY, BY_NAMES], ids=["every", "names"])
@pytest.mark.parametrize(
    "unmarked",
    [[], [held(**RHYS)], [held(**RHYS, **NUMBER)], [held(Label.ADOPTION, **RHYS)]],
    ids=["unknown", "open", "open-numbered", "adopted"],
)
async def test_the_other_is_told_of_as_where_nobody_holds_the_protected(unmarked: list[Held], by: Any) -> None:
    other = held(**OTHER)
    absent = partners([], [other], by)
    assert offered(await resolved(absent, **MIXED)) == {"Owain"}, "there is nothing to tell apart"
    absent.asked.clear()
    assert await told(partners([HIDDEN], [other, *unmarked], by), **MIXED) == await told(absent, **MIXED)


async def test_a_superseded_number_is_the_others_as_well() -> None:
    other = held(**OTHER | {"nhs_number": "9991000038", "former_nhs_numbers": (ANOTHER["nhs_number"],)})
    protected, absent = partners([HIDDEN], [other]), partners([], [other])
    assert await told(protected, **MIXED) == await told(absent, **MIXED)


@pytest.mark.parametrize(
    "bearer",
    [
        held(**RHYS, **ANOTHER),  # they themselves, under a new number
        held(Label.WITNESS_PROTECTION, **OTHER),  # nobody who is heard openly
        held(**OTHER | NUMBER),  # the number asked with is nobody's
    ],
    ids=["themselves", "protected as well", "nobody"],
)
async def test_a_number_of_nobody_else_lets_nothing_off(bearer: Held) -> None:
    person = await resolved(partners([HIDDEN], [bearer, held(**RHYS)]), **MIXED)
    assert person.links == {}
    assert {find.match for find in person.finds.values()} == {MatchState.NONE}


async def test_their_own_number_hides_them_whoever_bears_the_other_that_was_asked_with() -> None:
    upn = {"upn": "A831999900001"}
    protected = held(Label.WITNESS_PROTECTION, **RHYS, **NUMBER, **upn)
    person = await resolved(partners([protected], [held(**OTHER), held(**RHYS)]), **MIXED, **upn)
    assert offered(person) == set()
