"""Adults around the child are looked for where policy permits it; whatever could not be checked is said."""

import asyncio

import msgspec
import pytest
from adults_around import (
    ADULT,
    CARE,
    CHILD,
    HIM,
    JAIL,
    MATCHER,
    SOURCE,
    Partner,
    asked,
    care,
    jail,
    named,
    permit,
    risk,
)

from hub.domain.answers import SourceFailed
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import AnswerState, Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.network import UNTOLD, Link
from hub.domain.people import Found
from hub.domain.questions import Selection
from hub.domain.records import THE_CHILD, About
from hub.identity.network.around import MOST_ADULTS, Network


@pytest.fixture
def partner() -> Partner:
    return Partner()


def test_an_adult_whom_another_source_names_is_found_and_stands_with_whoever_named_him(partner: Partner):
    answer, links = asked(partner, care(), jail())
    assert answer.state is AnswerState.KNOWN
    assert [record.label for record in answer.records] == ["MAPPA level 2"]
    assert "knows one adult whom another source names around this child" in answer.explanation
    assert links == (Link((CARE, About(ADULT, "1")), (JAIL, answer.records[0].about)),)
    assert {Category.EXISTENCE, Category.PROBATION_MAPPA} <= answer.asked


def test_two_records_never_point_at_each_others_people(partner: Partner):
    partner.found.append(Found(LocalId("X2"), msgspec.structs.replace(HIM, given_name="Ada")))
    answer, _ = asked(partner, care(named(), named("Ada", key="2")), jail())
    assert len({record.about for record in answer.records}) == 2
    assert sorted(local for local, _ in partner.read) == ["X1", "X2"]


def test_nobody_is_looked_for_where_policy_does_not_reach_adults(partner: Partner):
    for nothing in ({Category.EXISTENCE}, {Category.IDENTITY_NAME}, set(Category)):
        answer, _ = asked(partner, care(), jail(), under=permit({ADULT: nothing}))
        assert answer == jail()
    assert partner.searched == []


def test_a_name_that_may_not_be_told_is_not_searched_for(partner: Partner):
    for kept in (
        care(named(labels=frozenset({Label.GENDER_HISTORY}))),
        care(labels=frozenset({Label.ADOPTION})),
        care(named(labels=frozenset({Label.WITNESS_PROTECTION}))),
    ):
        asked(partner, kept, jail())
    assert partner.searched == []


def test_only_whole_names_and_birth_dates_of_adults_are_searched_for(partner: Partner):
    asked(partner, care(named(birth_date=None), named(name="Jermaine"), named(about=About(CHILD, "1"))), jail())
    assert partner.searched == []


def test_nobody_is_looked_for_unless_people_around_the_child_are_asked_for(partner: Partner):
    flags = Selection(frozenset({RecordKind.FINDING}))
    assert asked(partner, care(), jail(), under=permit(selection=flags))[0] == jail()
    assert partner.searched == []


def test_somebody_whom_the_source_names_itself_is_not_looked_for_there(partner: Partner):
    own = named(category=Category.PROBATION_FAMILY, key="7")
    asked(partner, care(), jail(AnswerState.KNOWN, records=(own,)))
    assert partner.searched == []


def test_a_record_that_was_read_already_is_not_read_again_and_is_known_to_be_his(partner: Partner):
    closed = risk(about=About(ADULT, "4"))
    before = jail(AnswerState.KNOWN, records=(closed,), around={LocalId("X1"): "4"})
    answer, links = asked(partner, care(), before)
    assert partner.read == []
    assert answer.records == (closed,)
    assert answer.around == {}
    assert links == (Link((CARE, About(ADULT, "1")), (JAIL, About(ADULT, "4"))),)


def test_a_record_whose_name_is_kept_back_is_not_said_to_be_his(partner: Partner):
    kept = frozenset({Label.GENDER_HISTORY})
    closed = risk(about=About(ADULT, "4"), labels=kept)
    assert asked(partner, care(), jail(AnswerState.KNOWN, records=(closed,), around={LocalId("X1"): "4"}))[1] == ()
    partner.labels = kept
    assert asked(partner, care(), jail())[1] == ()


def test_a_match_that_is_not_certain_waits_and_nothing_is_read(partner: Partner):
    partner.found = [Found(LocalId("X1"), msgspec.structs.replace(HIM, given_name="Jermain"))]
    answer, links = asked(partner, care(), jail())
    assert partner.read == []
    assert answer.state is AnswerState.WITHHELD
    assert "match-not-confirmed" in answer.reasons
    assert SOURCE.contact in answer.explanation
    assert links == ()


def test_two_who_both_fit_wait_too(partner: Partner):
    partner.found.append(Found(LocalId("X2"), HIM))
    answer, _ = asked(partner, care(), jail())
    assert partner.read == []
    assert answer.state is AnswerState.WITHHELD


def test_a_search_that_finds_nobody_says_so_and_stays_not_known(partner: Partner):
    partner.found = []
    answer, _ = asked(partner, care(), jail())
    assert answer.state is AnswerState.NOT_KNOWN
    assert "searched for one adult named around this child, and knows none" in answer.explanation


@pytest.mark.parametrize("when", ["failing", "fails_to_read"])
def test_a_failure_never_stays_not_known(partner: Partner, when: str):
    setattr(partner, when, SourceFailed(AnswerState.TIMED_OUT, "did not answer"))
    answer, _ = asked(partner, care(), jail())
    assert answer.state is AnswerState.TIMED_OUT
    assert "could not be checked" in answer.explanation
    assert "not reassurance" in answer.explanation


def test_a_failure_beside_records_is_said_beside_them(partner: Partner):
    partner.failing = SourceFailed(AnswerState.UNAVAILABLE, "refused")
    own = risk(about=About(ADULT, "3"))
    answer, _ = asked(partner, care(), jail(AnswerState.KNOWN, records=(own,)))
    assert answer.state is AnswerState.KNOWN
    assert answer.records == (own,)
    assert "One adult around this child could not be checked" in answer.explanation


def test_a_source_that_failed_before_is_not_asked_again_and_the_adult_is_counted(partner: Partner):
    answer, _ = asked(partner, care(), jail(AnswerState.TIMED_OUT))
    assert partner.searched == []
    assert answer.state is AnswerState.TIMED_OUT
    assert "could not be checked" in answer.explanation


def test_no_more_than_so_many_are_looked_for_and_the_rest_are_counted(partner: Partner):
    partner.found = []
    crowd = [named(chr(65 + n) * 6, key=str(n)) for n in range(MOST_ADULTS + 3)]
    answer, _ = asked(partner, care(*crowd), jail())
    assert len(partner.searched) == MOST_ADULTS
    assert "3 adults around this child could not be checked" in answer.explanation
    assert answer.state is AnswerState.UNAVAILABLE


@pytest.mark.parametrize("told", ["in the search", "in the record", "in a record that was read before"])
def test_whatever_names_an_adult_under_witness_protection_goes_too_and_nothing_tells_of_a_search(told: str):
    partner, label, before = Partner(), frozenset({Label.WITNESS_PROTECTION}), jail()
    if told == "in the search":
        partner.found = [Found(LocalId("X1"), HIM, label)]
    elif told == "in the record":
        partner.labels = label
    else:
        before = jail(AnswerState.KNOWN, records=(risk(labels=label),), around={LocalId("X1"): "1"})
    hers = named("Somebody", key="2", birth_date=None)
    about = asyncio.run(Network(partner, MATCHER).around([care(named(), hers), before], permit(), Deadline.after(2)))
    assert {one.about.key: one.labels for one in about.answers[0].records} == {"1": label, "2": frozenset()}
    without, _ = asked(_knowing_nobody(), care(hers), before)
    assert about.answers[1] == without
    assert about.links == ()


@pytest.mark.parametrize("label", [Label.ADOPTION])
@pytest.mark.parametrize("told", ["in the search", "in the record"])
def test_an_adult_who_must_not_be_found_is_as_one_whom_nobody_knows(partner: Partner, label: Label, told: str):
    unknown, _ = asked(_knowing_nobody(), care(), jail())
    if told == "in the search":
        partner.found = [Found(LocalId("X1"), HIM, frozenset({label}))]
    else:
        partner.labels = frozenset({label})
    answer, links = asked(partner, care(), jail())
    assert msgspec.structs.replace(answer, elapsed_ms=0) == msgspec.structs.replace(unknown, elapsed_ms=0)
    assert links == ()


def _knowing_nobody() -> Partner:
    nobody = Partner()
    nobody.found = []
    return nobody


def test_what_a_record_says_of_anybody_else_is_dropped(partner: Partner):
    of_the_child, of_another = risk(about=THE_CHILD), risk(about=About(ADULT, "2"))
    partner.records = (of_the_child, risk(), of_another)
    answer, _ = asked(partner, care(), jail())
    assert len(answer.records) == 1


def test_labels_of_the_adult_stand_on_every_record_and_no_relationship_is_made_up(partner: Partner):
    partner.labels = frozenset({Label.STAFF_LINKED})
    partner.records = (risk(), named(category=Category.PROBATION_FAMILY, relationship="parent"))
    answer, _ = asked(partner, care(), jail())
    assert all(Label.STAFF_LINKED in record.labels for record in answer.records)
    assert answer.records[1].relationship == UNTOLD


def test_a_closed_record_is_told_in_the_sources_own_words(partner: Partner):
    partner.withheld = ("Phone Public Protection.",)
    assert asked(partner, care(), jail())[0].restrictions == ("Phone Public Protection.",)


def test_what_a_source_holds_about_adults_alone_is_not_asked_for_where_only_the_child_is_permitted():
    about_adults = frozenset({Category.PROBATION_SUPERVISION})
    source = msgspec.structs.replace(
        SOURCE,
        serves=about_adults | {Category.IDENTITY_NAME, Category.PROBATION_CHILD_CONTACT},
        adults_only=about_adults,
    )
    child_alone = permit({ADULT: set(Category), CHILD: set(Category)})
    assert child_alone.to_ask(source) == {Category.IDENTITY_NAME, Category.PROBATION_CHILD_CONTACT}
    assert child_alone.to_ask(SOURCE) > about_adults
    assert about_adults <= permit().to_ask(source)
