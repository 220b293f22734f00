"""People around the child: the same person of several sources stands once, and nobody else is taken for them."""

from datetime import date

import pytest

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, SubjectKind
from hub.domain.disclosures import Released
from hub.domain.identifiers import SourceId
from hub.domain.network import Link
from hub.domain.records import About, AnyRecord, Finding, RelatedPerson
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.joining import together

CARE, CLINIC, YOUTH, JAIL = (SourceId(one) for one in ("care", "clinic", "youth", "jail"))
ADULT, CHILD = SubjectKind.NETWORK_ADULT, SubjectKind.NETWORK_CHILD
BORN = date(1986, 7, 19)
MATCHER = Matcher(shipped_model())


def somebody(
    name: str | None, relationship: str, born: date | None = BORN, key: str = "1", kind: SubjectKind = ADULT
) -> RelatedPerson:
    return RelatedPerson(
        category=Category.HEALTH_FAMILY, about=About(kind, key), relationship=relationship, name=name, birth_date=born
    )


def risk(key: str) -> Finding:
    return Finding(category=Category.PROBATION_MAPPA, about=About(ADULT, key), type="mappa", label="MAPPA level 2")


def people(*links: Link, **told: list[AnyRecord]) -> list[set[str]]:
    """Who stands together, as sets of "source:key"."""
    return [{f"{source}:{about.key}" for source, about in one.members} for one in joined(*links, **told)]


def joined(*links: Link, **told: list[AnyRecord]):
    released = [
        Released(Answer(SourceId(source), AnswerState.KNOWN, "", records=tuple(records)))
        for source, records in told.items()
    ]
    return together(released, links, MATCHER)


def test_a_mother_whom_four_sources_name_stands_once():
    assert people(
        care=[somebody("Leanne Fictworth", "mother")],
        clinic=[somebody("Leanne FICTWORTH", "mother", None, "7")],
        youth=[somebody("Leanne Fictworth", "mother", BORN, "3")],
        jail=[somebody("Leanne Fictworth", "parent", BORN, "9")],
    ) == [{"care:1", "clinic:7", "youth:3", "jail:9"}]


def test_even_a_common_name_with_one_birth_date_is_one_person_among_those_around_one_child():
    assert people(care=[somebody("John Smith", "father")], youth=[somebody("John Smith", "father")]) == [
        {"care:1", "youth:1"}
    ]


def test_what_a_source_holds_about_somebody_comes_with_them():
    [one] = people(care=[somebody("Damian Placeholme", "x")], jail=[somebody("Damian Placeholme", "y"), risk("1")])
    assert one == {"care:1", "jail:1"}


APART = {
    "two mothers without a name": (somebody(None, "mother"), somebody(None, "mother")),
    "a mother of another given name": (somebody("Leanne Fictworth", "mother"), somebody("Joanna Fictworth", "mother")),
    "a given name alone": (somebody("Leanne", "mother", None), somebody("Leanne", "mother", None)),
    "a mother without a birth date and a sister of her name": (
        somebody("Leanne Fictworth", "mother"),
        somebody("Leanne Fictworth", "aunt", None),
    ),
    "father and son of one name": (
        somebody("Stuart Fictworth", "father"),
        somebody("Stuart Fictworth", "sibling", date(2008, 7, 19), kind=CHILD),
    ),
    "twins": (
        somebody("Elsie Fictworth", "sibling", date(2016, 5, 1), kind=CHILD),
        somebody("Elise Fictworth", "sibling", date(2016, 5, 1), kind=CHILD),
    ),
    "unborn twins": (
        somebody("Baby Fictworth", "unborn sibling", None, kind=CHILD),
        somebody("Baby Fictworth", "unborn sibling", None, kind=CHILD),
    ),
    "newborn twins without names": (
        somebody("Baby Fictworth", "sibling", date(2026, 5, 1), kind=CHILD),
        somebody("Baby Fictworth", "sibling", date(2026, 5, 1), kind=CHILD),
    ),
    "one name and two birth dates": (
        somebody("Damian Placeholme", "step-father"),
        somebody("Damian Placeholme", "step-father", date(1971, 1, 2)),
    ),
}


@pytest.mark.parametrize("what", APART)
def test_people_who_may_be_two_are_left_apart(what: str):
    one, other = APART[what]
    assert people(care=[one], clinic=[other]) == [{"care:1"}, {"clinic:1"}]


def test_who_may_be_the_same_is_said_on_both_sides():
    one, other = joined(
        care=[somebody("Damian Placeholme", "in the same family record")],
        clinic=[somebody("Damian Placeholme", "step-father", None)],
    )
    assert one.possibly == ((CLINIC, About(ADULT, "1")),)
    assert other.possibly == ((CARE, About(ADULT, "1")),)


def test_who_cannot_be_the_same_is_not_said_to_be():
    for one in joined(care=[somebody("Leanne Fictworth", "mother")], clinic=[somebody("Ada Marlow", "mother")]):
        assert one.possibly == ()


def test_two_entries_of_one_source_are_two_people_and_a_third_joins_neither():
    told = joined(
        care=[somebody("Leanne Fictworth", "mother", BORN, "1"), somebody("Leanne Fictworth", "mother", BORN, "2")],
        youth=[somebody("Leanne Fictworth", "mother", BORN, "3")],
    )
    assert [len(one.members) for one in told] == [1, 1, 1]
    assert len(told[2].possibly) == 2


def test_a_chain_that_would_make_one_person_of_two_birth_dates_joins_nobody():
    assert people(
        care=[somebody("Stuart Fictworth", "father", BORN)],
        clinic=[somebody("Stuart Fictworth", "father", None)],
        youth=[somebody("Stuart Fictworth", "father", date(1961, 7, 19))],
    ) == [{"care:1"}, {"clinic:1"}, {"youth:1"}]


def test_a_withheld_name_joins_nobody_though_everything_else_agrees():
    assert len(people(care=[somebody("Leanne Fictworth", "mother")], clinic=[somebody(None, "mother")])) == 2


def test_somebody_who_was_searched_for_is_with_whoever_named_them_even_without_a_name_of_their_own():
    link = Link((CARE, About(ADULT, "1")), (JAIL, About(ADULT, "around-1")))
    assert people(link, care=[somebody("Jermaine Nonesuch", "x")], jail=[risk("around-1")]) == [
        {"care:1", "jail:around-1"}
    ]


def test_nobody_is_lost_and_the_child_is_not_among_them():
    about_the_child = Finding(category=Category.PROBATION_CHILD_CONTACT, type="x", label="A statement of risk")
    assert people(jail=[risk("4"), about_the_child], care=[somebody("Ada Marlow", "aunt")]) == [{"jail:4"}, {"care:1"}]
