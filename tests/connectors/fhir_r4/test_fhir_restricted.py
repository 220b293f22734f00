"""What becomes of single resources that are restricted, by their nature or by a mark."""

import pytest
from single_resources import CONFIDENTIALITY, OURS, SENSITIVITY, SNOMED, coded, condition, marked, of, only

from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.records import Finding, LifeEvent


@pytest.mark.parametrize(
    ("code", "category", "label"),
    [
        ("105629000", Category.HEALTH_SEXUAL, Label.SEXUAL_HEALTH),
        ("386639001", Category.HEALTH_SEXUAL, Label.SEXUAL_HEALTH),
        ("93461009", Category.HEALTH_GENDER_HISTORY, Label.GENDER_HISTORY),
    ],
)
def test_codes_that_are_restricted_by_nature_need_no_label_of_the_source(
    code: str, category: Category, label: Label
) -> None:
    finding = only(of(condition(code)))
    assert (finding.category, finding.labels) == (category, {label})


@pytest.mark.parametrize(
    ("mark", "category", "labels"),
    [
        ((SENSITIVITY, "STD"), Category.HEALTH_SEXUAL, {Label.SEXUAL_HEALTH}),
        ((SENSITIVITY, "GENDER"), Category.HEALTH_GENDER_HISTORY, {Label.GENDER_HISTORY}),
        ((SENSITIVITY, "PSYTHPN"), Category.HEALTH_THERAPY, set()),
        ((SENSITIVITY, "A-CODE-OF-NEXT-YEAR"), Category.HEALTH_THERAPY, set()),
        ((CONFIDENTIALITY, "V"), Category.HEALTH_THERAPY, set()),
        ((CONFIDENTIALITY, "R"), Category.HEALTH_THERAPY, set()),
        ((CONFIDENTIALITY, "N"), Category.HEALTH_SUMMARY, set()),
        (("urn:hub:label", "NOT_FOR_FAMILY"), Category.HEALTH_SUMMARY, {Label.NOT_FOR_FAMILY}),
    ],
)
def test_a_security_label_moves_a_record_to_the_restricted_tier(
    mark: tuple[str, str], category: Category, labels: set[Label]
) -> None:
    finding = only(of(condition(**marked(mark))))
    assert (finding.category, finding.labels) == (category, labels)


def test_what_is_held_back_is_said_without_saying_what() -> None:
    one = of(condition("105629000"), categories=frozenset({Category.HEALTH_SUMMARY}))
    assert one.records == ()
    assert one.withheld
    assert not any("sexual" in sentence.lower() for sentence in one.withheld)


def test_an_alert_marked_restricted_stays_an_alert() -> None:
    flag = {
        "resourceType": "Flag",
        "subject": OURS,
        "status": "active",
        "code": {"coding": [{"system": SNOMED, "code": "342191000000101"}]},
        **marked((CONFIDENTIALITY, "R")),
    }
    finding = only(of(flag))
    assert (finding.category, finding.severity) == (Category.HEALTH_CP_IS, 9)
    assert finding.labels == {Label.LOCATION_AT_RISK}


def test_a_restricted_episode_becomes_a_finding_of_the_restricted_tier() -> None:
    episode = {
        "resourceType": "EpisodeOfCare",
        "patient": OURS,
        "status": "active",
        "type": [{"coding": [{"system": SNOMED, "code": "788122004"}]}],
    }
    finding = only(of(episode))
    assert isinstance(finding, Finding)
    assert finding.category is Category.HEALTH_SEXUAL


@pytest.mark.parametrize(
    ("mark", "label"),
    [
        ((CONFIDENTIALITY, "R"), Label.LOCATION_AT_RISK),
        ((CONFIDENTIALITY, "V"), Label.LOCATION_AT_RISK),
        (("urn:hub:label", "WITNESS_PROTECTION"), Label.WITNESS_PROTECTION),
    ],
)
def test_labels_on_a_patient_are_labels_on_the_child(mark: tuple[str, str], label: Label) -> None:
    one = of({"resourceType": "Patient", "id": "p1", **marked(mark)})
    assert one.labels == {label}


def test_a_reason_that_is_restricted_leaves_the_attendance() -> None:
    reasons = [{"coding": [{"system": SNOMED, "code": code}], "text": "words"} for code in ("125605004", "15628003")]
    encounter = {
        "resourceType": "Encounter",
        "subject": OURS,
        "class": {"code": "EMER"},
        "period": {"start": "2026-01-01T10:00:00Z"},
        "reasonCode": reasons,
    }
    event, hidden = of(encounter).records
    assert isinstance(event, LifeEvent)
    assert (event.type, event.detail) == ("ae-attendance", "Fracture")
    assert hidden.category is Category.HEALTH_SEXUAL


def test_a_termination_as_a_procedure_is_restricted_too() -> None:
    procedure = {"resourceType": "Procedure", "subject": OURS, "code": coded("386639001"), "performedDateTime": "2026"}
    event = only(of(procedure))
    assert isinstance(event, LifeEvent)
    assert (event.category, event.labels) == (Category.HEALTH_SEXUAL, {Label.SEXUAL_HEALTH})
