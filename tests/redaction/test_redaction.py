"""Redaction: what leaves is what the permit allows, and everything kept back is accounted for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.answers import Answer
from hub.domain.categories import Category, RecordKind
from hub.domain.codes import Agency, AnswerState, Label, MatchState, PurposeCode, Role, SubjectKind, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Candidate, Found, MatchReason, Person, PersonReference, SourceFind
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.records import About, Finding, RelatedPerson, RelatedProfessional, ServiceEpisode
from hub.domain.sources import Source
from hub.redaction import LOCATION_UNKNOWN, redact

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CARE, CLINIC = SourceId("care"), SourceId("clinic")
SOURCES = (
    Source(CARE, "Care", Agency.SOCIAL_CARE, "sql", "LIVE", "01632 960001", "All children."),
    Source(
        CLINIC,
        "Clinic",
        Agency.HEALTH,
        "fhir_r4",
        "LIVE",
        "01632 960002",
        "All patients.",
        frozenset({Label.LOCATION_AT_RISK}),
    ),
)
WORKER = Principal("p-1", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
ABOUT = PersonReference(nhs_number=nhs_number("999 100 0003"))
PERSON = Person(reference=ABOUT, links={}, finds={})
CHILD_PLAN = Finding(category=Category.SOCIAL_CARE_CP_PLAN, type="cp-plan", label="On a plan", detail="What was said")
EPISODE = ServiceEpisode(
    category=Category.SOCIAL_CARE_INVOLVEMENT,
    type="hub:involvement",
    label="Allocated",
    service="Duty",
    organisation="Council",
    professionals=(RelatedProfessional(name="Worker", role="Social worker", contact="01632 960003"),),
    start=date(2026, 1, 1),
    location="A place",
)
FATHER = RelatedPerson(
    category=Category.SOCIAL_CARE_FAMILY,
    about=About(SubjectKind.NETWORK_ADULT, "7"),
    relationship="father",
    name="Some Body",
)


def question() -> Question:
    enquiry = Enquiry("e", PurposeCode.S47, "why", Urgency.RED, ABOUT, WORKER, NOW, NOW)
    return Question("q", QuestionKind.VIEW, NOW, WORKER, enquiry, EVERYTHING)


def permit_of(allowed: Iterable[Category], *, adults: Iterable[Category] = ()) -> Permit:
    child, adult = frozenset(allowed) | {Category.EXISTENCE}, frozenset(adults)

    def decide(source, kind, labels):
        mine = adult if kind is SubjectKind.NETWORK_ADULT else child
        at_risk = Label.LOCATION_AT_RISK in labels
        return {
            one: Verdict(False, ("label-location-at-risk",))
            if at_risk and one.reveals_location
            else Verdict(one in mine, ("allowing" if one in mine else "forbidding",))
            for one in Category
            if one.decidable
        }

    return Permit(PurposeCode.S47, "v1", {}, EVERYTHING, decide)


def known(*records, source=CARE, labels=frozenset()) -> Answer:
    return Answer(source, AnswerState.KNOWN, "told", records=records, labels=labels)


def disclosed(permit: Permit, *answers: Answer):
    return redact(question(), PERSON, answers, permit, SOURCES, NOW)


EVERY = [one for one in Category if one.decidable]


def test_a_record_of_a_forbidden_category_is_withheld_and_counted_with_the_deciding_policy():
    result = disclosed(permit_of([Category.EXISTENCE]), known(CHILD_PLAN, CHILD_PLAN))
    assert result.released[0].records == ()
    kept = [one for one in result.withheld if one.category == Category.SOCIAL_CARE_CP_PLAN and one.count]
    assert [(one.count, one.reasons) for one in kept] == [(2, ("forbidding",))]


def test_a_permitted_record_keeps_only_the_fields_that_are_permitted():
    allowed = [Category.SOCIAL_CARE_INVOLVEMENT, Category.PROFESSIONAL_NAME]
    (shown,) = disclosed(permit_of(allowed), known(EPISODE)).released[0].records
    assert shown.label == "Allocated"
    assert shown.location is None
    assert [(p.name, p.role, p.contact) for p in shown.professionals] == [("Worker", "Social worker", None)]


def test_narrative_needs_a_permission_of_its_own():
    (shown,) = disclosed(permit_of([Category.SOCIAL_CARE_CP_PLAN]), known(CHILD_PLAN)).released[0].records
    assert (shown.label, shown.detail) == ("On a plan", None)


def test_people_around_the_child_are_decided_separately():
    permit = permit_of([Category.SOCIAL_CARE_FAMILY, Category.IDENTITY_NAME], adults=[])
    assert disclosed(permit, known(FATHER)).released[0].records == ()
    permit = permit_of([], adults=[Category.SOCIAL_CARE_FAMILY])
    (shown,) = disclosed(permit, known(FATHER)).released[0].records
    assert (shown.relationship, shown.name) == ("father", None)


def test_a_label_that_one_source_tells_narrows_what_every_source_shows():
    clinic = known(source=CLINIC, labels=frozenset({Label.LOCATION_AT_RISK}))
    (shown,) = disclosed(permit_of(EVERY), known(EPISODE), clinic).released[0].records
    assert shown.location is None
    assert shown.professionals[0].contact is None
    assert shown.professionals[0].name == "Worker"


def test_a_label_about_one_sources_own_record_narrows_that_source_alone():
    def decide(source, kind, labels):
        open_to_see = Label.SEXUAL_HEALTH not in labels
        return {one: Verdict(open_to_see, ("label",)) for one in Category if one.decidable}

    clinic = known(CHILD_PLAN, source=CLINIC, labels=frozenset({Label.SEXUAL_HEALTH}))
    result = disclosed(Permit(PurposeCode.S47, "v1", {}, EVERYTHING, decide), known(CHILD_PLAN), clinic)
    assert [len(one.records) for one in result.released] == [1, 0]


@pytest.mark.parametrize(
    "state", [AnswerState.TIMED_OUT, AnswerState.UNAVAILABLE, AnswerState.BAD_DATA, AnswerState.NOT_ASKED]
)
def test_whereabouts_stay_hidden_while_a_source_that_may_know_of_a_risk_has_not_answered(state):
    result = disclosed(permit_of(EVERY), known(EPISODE), Answer(CLINIC, state, "silent"))
    assert result.released[0].records[0].location is None
    assert (Category.PLACE, LOCATION_UNKNOWN) in {(one.category, one.reasons) for one in result.withheld}


def test_a_record_of_somebody_under_witness_protection_leaves_no_trace():
    hidden = Finding(
        category=Category.SOCIAL_CARE_CP_PLAN, type="x", label="x", labels=frozenset({Label.WITNESS_PROTECTION})
    )
    assert disclosed(permit_of([]), known(hidden)).withheld == disclosed(permit_of([]), known()).withheld


def eve(name: str | None, born: date | None = None, **parts: str) -> RelatedPerson:
    about = About(SubjectKind.NETWORK_ADULT, "9")
    return RelatedPerson(
        category=Category.HEALTH_FAMILY, about=about, relationship="mother", name=name, birth_date=born, **parts
    )


def told_at_care(protected: RelatedPerson, other: RelatedPerson) -> int:
    """How many records care still shows of somebody, where the clinic protects somebody."""
    marked = msgspec.structs.replace(protected, labels=frozenset({Label.WITNESS_PROTECTION}))
    result = disclosed(permit_of(EVERY, adults=EVERY), known(other), known(marked, source=CLINIC))
    return len(result.released[0].records)


@pytest.mark.parametrize(
    "name",
    [
        "Mrs Eve Marlow", "Eve Jane Marlow", "Dr. Eve J. MARLOW", "E Marlow", "Marlow, Eve", "MARLOW, Eve (Mrs)",
        "Eve Smith-Marlow", "\u00c8ve  Marlow", "Mrs Marlow", "Ms Eve Marlow Jr",
    ],
)  # fmt: skip
@pytest.mark.parametrize("parts", [{}, {"given_name": "Eve", "family_name": "Marlow"}])
def test_a_label_holds_for_the_same_person_under_a_title_or_a_middle_name(name: str, parts: dict[str, str]):
    assert told_at_care(eve(name), eve("Eve Marlow", **parts)) == 0
    assert told_at_care(eve("Eve Marlow", **parts), eve(name)) == 0


def test_a_label_holds_by_the_parts_of_a_name_where_the_whole_is_written_otherwise():
    married = eve("Eve Marlow nee Hart", given_name="Eve", family_name="Marlow")
    assert told_at_care(married, eve("Eve Marlow")) == 0
    assert told_at_care(eve("Eve Jane Lord"), eve("Lady Eve Lord")) == 0
    assert told_at_care(eve("Mrs E. V. O'Brien"), eve("Evelyn O Brien", family_name="O'Brien")) == 0


@pytest.mark.parametrize("name", ["Adam Marlow", "Eve Harlow", "A. Marlow", "Mrs", "", None])
def test_a_label_does_not_spread_to_another_name(name: str | None):
    assert told_at_care(eve("Mrs Eve Marlow"), eve(name)) == 1


def test_a_birth_date_tells_namesakes_apart():
    assert told_at_care(eve("Mrs Eve Marlow", date(1990, 1, 1)), eve("Eve Marlow", date(1991, 1, 1))) == 1
    assert told_at_care(eve("Mrs Eve Marlow", date(1990, 1, 1)), eve("Eve Marlow")) == 0


def test_every_source_stays_in_the_disclosure_whatever_its_state():
    silent = Answer(CLINIC, AnswerState.UNAVAILABLE, "silent")
    result = disclosed(permit_of([]), known(), silent)
    assert result.states() == {CARE: AnswerState.KNOWN, CLINIC: AnswerState.UNAVAILABLE}


@given(st.sets(st.sampled_from(EVERY)))
def test_nothing_leaves_that_was_not_permitted(allowed):
    result = disclosed(
        permit_of(allowed, adults=allowed),
        known(CHILD_PLAN, EPISODE, FATHER),
        Answer(CLINIC, AnswerState.NOT_KNOWN, "no"),
    )
    for record in result.released[0].records:
        assert record.category in allowed
        assert Category.NARRATIVE in allowed or getattr(record, "detail", None) is None
        assert Category.PLACE in allowed or getattr(record, "location", None) is None
        assert Category.PROFESSIONAL_NAME in allowed or getattr(record, "professionals", ()) == ()
        assert Category.IDENTITY_NAME in allowed or getattr(record, "name", None) is None


def test_only_categories_that_the_selection_wants_are_to_be_asked():
    permit = permit_of(EVERY)
    narrow = Permit(permit.purpose, "v1", {}, type(EVERYTHING)(frozenset({RecordKind.EVENT})), permit.decide)
    asked = narrow.to_ask(SOURCES[0])
    assert Category.SOCIAL_CARE_MISSING in asked
    assert Category.SOCIAL_CARE_INVOLVEMENT not in asked


def found(**attributes) -> SourceFind:
    who = Attributes(given_name="Ana", family_name="Example", postcode="AB1 2CD")
    why = (MatchReason("name", "same", 17.1), MatchReason("postcode", "same", 7.1))
    candidate = Candidate("c", Found(LocalId("1"), who, **attributes), 10.0, 0.99, why, False)
    return SourceFind(CARE, AnswerState.KNOWN, MatchState.MATCH, (candidate,))


def test_a_candidate_shows_and_explains_only_what_is_permitted():
    person = Person(reference=ABOUT, links={}, finds={CARE: found()})
    allowed = [Category.EXISTENCE, Category.IDENTITY_NAME]
    result = redact(question(), person, [known()], permit_of(allowed), SOURCES, NOW)
    (shown,) = result.finds[CARE].candidates
    assert (shown.found.attributes.family_name, shown.found.attributes.postcode) == ("Example", None)
    assert (shown.score, [reason.attribute for reason in shown.why]) == (0.0, ["record"])  # numbers are hidden


def test_a_postcode_does_not_confirm_somebody_whose_location_is_at_risk():
    at_risk = found(labels=frozenset({Label.LOCATION_AT_RISK}))
    person = Person(reference=ABOUT, links={}, finds={CARE: at_risk})
    (shown,) = redact(question(), person, [known()], permit_of(EVERY), SOURCES, NOW).finds[CARE].candidates
    assert shown.found.attributes.postcode is None
    assert "postcode" not in {reason.attribute for reason in shown.why}


def test_a_source_is_asked_only_for_what_it_serves():
    plans_only = msgspec.structs.replace(SOURCES[0], serves=frozenset({Category.SOCIAL_CARE_CP_PLAN}))
    assert permit_of(EVERY).to_ask(plans_only) == {Category.SOCIAL_CARE_CP_PLAN}
