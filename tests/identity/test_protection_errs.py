"""Protection errs towards protecting: a slip unprotects nobody, and a twin hides no twin who is known apart."""

from datetime import date

import pytest
from in_memory_partners import BY_NAMES, BY_NUMBER, CARE, CLINIC, RHYS, Partners, held, resolved

from hub.domain.codes import Label, MatchState
from hub.domain.people import Person

NUMBER, ANOTHER = {"nhs_number": "9991000003"}, {"nhs_number": "9991000011"}
EVERY = (*BY_NUMBER, *BY_NAMES)
WHOLLY_OTHER = {"given_name": "Owain", "family_name": "Quillfeather", "birth_date": date(2012, 7, 8)}
CHILD = held(**RHYS, **NUMBER)
TWIN = RHYS | {"given_name": "Bronwen"}


def partners(*clinic, care=(CHILD,)) -> Partners:
    return Partners(clinic=(EVERY, clinic), care=(EVERY, care))


def nobody(person: Person) -> bool:
    return person.links == {} and {find.match for find in person.finds.values()} == {MatchState.NONE}


@pytest.mark.parametrize(
    "hidden",
    [
        WHOLLY_OTHER | NUMBER,
        WHOLLY_OTHER | ANOTHER | {"former_nhs_numbers": ("9991000003",)},
        RHYS | {"given_name": "Baby"},
        RHYS | {"given_name": "R"},
        RHYS | {"given_name": "Owain"},
        RHYS | {"family_name": "Copersmith"},
        RHYS | {"birth_date": date(2011, 9, 4)},
        RHYS | ANOTHER,
    ],
)
async def test_no_slip_unprotects(hidden) -> None:
    assert nobody(await resolved(partners(held(Label.WITNESS_PROTECTION, **hidden)), **RHYS))


async def test_one_upn_protects_whatever_the_names() -> None:
    upn = {"upn": "A831999900001"}
    hidden = held(Label.WITNESS_PROTECTION, **WHOLLY_OTHER, **upn)
    assert nobody(await resolved(partners(hidden, care=[held(**RHYS, **upn)]), **RHYS))


@pytest.mark.parametrize("asked", [RHYS, RHYS | NUMBER, NUMBER])
async def test_a_protected_twin_hides_no_twin_whose_number_is_another(asked) -> None:
    twin = held(Label.WITNESS_PROTECTION, **TWIN, **ANOTHER)
    person = await resolved(partners(twin, held(**RHYS, **NUMBER)), **asked)
    assert person.links.keys() == {CARE, CLINIC}
    assert person.labels == frozenset()


async def test_a_protected_twin_without_a_number_hides_whom_nobody_tells_apart_from_them() -> None:
    twin = held(Label.WITNESS_PROTECTION, **TWIN)
    assert nobody(await resolved(partners(twin), **RHYS))
    assert not nobody(await resolved(partners(twin, held(**RHYS)), **RHYS))  # the clinic holds both


async def test_the_protected_twin_stays_unknown_when_it_is_they_who_are_asked_about() -> None:
    made = partners(held(Label.WITNESS_PROTECTION, **TWIN, **ANOTHER), held(**RHYS, **NUMBER), care=[held(**TWIN)])
    assert nobody(await resolved(made, **TWIN))


async def test_a_stranger_of_that_birth_date_is_not_hidden() -> None:
    hidden = held(Label.WITNESS_PROTECTION, **WHOLLY_OTHER | {"birth_date": RHYS["birth_date"]})
    assert (await resolved(partners(hidden), **RHYS)).links.keys() == {CARE}


async def test_what_is_learned_tells_who_was_protected_all_along() -> None:
    hidden = held(Label.WITNESS_PROTECTION, **WHOLLY_OTHER, **NUMBER)
    made = Partners(clinic=(BY_NUMBER, [hidden]), care=(EVERY, [held(**RHYS, **NUMBER)]))
    assert nobody(await resolved(made, **RHYS))
