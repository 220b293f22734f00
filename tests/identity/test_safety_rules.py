"""What no score overrides: who is never linked without a person, and who is kept apart. Each case is a story."""

import pytest

from hub.domain.codes import MatchState
from hub.domain.people import Name
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher
from hub.identity.matching.model import shipped_model

MATCHER = Matcher(shipped_model())
NHS, OTHER_NHS, SLIP_OF_NHS = "9991000003", "9991000011", "9991000004"
UPN, OTHER_UPN = "A831999900001", "C831999900012"
HOME = {"postcode": "AB1 2CD", "address_line": "7 Hill Street"}
ANA = {"given_name": "Anastasia", "family_name": "Examplewood", "birth_date": "2011-05-04"}
OLIVER = {"given_name": "Oliver", "family_name": "Smith", "birth_date": "2011-05-04"}


def compared(one: dict, other: dict, aliases: tuple[Name, ...] = (), former: tuple[str, ...] = ()) -> Compared:
    ours, theirs = Description.of_row(one), Description.of_row(other)
    if aliases or former:
        theirs = type(theirs)(
            **{name: getattr(theirs, name) for name in theirs.__struct_fields__}
            | {"aliases": aliases, "former_numbers": frozenset(former)}
        )
    found = MATCHER.compare(ours, theirs)
    turned = MATCHER.compare(theirs, ours)
    assert (turned.weight, turned.certain) == (pytest.approx(found.weight), found.certain)  # no side is the stronger
    assert MATCHER.weigh(ours, theirs) == (pytest.approx(found.weight), found.certain)
    assert MATCHER.same_person(ours, theirs) is found.certain
    return found


SURE = {
    "the same rare name and birth date": (ANA, ANA),
    "the same common name and birth date at the same address": (OLIVER | HOME, OLIVER | HOME),
    "the same common name and birth date under one number": (OLIVER | {"upn": UPN}, OLIVER | {"upn": UPN}),
    "one number and nothing else": ({"nhs_number": NHS}, {"nhs_number": NHS, **ANA}),
    "one number, and a baby's name": (ANA | {"given_name": "Baby", "nhs_number": NHS}, ANA | {"nhs_number": NHS}),
    "one number, and a short form": (
        ANA | {"given_name": "Madeleine", "nhs_number": NHS},
        ANA | {"given_name": "Maddie", "nhs_number": NHS},
    ),
    "one number, and a surname that changed": (
        ANA | {"nhs_number": NHS},
        ANA | {"family_name": "Otherwise", "nhs_number": NHS},
    ),
    "one number, and day and month the other way round": (
        ANA | {"nhs_number": NHS},
        ANA | {"birth_date": "2011-04-05", "nhs_number": NHS},
    ),
    "day and month the other way round, with all else the same": (
        ANA | HOME,
        ANA | HOME | {"birth_date": "2011-04-05"},
    ),
    "one number, and an initial": (ANA | {"nhs_number": NHS}, ANA | {"given_name": "A", "nhs_number": NHS}),
    "one number, and a second name": (
        ANA | {"given_name": "Anna Maria", "nhs_number": NHS},
        ANA | {"given_name": "Anna", "nhs_number": NHS},
    ),
    "one number, and a slip that makes no other name": (
        ANA | {"given_name": "Jayden", "nhs_number": NHS},
        ANA | {"given_name": "Jaydwen", "nhs_number": NHS},
    ),
    "one number, and names the other way round": (
        ANA | {"nhs_number": NHS},
        ANA | {"given_name": "Examplewood", "family_name": "Anastasia", "nhs_number": NHS},
    ),
    "the same common name and birth date under one number of another kind": (
        OLIVER | {"other_id": "CASE4711"},
        OLIVER | {"other_id": "CASE4711"},
    ),
    "a house with a name, in one postcode": (
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
    ),
    "a slip in the surname at the same address": (ANA | HOME, ANA | HOME | {"family_name": "Exampelwood"}),
    "a slip in the postcode of the same address": (ANA | HOME, ANA | HOME | {"postcode": "AB1 2CE"}),
}


@pytest.mark.parametrize("story", SURE)
def test_some_pairs_need_no_person(story):
    assert compared(*SURE[story]).certain


UNSURE = {
    "twins": (ANA, ANA | {"given_name": "Benjamin"}),
    "twins at one address and school": (ANA | HOME, ANA | HOME | {"given_name": "Beatrix"}),
    "twins under one number, typed for the wrong one": (
        ANA | {"nhs_number": NHS},
        ANA | {"given_name": "Benjamin", "nhs_number": NHS},
    ),
    "twins whose names are alike: Jayden and Hayden": (
        ANA | HOME | {"given_name": "Jayden"},
        ANA | HOME | {"given_name": "Hayden"},
    ),
    "twins whose names are alike: Mia and Mya": (
        ANA | HOME | {"given_name": "Mia"},
        ANA | HOME | {"given_name": "Mya"},
    ),
    "twins whose names are alike: Ella and Ellie": (
        ANA | HOME | {"given_name": "Ella"},
        ANA | HOME | {"given_name": "Ellie"},
    ),
    "brothers who share a first name": (
        ANA | HOME | {"given_name": "Muhammad Ali"},
        ANA | HOME | {"given_name": "Muhammad Hassan"},
    ),
    "siblings at one address": (ANA | HOME, ANA | HOME | {"given_name": "Benjamin", "birth_date": "2013-01-30"}),
    "siblings with names a letter apart": (
        ANA | HOME | {"given_name": "Dan"},
        ANA | HOME | {"given_name": "Ian", "birth_date": "2012-05-04"},
    ),
    "father and son of one name": (ANA | HOME, ANA | HOME | {"birth_date": "1984-11-20"}),
    "father and son of one name, born on one day of the year": (ANA | HOME, ANA | HOME | {"birth_date": "1981-05-04"}),
    "father and son under the father's number": (
        ANA | HOME | {"nhs_number": NHS},
        ANA | HOME | {"nhs_number": NHS, "birth_date": "1984-11-20"},
    ),
    "cousins of one name, born in one month": (ANA | {"postcode": "AB1 2CD"}, ANA | {"birth_date": "2011-05-14"}),
    "cousins of one name whose birth dates are a slip apart": (
        ANA | {"postcode": "AB1 2CD"},
        ANA | {"postcode": "AB1 2CD", "birth_date": "2011-05-05"},
    ),
    "cousins of one name, a slip apart in another street": (
        ANA | HOME,
        ANA | HOME | {"birth_date": "2011-05-05", "address_line": "12 Mill Lane"},
    ),
    "strangers with a common name and one birth date": (OLIVER, OLIVER),
    "strangers with a common name and one birth date in one postcode": (
        OLIVER | {"postcode": "AB1 2CD"},
        OLIVER | {"postcode": "AB1 2CD"},
    ),
    "neighbours with a common name and one birth date": (
        OLIVER | HOME,
        OLIVER | HOME | {"address_line": "9 Hill Street"},
    ),
    "a common name with a slip in the birth date, at one address": (
        OLIVER | HOME,
        OLIVER | HOME | {"birth_date": "2011-04-05"},
    ),
    "somebody who moved": (ANA | HOME, ANA | {"postcode": "ZZ9 9ZZ", "address_line": "1 Far Road"}),
    "two NHS numbers": (ANA | HOME | {"nhs_number": NHS}, ANA | HOME | {"nhs_number": OTHER_NHS}),
    "two NHS numbers, a slip apart": (ANA | HOME | {"nhs_number": NHS}, ANA | HOME | {"nhs_number": SLIP_OF_NHS}),
    "one NHS number and two UPNs": (
        ANA | {"nhs_number": NHS, "upn": UPN},
        ANA | {"nhs_number": NHS, "upn": OTHER_UPN},
    ),
    "two numbers of some other kind": (ANA | HOME | {"other_id": "4711"}, ANA | HOME | {"other_id": "4712"}),
    "the mother's number, typed for the baby": (
        {"given_name": "Baby", "family_name": "Examplewood", "birth_date": "2026-10-30", "nhs_number": NHS},
        ANA | {"birth_date": "1998-02-03", "nhs_number": NHS},
    ),
    "one number under another name and birth date": (
        ANA | {"nhs_number": NHS},
        {"given_name": "Zed", "family_name": "Otherperson", "birth_date": "2018-01-01", "nhs_number": NHS},
    ),
    "one number and birth date under another name": (
        ANA | {"nhs_number": NHS},
        {"given_name": "Zed", "family_name": "Otherperson", "birth_date": "2011-05-04", "nhs_number": NHS},
    ),
    "no given name": (ANA | HOME | {"given_name": "Baby"}, ANA | HOME),
    "no birth date": (ANA | HOME, {**ANA, **HOME, "birth_date": ""}),
    "only surname, school and address": (
        {"family_name": "Examplewood", **HOME, "school": "Oak School"},
        {"family_name": "Examplewood", **HOME, "school": "Oak School"},
    ),
    "names the other way round": (ANA, ANA | {"given_name": "Examplewood", "family_name": "Anastasia"}),
    "names the other way round at the same address": (
        ANA | HOME | {"given_name": "James", "family_name": "Thomas"},
        ANA | HOME | {"given_name": "Thomas", "family_name": "James"},
    ),
    "half of a double-barrelled name at the same address": (
        ANA | HOME | {"given_name": "Ali", "family_name": "Khan-Ahmed"},
        ANA | HOME | {"given_name": "Ali", "family_name": "Khan"},
    ),
    **{
        f"two who were entered as {ours} and {theirs}": (
            ANA | HOME | {"given_name": ours},
            ANA | HOME | {"given_name": theirs},
        )
        for ours, theirs in (
            ("Twin 1 Examplewood", "Twin 2 Examplewood"),
            ("Baby Boy Examplewood", "Baby Girl Examplewood"),
            ("Baby Examplewood", "Baby Examplewood"),
            ("Boy Examplewood", "Girl Examplewood"),
            ("B/O Anna", "B/O Anna"),
            ("Unborn Examplewood", "Unborn Examplewood"),
            ("Not Recorded", "Not Recorded"),
            ("N/A", "N/A"),
            ("None", "None"),
            ("XX", "XX"),
            ("A", "A"),
        )
    },
    **{
        f"two whose surname is {family}": (ANA | HOME | {"family_name": family}, ANA | HOME | {"family_name": family})
        for family in ("Not Recorded", "Unknown", "Not Stated")
    },
    **{
        f"twins under one number: {ours} and {theirs}": (
            ANA | HOME | {"given_name": ours, "nhs_number": NHS},
            ANA | HOME | {"given_name": theirs, "nhs_number": NHS},
        )
        for ours, theirs in (
            ("Jayden", "Hayden"),
            ("Mia", "Mya"),
            ("Anna Maria", "Maria"),
            ("Muhammad Ali", "Muhammad Hassan"),
            ("Daniel", "Daniela"),
            ("Kaylyn", "Kaylan"),
        )
    },
    "twins under the number of their family": (
        ANA | HOME | {"given_name": "Jayden", "other_id": "FAM1234"},
        ANA | HOME | {"given_name": "Hayden", "other_id": "FAM1234"},
    ),
    "a family's number and nothing else": ({"other_id": "FAM1234"}, {"other_id": "FAM1234", **ANA}),
    "a number that is none": (OLIVER | {"other_id": "PENDING"}, OLIVER | {"other_id": "pending"}),
    **{
        f"a common name at {line or 'no address'}, postcode {postcode or 'unknown'}": (
            OLIVER | {"address_line": line, "postcode": postcode},
            OLIVER | {"address_line": line, "postcode": postcode},
        )
        for line, postcode in (
            ("No fixed abode", ""),
            ("No fixed abode", "ZZ99 3VZ"),
            ("4 Somewhere", "ZZ99 3VZ"),
            ("unknown", "AB1 2CD"),
            ("Women's refuge", "AB1 2CD"),
            ("1 High Street", ""),
            ("The Willows", ""),
        )
    },
    "a house with a name, a slip apart in the postcode": (
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
        OLIVER | {"postcode": "AB1 2CE", "address_line": "The Willows"},
    ),
    **{
        f"a rare name, born {born}": (ANA | HOME | {"birth_date": born}, ANA | HOME | {"birth_date": born})
        for born in ("0000-00-00", "01/01/1900", "not stated", "2011-13-50", "2999-01-01", "May 7 2011")
    },
    **{
        f"namesakes called {given} {family}": (
            ANA | {"given_name": given, "family_name": family},
            ANA | {"given_name": given, "family_name": family},
        )
        for given, family in (
            ("Muhammad Ali", "Khan"),
            ("Mohammed", "Khan"),
            ("Mohamed", "Hassan"),
            ("Oliver James", "Smith"),
            ("Oliver", "Smith-Zamoyski"),
        )
    },
    "half of a double-barrelled name elsewhere": (ANA | {"family_name": "Wood-Jones"}, ANA | {"family_name": "Jones"}),
}


@pytest.mark.parametrize("story", UNSURE)
def test_some_pairs_are_never_linked_without_a_person(story):
    found = compared(*UNSURE[story])
    assert not found.certain
    assert MATCHER.judge([found]) is not MatchState.MATCH


APART = ("twins", "twins at one address and school", "father and son of one name")


@pytest.mark.parametrize("story", APART)
def test_twins_and_namesakes_a_generation_apart_are_held_down_and_say_why(story):
    found = compared(*UNSURE[story])
    assert found.weight <= -5
    assert MATCHER.judge([found]) is MatchState.LOW
    (reason,) = [one for one in found.why if one.attribute == "siblings"]
    assert "kept apart" in reason.comparison
    assert found.weight == pytest.approx(MATCHER.model.prior + sum(one.weight for one in found.why), abs=1e-4)


@pytest.mark.parametrize("given", ["Jayden", "Baby", ""])
def test_names_that_a_slip_or_a_baby_explains_are_not_held_down(given):
    found = compared(ANA | HOME | {"given_name": "Hayden"}, ANA | HOME | {"given_name": given})
    assert MATCHER.judge([found]) is MatchState.POTENTIAL


def test_a_superseded_nhs_number_is_the_same_number():
    found = compared(ANA | {"nhs_number": NHS}, ANA | {"nhs_number": OTHER_NHS}, former=(NHS,))
    assert found.certain
    assert [one.comparison for one in found.why if one.attribute == "NHS number"] == ["same as a former number"]
    assert not compared(ANA | {"nhs_number": NHS}, ANA | {"nhs_number": OTHER_NHS}, former=(SLIP_OF_NHS,)).certain


def test_a_name_that_agrees_only_as_an_alias_says_so_and_waits_for_a_person():
    other = ANA | {"given_name": "Zoe", "family_name": "Otherwise"}
    found = compared(ANA, other, aliases=(Name("Anastasia", "Examplewood"),))
    assert MATCHER.judge([found]) is MatchState.POTENTIAL
    assert [one.comparison for one in found.why[:2]] == ["same, also known as", "same, also known as"]
    with_number = compared(ANA | {"upn": UPN}, other | {"upn": UPN}, aliases=(Name("Anastasia", "Examplewood"),))
    assert with_number.certain


def test_a_twins_alias_joins_nobody():
    found = compared(ANA | HOME, ANA | HOME | {"given_name": "Benjamin"}, aliases=(Name("Ben", None),))
    assert MATCHER.judge([found]) is MatchState.LOW


def people(*told: dict) -> list[Description]:
    return [Description.of_row(one) for one in told]


@pytest.mark.parametrize(
    ("told", "together"),
    [
        ([], True),
        ([ANA], True),
        ([ANA, ANA | {"nhs_number": NHS}, {"nhs_number": NHS, "upn": UPN}, {"upn": UPN}], True),
        ([ANA, ANA | {"given_name": "Benjamin"}], False),
        ([ANA, ANA | {"birth_date": "2011-04-05"}], False),
        ([ANA | {"nhs_number": NHS}, ANA, ANA | {"nhs_number": OTHER_NHS}], False),
        ([ANA | {"nhs_number": NHS}, {"given_name": "Zed", "nhs_number": NHS}], True),
        ([ANA, {"nhs_number": NHS}], False),
        ([ANA | HOME, ANA | {"postcode": "ZZ9 9ZZ", "address_line": "1 Far Road"}], False),
        ([ANA | HOME | {"upn": UPN}, ANA | {"postcode": "ZZ9 9ZZ", "upn": UPN}], True),
    ],
)
def test_people_are_one_where_numbers_or_whole_names_join_them_and_no_number_parts_them(told, together):
    assert MATCHER.one_person(people(*told)) is together


def test_a_birth_date_in_other_figures_is_no_fault():
    assert not compared(ANA, ANA | {"birth_date": "\u00b2\u00b2\u00b2\u00b2-\u00b2\u00b2-\u00b2\u00b2"}).certain
    assert not compared(ANA, ANA | {"birth_date": "\u00b2011-05-04"}).certain


def test_one_sure_and_one_doubtful_are_a_match_and_two_likely_are_many():
    sure, likely = compared(ANA, ANA), compared(ANA | HOME, ANA | {"postcode": "ZZ9 9ZZ"})
    doubtful = compared(*UNSURE["twins"])
    assert MATCHER.judge([sure, doubtful]) is MatchState.MATCH
    assert MATCHER.judge([sure, likely]) is MatchState.MANY
    assert MATCHER.judge([likely, doubtful]) is MatchState.POTENTIAL
    assert MATCHER.judge([doubtful]) is MatchState.LOW
