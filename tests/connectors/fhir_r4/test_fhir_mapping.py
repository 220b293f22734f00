"""What becomes of single resources."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hub.connectors.fhir_r4 import Mapped, map_resources
from hub.domain.categories import Category
from hub.domain.codes import Label, SubjectKind
from hub.domain.records import Finding, LifeEvent, RelatedPerson, ServiceEpisode

SNOMED = "http://snomed.info/sct"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
OURS = {"reference": "Patient/p1"}
EVERYTHING = frozenset(Category)


def of(*resources: Any, categories: frozenset[Category] = EVERYTHING) -> Mapped:
    return map_resources(resources, "p1", categories, today=date(2026, 11, 1))


def condition(code: str = "195967001", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": OURS,
        "code": {"coding": [{"system": SNOMED, "code": code, "display": "Ann Example"}]},
        **more,
    }


def marked(*codes: tuple[str, str]) -> dict[str, Any]:
    return {"meta": {"security": [{"system": system, "code": code} for system, code in codes]}}


def only(one: Mapped) -> Any:
    assert len(one.records) == 1
    return one.records[0]


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


def coded(code: str, system: str = SNOMED) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


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


def test_a_termination_as_a_procedure_is_restricted_too() -> None:
    procedure = {"resourceType": "Procedure", "subject": OURS, "code": coded("386639001"), "performedDateTime": "2026"}
    event = only(of(procedure))
    assert isinstance(event, LifeEvent)
    assert (event.category, event.labels) == (Category.HEALTH_SEXUAL, {Label.SEXUAL_HEALTH})


def test_an_allergy_that_is_not_confirmed_says_nothing_more_than_it_is() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "patient": OURS, "code": coded("91935009")}
    refuted = {**allergy, "verificationStatus": coded("refuted")}
    assert [record.type for record in of(allergy, refuted).records if isinstance(record, Finding)] == ["hub:allergy"]


def test_a_doubtful_or_ended_problem_says_so() -> None:
    doubtful = condition(verificationStatus=coded("provisional"), clinicalStatus=coded("resolved"))
    assert only(of(doubtful)).label == "Asthma (not confirmed, ended)"
