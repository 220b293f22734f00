"""Matching: who may be linked without anybody's confirmation, and who never may."""

from datetime import date

import pytest

from hub.domain.codes import MatchState
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import Attributes, PersonReference
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher
from hub.identity.matching.model import shipped_model

NHS, OTHER_NHS = nhs_number("999 100 0003"), nhs_number("999 100 0011")
BORN = date(2011, 5, 4)
ASKED = PersonReference(given_name="Ana", family_name="Example", birth_date=BORN, postcode="AB1 2CD")


MATCHER = Matcher(shipped_model())


def compared(reference: PersonReference, **attributes: object) -> Compared:
    return MATCHER.compare(Description.of_reference(reference), Description.of_attributes(Attributes(**attributes)))


def judged(reference: PersonReference, *people: dict[str, object]) -> MatchState:
    return MATCHER.judge([compared(reference, **one) for one in people])


def test_the_same_nhs_number_is_a_match():
    assert judged(PersonReference(nhs_number=NHS), {"nhs_number": NHS}) is MatchState.MATCH


def test_the_same_upn_is_a_match():
    code = upn("A831999900001")
    assert judged(PersonReference(upn=code), {"upn": code}) is MatchState.MATCH


def test_the_same_full_name_and_birth_date_is_a_match_even_where_case_and_accents_differ():
    person = {"given_name": "ANÁ", "family_name": "example", "birth_date": BORN}
    assert judged(ASKED, person) is MatchState.MATCH


@pytest.mark.parametrize(
    "person",
    [
        {"given_name": "Ben", "family_name": "Example", "birth_date": BORN, "postcode": "AB1 2CD"},
        {"given_name": "Bea", "family_name": "Example", "birth_date": BORN},
    ],
)
def test_a_twin_is_never_linked(person):
    one = compared(ASKED, **person)
    assert not one.certain
    assert judged(ASKED, person) is MatchState.LOW
    assert any("kept apart" in reason.comparison for reason in one.why)


def test_a_conflicting_number_blocks_a_link_however_well_the_rest_agrees():
    asked = PersonReference(nhs_number=NHS, given_name="Ana", family_name="Example", birth_date=BORN)
    person = {"nhs_number": OTHER_NHS, "given_name": "Ana", "family_name": "Example", "birth_date": BORN}
    assert judged(asked, person) is not MatchState.MATCH


def test_a_different_birth_date_blocks_a_link_under_the_same_number():
    asked = PersonReference(nhs_number=NHS, birth_date=BORN)
    assert judged(asked, {"nhs_number": NHS, "birth_date": date(2001, 5, 4)}) is not MatchState.MATCH


def test_a_name_and_birth_date_at_another_postcode_wait_for_a_person():
    person = {"given_name": "Ana", "family_name": "Example", "birth_date": BORN, "postcode": "ZZ9 9ZZ"}
    assert judged(ASKED, person) is MatchState.POTENTIAL


def test_family_name_and_birth_date_alone_do_not_link():
    asked = PersonReference(family_name="Example", birth_date=BORN)
    assert judged(asked, {"given_name": "Ana", "family_name": "Example", "birth_date": BORN}) is MatchState.LOW


def test_two_likely_people_are_many():
    person = {"given_name": "Ana", "family_name": "Example", "birth_date": BORN}
    assert judged(ASKED, person, person) is MatchState.MANY


def test_nobody_is_none():
    assert judged(ASKED) is MatchState.NONE


def test_every_attribute_compared_has_a_reason_whose_weights_make_the_score():
    person = {"given_name": "Ana", "family_name": "Example", "birth_date": BORN, "postcode": "AB1 2CD"}
    one = compared(ASKED, **person)
    assert [reason.attribute for reason in one.why] == ["given name", "family name", "birth date", "postcode"]
    assert one.weight == pytest.approx(sum(reason.weight for reason in one.why) + MATCHER.model.prior, abs=1e-5)
