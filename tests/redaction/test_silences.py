"""What a label keeps out of every text: places, former names, and whoever asked not to be named."""

from datetime import UTC, datetime

import pytest

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, MatchState, PurposeCode, Role, SubjectKind, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Candidate, Found, MatchReason, Name, Person, PersonReference, SourceFind
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.records import (
    About,
    Finding,
    IdentityAttribute,
    LifeEvent,
    RelatedPerson,
    RelatedProfessional,
    ServiceEpisode,
)
from hub.domain.sources import Source
from hub.redaction import LOCATION_UNKNOWN, redact

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CARE, CLINIC = SourceId("care"), SourceId("clinic")
SOURCES = (
    Source(CARE, "Care", Agency.SOCIAL_CARE, "sql", "LIVE", "the duty desk", "All children."),
    Source(
        CLINIC, "Clinic", Agency.HEALTH, "fhir_r4", "LIVE", "the nurse", "All.", frozenset({Label.LOCATION_AT_RISK})
    ),
)
WORKER = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
ABOUT = PersonReference(nhs_number=nhs_number("999 100 0003"))
MOTHER = About(SubjectKind.NETWORK_ADULT, "m")
FORBIDDEN = {
    Label.ADOPTION: {Category.IDENTITY_NAME},
    Label.GENDER_HISTORY: {Category.IDENTITY_NAME},
    Label.ANON_SOURCE: {Category.PROFESSIONAL_NAME, Category.PROFESSIONAL_BASE},
    Label.STAFF_LINKED: set(Category),
}


def permit(*, manager: bool = False) -> Permit:
    def decide(source, kind, labels):
        def stops(category):
            if Label.LOCATION_AT_RISK in labels and category.reveals_location:
                return True
            named = () if manager else labels
            return any(category in FORBIDDEN.get(label, ()) for label in named)

        return {one: Verdict(not stops(one), ("a-rule",)) for one in Category if one.decidable}

    return Permit(PurposeCode.S47, "v1", {}, EVERYTHING, decide)


def told(*records, source=CARE, **more) -> Answer:
    return Answer(source, AnswerState.KNOWN, "told", records=records, **more)


def disclosed(*answers, person=None, allowed=None, kind=QuestionKind.VIEW):
    enquiry = Enquiry("e", PurposeCode.S47, "why", Urgency.RED, ABOUT, WORKER, NOW, NOW)
    question = Question("q", kind, NOW, WORKER, enquiry, EVERYTHING)
    return redact(question, person or Person(ABOUT, {}, {}), answers, allowed or permit(), SOURCES, NOW)


def finding(text: str, **more) -> Finding:
    return Finding(category=Category.SOCIAL_CARE_CIN, type="x", label=text, **more)


def label_of(result, source=CARE) -> str:
    (released,) = [one for one in result.released if one.source == source]
    return released.records[0].label


AT_RISK = frozenset({Label.LOCATION_AT_RISK})


def test_a_place_that_one_source_gave_is_withheld_from_the_words_of_another():
    address = IdentityAttribute(category=Category.IDENTITY_WHEREABOUTS, attribute="address", value="The Old Rectory")
    result = disclosed(told(finding("is at the old rectory")), told(address, source=CLINIC, labels=AT_RISK))
    assert label_of(result) == "is at [place withheld]"
    assert (Category.PLACE, 1, ("a-rule",)) in [(w.category, w.count, w.reasons) for w in result.withheld]


@pytest.mark.parametrize("where", ["find", "reply", "claim"])
def test_places_are_known_from_candidates_from_replies_and_from_the_asker(where):
    person, places = Person(ABOUT, {}, {}), ()
    if where == "find":
        found = Found(LocalId("1"), Attributes(school="Hollybank"))
        find = SourceFind(
            CLINIC, AnswerState.KNOWN, MatchState.MATCH, (Candidate("c", found, 9.0, 0.9, (), linked=False),)
        )
        person = Person(ABOUT, {}, {CLINIC: find})
    elif where == "reply":
        places = ("Hollybank",)
    else:
        person = Person(PersonReference(nhs_number=ABOUT.nhs_number, school="Hollybank"), {}, {})
    clinic = told(source=CLINIC, labels=AT_RISK, places=places)
    assert label_of(disclosed(told(finding("off to hollybank")), clinic, person=person)) == "off to [place withheld]"


def test_while_who_may_know_is_silent_places_are_withheld_from_words_too_and_the_reason_says_so():
    silent = Answer(CLINIC, AnswerState.TIMED_OUT, "silent")
    result = disclosed(told(finding("at 9 Larkspur Grove")), silent)
    assert label_of(result) == "at [place withheld]"
    assert (Category.PLACE, LOCATION_UNKNOWN) in [(one.category, one.reasons) for one in result.withheld]


def test_the_sources_own_message_is_shown_without_places():
    clinic = told(source=CLINIC, labels=AT_RISK, restrictions=("Restricted. Ask on 01632 960030.",))
    (answer,) = [one.answer for one in disclosed(told(), clinic).released if one.source == CLINIC]
    assert answer.explanation == "told Restricted. Ask on [place withheld]."


def test_nothing_that_only_helps_to_recognise_leaves():
    released = disclosed(told(places=("Hollybank",), around={LocalId("7"): "1"})).released[0].answer
    assert (released.places, released.around, released.restrictions) == ((), {}, ())


@pytest.mark.parametrize("label", [Label.ADOPTION, Label.GENDER_HISTORY])
def test_names_that_would_tell_who_somebody_was_are_in_no_words_of_any_source(label):
    former = Attributes(given_name="Toby", family_name="Marlow", aliases=(Name("Tabitha", "Finch"),))
    candidate = Candidate("c", Found(LocalId("1"), former, frozenset({label})), 9.0, 0.9, (), linked=False)
    person = Person(
        ABOUT, {}, {CLINIC: SourceFind(CLINIC, AnswerState.KNOWN, MatchState.MATCH, (candidate,))}, frozenset({label})
    )
    allowed = permit().narrowed_to(person.labels)
    result = disclosed(told(finding("TABITHA Finch, now Toby")), told(source=CLINIC), person=person, allowed=allowed)
    assert label_of(result) == "[name withheld], now [name withheld]"


REPORTED = LifeEvent(
    category=Category.SOCIAL_CARE_REFERRALS, type="referral", label="Referral from a neighbour", at=NOW,
    labels=frozenset({Label.ANON_SOURCE}),
)  # fmt: skip
REPORTER = ServiceEpisode(
    category=Category.SOCIAL_CARE_INVOLVEMENT, type="x", label="Reported", service="s", organisation="o",
    professionals=(RelatedProfessional(name="Mrs Pat Neighbourley", role="neighbour", contact="07700 900111"),),
    labels=frozenset({Label.ANON_SOURCE}),
)  # fmt: skip


def test_whoever_asked_not_to_be_named_is_named_in_no_words_of_any_source():
    told_by = finding("Pat said so, and Mrs Neighbourley's number is 07700900111; ask pat neighbourley")
    result = disclosed(told(REPORTER), told(told_by, source=CLINIC))
    assert label_of(result, CLINIC) == (
        "[name withheld] said so, and Mrs [name withheld]'s number is [name withheld]; ask [name withheld]"
    )


def test_a_referral_does_not_say_who_told_to_anybody_but_a_manager():
    assert label_of(disclosed(told(REPORTED))) == "Previous referrals: from somebody who asked not to be named"
    assert label_of(disclosed(told(REPORTED), allowed=permit(manager=True))) == "Referral from a neighbour"


def test_a_manager_reads_the_name():
    result = disclosed(told(REPORTER), told(finding("Pat said so"), source=CLINIC), allowed=permit(manager=True))
    assert label_of(result, CLINIC) == "Pat said so"


def related(name: str, source: SourceId, *labels: Label, key: str = "m") -> RelatedPerson:
    return RelatedPerson(
        category=Category.SOCIAL_CARE_FAMILY, about=About(SubjectKind.NETWORK_ADULT, key), relationship="mother",
        name=name, labels=frozenset(labels),
    )  # fmt: skip


def test_a_relative_under_witness_protection_leaves_no_trace_in_any_record_of_any_source_that_names_them():
    risk = finding("A risk", about=MOTHER)
    marked = told(related("Eve Marlow", CARE, Label.WITNESS_PROTECTION), risk)
    other = told(related("EVE  MARLOW", CLINIC, key="x"), source=CLINIC)
    result = disclosed(marked, other)
    assert [one.records for one in result.released] == [(), ()]
    assert result.withheld == disclosed(told(), told(source=CLINIC)).withheld


@pytest.mark.parametrize("label", [Label.LOCATION_AT_RISK, Label.STAFF_LINKED])
def test_what_a_relative_bears_holds_for_the_whole_family(label):
    result = disclosed(told(finding("at 9 Larkspur Grove"), related("Eve", CARE, label)))
    if label is Label.STAFF_LINKED:
        assert result.released[0].answer.state is AnswerState.WITHHELD
        assert result.released[0].records == ()
        assert "a-rule" in result.released[0].answer.explanation
    else:
        assert label_of(result) == "at [place withheld]"


def test_a_label_told_by_a_reply_withholds_existence_as_one_told_before_it():
    staff = told(finding("x"), source=CLINIC, labels=frozenset({Label.STAFF_LINKED}))
    assert [one.answer.state for one in disclosed(told(finding("y")), staff).released] == [AnswerState.WITHHELD] * 2


def test_a_find_withholds_from_every_source_what_one_source_marks():
    marked = Found(LocalId("1"), Attributes(given_name="Ada"), frozenset({Label.STAFF_LINKED}))
    finds = {
        CARE: SourceFind(CARE, AnswerState.NOT_KNOWN, MatchState.NONE),
        CLINIC: SourceFind(
            CLINIC, AnswerState.KNOWN, MatchState.MATCH, (Candidate("c", marked, 9.0, 0.9, (), linked=False),)
        ),
    }
    person = Person(ABOUT, {}, finds, frozenset({Label.STAFF_LINKED}))
    allowed = permit().narrowed_to(person.labels)
    result = disclosed(told(), told(source=CLINIC), person=person, allowed=allowed, kind=QuestionKind.FIND)
    assert {one.state for one in result.finds.values()} == {AnswerState.WITHHELD}
    assert not any(one.candidates for one in result.finds.values())


def test_a_candidates_names_and_reasons_hold_no_place():
    attributes = Attributes(given_name="Ada (9 Larkspur Grove)", postcode="ZX8 1AA", aliases=(Name("Ada", "ZX8 1AA"),))
    why = (MatchReason("given name", "Ada / Ada (9 Larkspur Grove), similar", 2.0),)
    candidate = Candidate("c", Found(LocalId("1"), attributes, AT_RISK), 2.0, 0.8, why, linked=False)
    find = SourceFind(CLINIC, AnswerState.KNOWN, MatchState.POTENTIAL, (candidate,), rejected=(candidate,))
    allowed = permit().narrowed_to(AT_RISK)
    result = disclosed(told(), told(source=CLINIC), person=Person(ABOUT, {}, {CLINIC: find}), allowed=allowed)
    for shown in (*result.finds[CLINIC].candidates, *result.finds[CLINIC].rejected):
        assert shown.found.attributes.given_name == "Ada ([place withheld])"
        assert shown.found.attributes.aliases == (Name("Ada", "[place withheld]"),)
        assert shown.why[0].comparison == "Ada / Ada ([place withheld]), similar"
        assert (shown.found.attributes.postcode, shown.score) == (None, 2.0)
