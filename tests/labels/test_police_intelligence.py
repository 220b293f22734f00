"""Police intelligence: never of the hub's own accord; on release its conditions travel with it."""

from datetime import UTC, datetime

import pytest

from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, PurposeCode, Role, Urgency
from hub.domain.disclosures import Disclosure
from hub.domain.enquiries import Enquiry
from hub.domain.handling import HANDLING, handling
from hub.domain.identifiers import SourceId, nhs_number
from hub.domain.people import Person, PersonReference
from hub.domain.permits import Permit
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Question, QuestionKind
from hub.domain.records import Finding
from hub.domain.sources import Source
from hub.policy.facts import DECIDABLE, Facts, Terms
from hub.policy.policies import Policies
from hub.redaction import redact
from tests.fixtures.compiled import compiled

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
POLICE = SourceId("police")
SOURCE = Source(POLICE, "Police", Agency.POLICE, "rest_json", "LIVE", "the control room", "Everybody.")
WORKER = Principal("p", "A Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
ABOUT = PersonReference(nhs_number=nhs_number("999 100 0003"))
TERMS = Terms("police@1", in_force=True, covers_purpose=True, covers_recipient=True, covers=frozenset(DECIDABLE))
CONDITIONS = "Not to be told to anybody in the household."


@pytest.fixture(scope="module")
def policies() -> Policies:
    return compiled()


def released(policies: Policies, label: Label, *, release: bool) -> Disclosure:
    """One report of this handling, with or without the owner's release for this case."""
    facts = Facts(
        roles=WORKER.roles,
        agency=WORKER.agency,
        purpose=PurposeCode.S47,
        source_agency=Agency.POLICE,
        terms=TERMS,
        owner_release=release,
    )
    permit = Permit(
        PurposeCode.S47, "v", {}, EVERYTHING, lambda _, kind, labels: policies.table.verdicts(facts, kind, labels)
    )
    report = Finding(
        category=Category.POLICE_WARNINGS, type="w", label="A warning", detail="Sanitised words", severity=5,
        labels=frozenset({label}), conditions=CONDITIONS,
    )  # fmt: skip
    enquiry = Enquiry("e", PurposeCode.S47, "why", Urgency.RED, ABOUT, WORKER, NOW, NOW)
    question = Question("q", QuestionKind.VIEW, NOW, WORKER, enquiry, EVERYTHING)
    answer = Answer(POLICE, AnswerState.KNOWN, "told", records=(report,))
    return redact(question, Person(ABOUT, {}, {}), [answer], permit, [SOURCE], NOW)


def test_code_c_is_never_shared_of_the_hubs_own_accord(policies: Policies) -> None:
    told = released(policies, Label.POLICE_INTEL_C, release=False)
    assert told.released[0].records == ()
    assert ("label-police-intel-c",) in {one.reasons for one in told.withheld}


def test_code_p_is_shown_by_its_heading_alone(policies: Policies) -> None:
    (record,) = released(policies, Label.POLICE_INTEL_P, release=False).released[0].records
    assert isinstance(record, Finding)
    assert (record.label, record.detail) == ("A warning", None)


@pytest.mark.parametrize("label", [Label.POLICE_INTEL_P, Label.POLICE_INTEL_C])
def test_on_release_the_conditions_travel_with_it(policies: Policies, label: Label) -> None:
    (record,) = released(policies, label, release=True).released[0].records
    assert isinstance(record, Finding)
    assert record.detail == "Sanitised words"
    assert handling(record) == (HANDLING[label], f"The owner's conditions: {CONDITIONS}")
