"""Answers that need no fetch: the state and the sentence fit what happened."""

from datetime import UTC, datetime

import pytest

from hub.connectors.states import asked_nothing, not_linked
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import Agency, AnswerState, MatchState, PurposeCode
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import TOO_MANY_FOUND, Attributes, Candidate, Found, Person, PersonReference, SourceFind
from hub.domain.permits import Permit, Verdict
from hub.domain.questions import EVERYTHING, Selection
from hub.domain.searching import Searched, Step
from hub.domain.sources import Source

CARE = SourceId("care")
SOURCE = Source(CARE, "Care", Agency.SOCIAL_CARE, "sql", "LIVE", "01632 960001", "All children.")
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def permit(*allowed: Category, selection: Selection = EVERYTHING, denied_by: str = "a-rule") -> Permit:
    def decide(source, kind, labels):
        return {
            one: Verdict(one in allowed, ("yes",) if one in allowed else (denied_by,))
            for one in Category
            if one.decidable
        }

    return Permit(PurposeCode.SCREEN, "v", {}, selection, decide)


def person(find: SourceFind) -> Person:
    return Person(reference=PersonReference(nhs_number=nhs_number("999 100 0003")), links={}, finds={CARE: find})


def test_a_source_that_was_not_selected_is_not_asked():
    answer = asked_nothing(SOURCE, permit(*Category, selection=Selection(frozenset(RecordKind), frozenset())))
    assert answer.state is AnswerState.NOT_ASKED


def test_a_source_whose_existence_is_forbidden_is_withheld_with_the_rule():
    answer = asked_nothing(SOURCE, permit())
    assert (answer.state, answer.reasons) == (AnswerState.WITHHELD, ("a-rule",))
    assert "01632 960001" in answer.explanation


def test_a_source_that_the_purpose_does_not_reach_is_not_asked():
    answer = asked_nothing(SOURCE, permit(denied_by="purpose-does-not-reach-agency"))
    assert answer.state is AnswerState.NOT_ASKED


def test_selecting_only_what_is_forbidden_is_withheld_and_never_called_unselected():
    events = Selection(frozenset({RecordKind.EVENT}))
    answer = asked_nothing(SOURCE, permit(Category.EXISTENCE, selection=events))
    assert (answer.state, answer.reasons) == (AnswerState.WITHHELD, ("a-rule",))


def test_a_permitted_source_is_asked():
    assert asked_nothing(SOURCE, permit(*Category)) is None


def test_nobody_found_is_not_known_within_the_stated_coverage():
    answer = not_linked(SOURCE, person(SourceFind(CARE, AnswerState.NOT_KNOWN, MatchState.NONE)), NOW)
    assert (answer.state, answer.as_of) == (AnswerState.NOT_KNOWN, NOW)
    assert "All children" in answer.explanation


def test_an_unconfirmed_match_is_withheld_and_never_called_unknown():
    candidate = Candidate("c", Found(LocalId("1"), Attributes()), 1.0, 0.9, (), False)
    find = SourceFind(CARE, AnswerState.KNOWN, MatchState.POTENTIAL, (candidate,))
    answer = not_linked(SOURCE, person(find), NOW)
    assert (answer.state, answer.reasons) == (AnswerState.WITHHELD, ("match-not-confirmed",))


def test_a_failed_find_keeps_its_state_and_sentence():
    find = SourceFind(CARE, AnswerState.TIMED_OUT, MatchState.NONE, explanation="Care did not answer.")
    answer = not_linked(SOURCE, person(find), NOW)
    assert (answer.state, answer.explanation) == (AnswerState.TIMED_OUT, "Care did not answer.")


def resembling(
    *probabilities: float, steps: tuple[Searched, ...] = (), match: MatchState = MatchState.LOW
) -> SourceFind:
    candidates = tuple(Candidate("c", Found(LocalId("1"), Attributes()), 1.0, one, (), False) for one in probabilities)
    return SourceFind(CARE, AnswerState.KNOWN, match, candidates, steps=steps)


def test_people_who_only_resemble_the_child_are_counted_and_do_not_make_the_child_known():
    answer = not_linked(SOURCE, person(resembling(0.03, 0.2)), NOW)
    assert (answer.state, answer.reasons) == (AnswerState.NOT_KNOWN, ("resembling-only",))
    assert "2 person(s) there resemble" in answer.explanation


@pytest.mark.parametrize(
    "find",
    [resembling(0.03, 0.6), resembling(0.0, steps=(Searched(Step.NUMBER, 1),)), resembling(match=MatchState.MANY)],
)
def test_somebody_more_likely_or_under_the_same_number_is_never_called_unknown(find: SourceFind):
    answer = not_linked(SOURCE, person(find), NOW)
    assert (answer.state, answer.reasons) == (AnswerState.WITHHELD, ("match-not-confirmed",))


def test_too_many_say_what_to_do():
    find = SourceFind(CARE, AnswerState.KNOWN, MatchState.MANY, reasons=(TOO_MANY_FOUND,))
    answer = not_linked(SOURCE, person(find), NOW)
    assert answer.state is AnswerState.WITHHELD
    assert "widen" in answer.explanation
