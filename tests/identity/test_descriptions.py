"""One writing for each way in which people write names, dates, places and numbers."""

from datetime import date

import pytest

from hub.domain.identifiers import nhs_number
from hub.domain.people import Attributes, Name, PersonReference
from hub.identity.matching.columns import table_row
from hub.identity.matching.description import Description
from hub.identity.matching.model import shipped_model


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("Ana", "ana"),
        ("ANÁ", "ana"),
        ("  Mary-Ann ", "maryann"),
        ("Mary Ann", "maryann"),
        ("D'Arcy", "darcy"),
        ("D\u2019Arcy", "darcy"),
        ("Łucja", "lucja"),
        ("\uff21na", "ana"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("Baby Ana", None),
        ("Twin 1 Smith", None),
        ("Twin2", None),
        ("Baby Girl Jones", None),
        ("Boy Zielinski", None),
        ("B/O Anna", None),
        ("b / o Anna", None),
        ("Daughter of Anna", None),
        ("Unborn Smith", None),
        ("N/A", None),
        ("Not Recorded", None),
        ("Not Stated", None),
        ("None", None),
        ("No name", None),
        ("XX", None),
        ("X", None),
        ("Xi", "xi"),
        ("Noah", "noah"),
        ("Nathan", "nathan"),
        ("Twin 1", None),
        ("BABY BOY", None),
        ("Baby", None),
        ("Infant of Ana", None),
        ("Unknown", None),
        ("not known", None),
        ("", None),
        (None, None),
        ("-", None),
        ("Bo", "bo"),
        ("Boy George", None),
    ],
)
def test_given_names_are_written_one_way_and_placeholders_are_none(told, written):
    assert Description.of_row({"given_name": told}).given_name == written


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("O'Brien", "obrien"),
        ("Smith-Jones", "smithjones"),
        ("Smith Jones", "smithjones"),
        ("Ó Briain", "obriain"),
        ("Großmann", "grossmann"),
        ("unknown", None),
        ("Not Recorded", None),
        ("N/A", None),
        ("Baby", None),
        ("Child", "child"),
        ("Son", "son"),
        ("Nott", "nott"),
    ],
)
def test_family_names_are_written_one_way(told, written):
    assert Description.of_row({"family_name": told}).family_name == written


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("2011-05-04", "2011-05-04"),
        ("2011-5-4", "2011-05-04"),
        ("20110504", "2011-05-04"),
        ("04/05/2011", "2011-05-04"),
        ("4.5.2011", "2011-05-04"),
        ("2011-05-04T00:00:00Z", "2011-05-04"),
        ("20111350", "2011-13-50"),
        ("May 2011", "May 2011"),
        ("2011", "2011"),
        (" ", None),
        ("0000-00-00", None),
        ("00/00/0000", None),
        ("01/01/1900", None),
        ("not stated", None),
        ("\u00b2\u00b2\u00b2\u00b2-\u00b2\u00b2-\u00b2\u00b2", None),
        ("\u00b2011-05-04", "\u00b2011-05-04"),
    ],
)
def test_birth_dates_are_written_one_way_and_what_is_no_date_stays(told, written):
    assert Description.of_row({"birth_date": told}).birth_date == written


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("ab12cd", "AB1 2CD"),
        ("AB1  2CD", "AB1 2CD"),
        ("sw1a-1aa", "SW1A 1AA"),
        ("45 11", "4511"),
        ("AB1", "AB1"),
        ("-", None),
    ],
)
def test_postcodes_have_one_space_where_they_are_british(told, written):
    assert Description.of_row({"postcode": told}).postcode == written


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("999 100 0003", "9991000003"),
        ("999-100-0003", "9991000003"),
        ("a831999900001", "A831999900001"),
        ("9999999999", None),
        ("0000000000", None),
        ("Unknown", None),
        ("PENDING", None),
        ("0", None),
        ("0000", None),
        ("AB1", None),
        ("AB12", "AB12"),
    ],
)
def test_numbers_that_stand_for_none_are_none(told, written):
    one = Description.of_row({"nhs_number": told, "upn": told, "other_id": told})
    assert {one.nhs_number, one.upn, one.other_id} == {written}


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("7, Hill Street", "7 hill street"),
        ("The Willows", "the willows"),
        ("No fixed abode", None),
        ("NFA", None),
        ("Unknown", None),
        ("not known", None),
        ("Women's Refuge", None),
        ("Care home", None),
        ("Children's Home", None),
        ("-", None),
    ],
)
def test_addresses_that_name_no_place_are_none(told, written):
    assert Description.of_row({"address_line": told}).address_line == written


def test_a_reference_and_a_sources_attributes_are_described_alike():
    number = nhs_number("999 100 0003")
    names = {"given_name": "Ana", "family_name": "Example", "birth_date": date(2011, 5, 4), "nhs_number": number}
    place = {"postcode": "AB12CD", "school": "Oak School"}
    alias = (Name("Anya", None),)
    asked = Description.of_reference(PersonReference(**names, **place, aliases=alias))
    told = Description.of_attributes(Attributes(**names, **place, aliases=alias))
    assert asked == told
    assert (told.given_name, told.birth_date, told.postcode) == ("ana", "2011-05-04", "AB1 2CD")


def test_place_and_aliases_are_left_out_where_they_must_not_be_compared():
    attributes = Attributes(
        family_name="Example",
        postcode="AB1 2CD",
        address="7 Hill Street",
        school="Oak School",
        aliases=(Name("Ana", None),),
        former_nhs_numbers=("999 100 0003",),
    )
    bare = Description.of_attributes(attributes, place=False, aliases=False)
    assert (bare.postcode, bare.address_line, bare.school, bare.aliases) == (None, None, None, ())
    assert bare.former_numbers == {"9991000003"}
    reference = PersonReference(family_name="Example", birth_date=date(2011, 5, 4), postcode="AB1 2CD", school="Oak")
    asked = Description.of_reference(reference, place=False)
    assert (asked.postcode, asked.school) == (None, None)


def test_a_row_for_training_has_every_column_that_a_condition_can_name():
    row = table_row(
        Description.of_row({"given_name": "Maddie", "family_name": "van der Berg-Jones"}), shipped_model().nicknames
    )
    assert row["given_name"] == "maddie"
    assert row["given_forms"] == ["madeleine", "madison"]
    assert row["family_words"] == ["berg", "jones"]
    assert row["postcode"] is None
    assert table_row(Description(), {}) == dict.fromkeys(row)
