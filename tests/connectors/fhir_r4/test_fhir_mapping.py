"""What becomes of single resources."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from single_resources import OURS, SENSITIVITY, SNOMED, coded, condition, of, only

from hub.domain.categories import Category
from hub.domain.codes import SubjectKind
from hub.domain.records import Finding, LifeEvent, RelatedPerson, ServiceEpisode


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2019-04-03", date(2019, 4, 3)),
        ("2019-04", date(2019, 4, 1)),
        ("2019", date(2019, 1, 1)),
        ("2019-04-03T23:30:00+01:00", date(2019, 4, 3)),
        ("2019-13", None),
        ("0000", None),
        ("yesterday", None),
        (20190403, None),
    ],
)
def test_dates_of_every_length_are_read_and_others_left_out(written: Any, start: date | None) -> None:
    assert only(of(condition(onsetDateTime=written))).start == start


def test_an_event_with_half_a_date_says_so() -> None:
    event = only(of({"resourceType": "Immunization", "patient": OURS, "occurrenceDateTime": "2019-04"}))
    assert isinstance(event, LifeEvent)
    assert event.at == datetime(2019, 4, 1, tzinfo=UTC)
    assert event.label.endswith("(2019-04, day not given)")


def test_an_event_without_a_date_is_kept_as_a_finding() -> None:
    encounter = {"resourceType": "Encounter", "subject": OURS, "class": {"system": SENSITIVITY, "code": "EMER"}}
    finding = only(of(encounter))
    assert isinstance(finding, Finding)
    assert finding.category is Category.HEALTH_AE_ATTENDANCES
    assert "date not given" in finding.label


def test_an_unknown_code_is_kept_by_its_code_and_counted_without_its_display() -> None:
    one = of(condition("123456789"))
    finding = only(one)
    assert finding.type == "hub:unmapped"
    assert "123456789" in finding.label
    assert "Ann Example" not in repr(one)
    assert one.unmapped == {f"Condition.code:{SNOMED}|123456789": 1}


@pytest.mark.parametrize("system", ["urn:local:codes", "http://snomed.info/sct\n", ""])
def test_a_code_that_may_be_anything_is_counted_without_being_named(system: str) -> None:
    one = of({**condition(), "code": {"coding": [{"system": system, "code": "Ann-Example-999"}]}})
    assert only(one).type == "hub:unmapped"
    assert "Ann-Example" not in repr(one)
    assert one.unmapped == {"Condition.code:(other)": 1}


def test_words_instead_of_a_code_stand_in_the_narrative() -> None:
    one = of({**condition(), "code": {"text": "Sore\u0000 knee\u202e"}})
    assert " ".join(only(one).detail.split()) == "Sore knee"
    assert one.unmapped == {"Condition.code:text-only": 1}


def test_three_missed_appointments_in_a_year_are_a_pattern() -> None:
    missed = [
        {
            "resourceType": "Appointment",
            "status": "noshow",
            "start": f"2026-0{month}-01T09:00:00Z",
            "participant": [{"actor": OURS}, {"actor": {"reference": "Practitioner/x"}}],
        }
        for month in (1, 3, 6)
    ]
    assert len(of(*missed[:2]).records) == 2
    pattern = of(*missed).records[-1]
    assert isinstance(pattern, Finding)
    assert pattern.type == "hub:was-not-brought-pattern"


@pytest.mark.parametrize(
    "status", [{"verificationStatus": {"coding": [{"code": "refuted"}]}}, {"subject": {"display": "nobody"}}]
)
def test_what_is_not_so_or_not_told_whose_it_is_is_counted_and_not_kept(status: dict[str, Any]) -> None:
    one = of({**condition(), **status})
    assert (one.records, one.strangers, len(one.unmapped)) == ((), 0, 1)


def test_a_record_that_the_source_qualifies_is_kept_without_what_it_says() -> None:
    one = of(condition(modifierExtension=[{"url": "urn:negated", "valueBoolean": True}]))
    assert only(one).type == "hub:unmapped"
    assert one.unmapped == {"Condition.modifierExtension": 1}


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "Patient/p2"},
        {"reference": "https://elsewhere.example/fhir/Patient/p2/_history/3"},
        {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991000011"}},
        {
            "reference": "Patient/p1",
            "identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991000011"},
        },
    ],
)
def test_records_about_somebody_else_are_counted_and_never_mapped(subject: dict[str, Any]) -> None:
    one = of(condition(subject=subject))
    assert (one.records, one.strangers) == ((), 1)


def test_people_around_the_child_are_children_or_adults_by_their_birth_date() -> None:
    brother = {
        "resourceType": "RelatedPerson",
        "patient": OURS,
        "relationship": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "BRO"}]}],
        "name": [{"family": "Example", "given": ["Bo"]}],
    }
    young, grown = of({**brother, "id": "a"}, {**brother, "id": "b", "birthDate": "2000-01-01"}).records
    assert isinstance(young, RelatedPerson)
    assert (young.relationship, young.name) == ("sibling", "Bo Example")
    assert [one.about.kind for one in (young, grown)] == [SubjectKind.NETWORK_CHILD, SubjectKind.NETWORK_ADULT]
    assert young.about.key != grown.about.key


def test_an_episode_names_its_service_and_whom_to_phone() -> None:
    episode = {
        "resourceType": "EpisodeOfCare",
        "patient": OURS,
        "status": "active",
        "type": [{"coding": [{"system": SNOMED, "code": "1078501000000104"}]}],
        "managingOrganization": {"reference": "Organization/o"},
        "careManager": {"reference": "PractitionerRole/r"},
        "period": {"start": "2026-02"},
    }
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "Practitioner/w"},
        "code": [{"coding": [{"display": "Health visitor"}]}],
        "telecom": [{"system": "phone", "value": "01632 960999"}],
    }
    worker = {"resourceType": "Practitioner", "id": "w", "name": [{"text": "Sam Example"}]}
    one = only(of(episode, role, worker, {"resourceType": "Organization", "id": "o", "name": "A Trust"}))
    assert isinstance(one, ServiceEpisode)
    assert (one.service, one.organisation, one.start) == ("Health visiting", "A Trust", date(2026, 2, 1))
    assert [(p.name, p.role, p.contact) for p in one.professionals] == [
        ("Sam Example", "Health visitor", "01632 960999")
    ]


def test_only_the_categories_that_were_asked_for_come_back() -> None:
    asked = frozenset({Category.IDENTITY_NAME})
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "2011-05-14", "name": [{"family": "Example"}]}
    one = of(patient, condition(), categories=asked)
    assert {record.category for record in one.records} == asked
    assert one.attributes.birth_date == date(2011, 5, 14)  # the echo is read whatever is asked


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Flag", "entered-in-error"),
        ("CarePlan", "draft"),
        ("Encounter", "cancelled"),
        ("Appointment", "booked"),
        ("Observation", "entered-in-error"),
        ("Immunization", "entered-in-error"),
        ("Procedure", "not-done"),
        ("EpisodeOfCare", "planned"),
    ],
)
def test_what_did_not_happen_or_is_a_mistake_is_counted_and_not_kept(kind: str, status: str) -> None:
    actor = {"participant": [{"actor": OURS}]} if kind == "Appointment" else {}
    one = of({"resourceType": kind, "id": "x", "subject": OURS, "status": status, **actor})
    assert one.records == ()
    assert sum(one.unmapped.values()) == 1


@pytest.mark.parametrize(("end", "severity"), [(None, 9), ("2026-01-01", 2)])
def test_an_alert_that_is_over_is_history_and_no_warning(end: str | None, severity: int) -> None:
    period = {"start": "2025-01-01", "end": end}
    flag = {"resourceType": "Flag", "subject": OURS, "period": period, "code": coded("342191000000101")}
    assert only(of(flag)).severity == severity


def test_a_camhs_plan_is_an_episode_with_its_team() -> None:
    plan = {
        "resourceType": "CarePlan",
        "subject": OURS,
        "status": "active",
        "category": [coded("310117003")],
        "careTeam": [{"reference": "#t"}],
        "contained": [
            {
                "resourceType": "CareTeam",
                "id": "t",
                "name": "Team",
                "participant": [{"member": {"display": "Sam Example"}, "role": [{"text": "Nurse"}]}],
            }
        ],
    }
    one = only(of(plan))
    assert isinstance(one, ServiceEpisode)
    assert (one.type, one.organisation) == ("CAMHS-plan", "Team")
    assert [(p.name, p.role) for p in one.professionals] == [("Sam Example", "Nurse")]


def test_a_measurement_keeps_its_value_and_an_unknown_observation_does_not() -> None:
    seen = {"resourceType": "Observation", "subject": OURS, "valueQuantity": {"value": 21.5, "unit": "kg"}}
    known, unknown = of({**seen, "code": coded("27113001")}, {**seen, "code": coded("111222333")}).records
    assert isinstance(known, Finding)
    assert isinstance(unknown, Finding)
    assert (known.label, known.detail) == ("Weight", "21.5 kg")
    assert unknown.detail is None


def test_an_allergy_that_is_not_confirmed_says_nothing_more_than_it_is() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "patient": OURS, "code": coded("91935009")}
    refuted = {**allergy, "verificationStatus": coded("refuted")}
    assert [record.type for record in of(allergy, refuted).records if isinstance(record, Finding)] == ["hub:allergy"]


def test_a_doubtful_or_ended_problem_says_so() -> None:
    doubtful = condition(verificationStatus=coded("provisional"), clinicalStatus=coded("resolved"))
    assert only(of(doubtful)).label == "Asthma (not confirmed, ended)"
