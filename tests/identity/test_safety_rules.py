"""What no score overrides: who is never linked without a person, and who is kept apart. Each case is a story."""

import pytest
from safety_stories import ANA, HOME, NHS, OTHER_NHS, SLIP_OF_NHS, SURE, UNSURE, UPN

from hub.domain.codes import MatchState
from hub.domain.people import Name
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher
from hub.identity.matching.model import shipped_model

MATCHER = Matcher(shipped_model())


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


@pytest.mark.parametrize("story", SURE)
def test_some_pairs_need_no_person(story):
    assert compared(*SURE[story]).certain


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
