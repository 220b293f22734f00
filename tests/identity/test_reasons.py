"""What a practitioner reads about a pair, attribute by attribute."""

from datetime import date

import pytest

from hub.domain.people import Attributes, PersonReference
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model

MATCHER = Matcher(shipped_model())


def reasons(one: dict, other: dict) -> dict[str, str]:
    found = MATCHER.compare(Description.of_row(one), Description.of_row(other))
    assert len({reason.attribute for reason in found.why}) == len(found.why)
    return {reason.attribute: reason.comparison for reason in found.why}


@pytest.mark.parametrize(
    ("column", "one", "other", "attribute", "words"),
    [
        ("given_name", "Ana", "ANÁ", "given name", "same"),
        ("given_name", "Jon", "Joan", "given name", "Jon / Joan, similar"),
        ("given_name", "Maddie", "Madeleine", "given name", "Maddie / Madeleine, short form or other spelling"),
        ("given_name", "Mohamed", "Muhammad", "given name", "Mohamed / Muhammad, short form or other spelling"),
        ("given_name", "Ana", "Ben", "given name", "different"),
        ("family_name", "Smith-Jones", "Jones", "family name", "Smith Jones / Jones, part of a double-barrelled name"),
        ("family_name", "Example", "Exampel", "family name", "Example / Exampel, similar"),
        ("family_name", "Example", "Khan", "family name", "different"),
        ("birth_date", "2011-05-04", "04/05/2011", "birth date", "same"),
        ("birth_date", "2011-05-04", "2011-04-05", "birth date", "day and month the other way round"),
        ("birth_date", "2011-05-04", "2012-05-04", "birth date", "one digit differs"),
        ("birth_date", "2011-05-04", "2011-05-23", "birth date", "same month and year"),
        ("birth_date", "2011-05-04", "1984-11-20", "birth date", "different"),
        ("postcode", "AB1 2CD", "ab12cd", "postcode", "same"),
        ("postcode", "AB1 2CD", "AB1 9ZZ", "postcode", "same district"),
        ("postcode", "AB1 2CD", "ZZ9 9ZZ", "postcode", "different"),
        ("address_line", "7 Hill Street", "7, Hill Steet", "address", "similar"),
        ("address_line", "7 Hill Street", "Flat 90, Oak Court", "address", "different"),
        ("school", "Oak School", "oak school", "school", "same"),
        ("nhs_number", "999 100 0003", "9991000003", "NHS number", "same"),
        ("nhs_number", "999 100 0003", "9991000011", "NHS number", "different"),
        ("upn", "A831999900001", "A831999900002", "UPN", "one character differs"),
        ("other_id", "4711", "9999", "other number", "different"),
    ],
)
def test_each_attribute_is_explained_in_words(column, one, other, attribute, words):
    assert reasons({column: one}, {column: other}) == {attribute: words}


def test_names_that_stand_the_other_way_round_are_one_reason():
    told = reasons({"given_name": "Ana", "family_name": "Khan"}, {"given_name": "Khan", "family_name": "Ana"})
    assert told == {"names": "the other way round"}


def test_what_one_side_does_not_tell_is_no_reason():
    assert reasons({"given_name": "Baby", "upn": ""}, {"given_name": "Ana", "upn": "A831999900001"}) == {}


@pytest.mark.parametrize(
    ("born", "words", "adds"),
    [(date(2011, 5, 4), "in the range given", 4), (date(2015, 1, 1), "outside the range given", -4)],
)
def test_a_birth_date_that_is_known_in_part_is_compared_as_a_range(born, words, adds):
    asked = Description.of_reference(
        PersonReference(family_name="Example", born_from=date(2011, 1, 1), born_to=date(2011, 12, 31))
    )
    found = MATCHER.compare(asked, Description.of_attributes(Attributes(family_name="Example", birth_date=born)))
    (reason,) = [one for one in found.why if one.attribute == "birth date"]
    assert reason.comparison == words
    assert reason.weight == pytest.approx(adds, abs=1.2)
    assert found.weight == pytest.approx(MATCHER.model.prior + sum(one.weight for one in found.why), abs=1e-4)


def test_a_birth_date_outside_what_is_known_of_it_blocks_even_one_number():
    number = "9991000003"
    asked = Description(nhs_number=number, born_from="2011-01-01", born_to="2011-12-31")
    assert not MATCHER.same_person(asked, Description(nhs_number=number, birth_date="1984-11-20"))
    assert MATCHER.same_person(asked, Description(nhs_number=number, birth_date="2011-06-01"))
