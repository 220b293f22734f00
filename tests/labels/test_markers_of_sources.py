"""Labels come from the sources' own markers: what each kind of source can say, and what the hub makes of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hub.connectors.fhir_r4.mapping import map_resources
from hub.connectors.mapping import read_mapping
from hub.connectors.mapping.reading import compile_mapping
from hub.connectors.sql import Sql
from hub.domain.categories import Category
from hub.domain.codes import PERSON_WIDE, Label
from hub.domain.deadline import Deadline
from hub.domain.handling import handling
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from tests.connectors.sql.ssd_on_sqlite import sql_on_sqlite, sqlite_database
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)
TODAY = date(2026, 11, 2)
PATIENT = {"resourceType": "Patient", "id": "1", "name": [{"family": "Marlow", "given": ["Ada"]}]}
FLAG: dict[str, Any] = {
    "resourceType": "Flag",
    "id": "2",
    "status": "active",
    "subject": {"reference": "Patient/1"},
    "code": {"coding": [{"system": "urn:hub:code", "code": "safeguarding-concern"}]},
}
MOTHER = {
    "resourceType": "RelatedPerson",
    "id": "3",
    "patient": {"reference": "Patient/1"},
    "relationship": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}],
    "name": [{"family": "Marlow", "given": ["Eve"]}],
}
PERSON = (
    "ssd_person",
    {"pers_person_id": "1", "pers_forename": "Ada", "pers_surname": "Marlow", "pers_dob": "2015-03-04"},
)


def marked(resource: dict[str, Any], system: str, code: str) -> dict[str, Any]:
    return {**resource, "meta": {"security": [{"system": system, "code": code}]}}


@pytest.mark.parametrize("label", Label)
def test_a_fhir_source_can_mark_any_label_on_the_patient(label: Label) -> None:
    mapped = map_resources([marked(PATIENT, "urn:hub:label", label)], "1", EVERYTHING, today=TODAY)
    assert label in mapped.labels


@pytest.mark.parametrize("label", Label)
def test_a_fhir_source_can_mark_any_label_on_a_record_and_what_is_true_of_a_person_is_told_of_them(
    label: Label,
) -> None:
    mapped = map_resources([PATIENT, marked(FLAG, "urn:hub:label", label)], "1", EVERYTHING, today=TODAY)
    (flag,) = [one for one in mapped.records if one.category is Category.HEALTH_SAFEGUARDING_FLAG]
    assert label in flag.labels
    assert (label in mapped.labels) is (label in PERSON_WIDE)


@pytest.mark.parametrize("label", sorted(PERSON_WIDE - {Label.WITNESS_PROTECTION}))
def test_a_mark_on_a_relative_is_the_relatives(label: Label) -> None:
    mapped = map_resources([PATIENT, marked(MOTHER, "urn:hub:label", label)], "1", EVERYTHING, today=TODAY)
    (mother,) = [one for one in mapped.records if one.category is Category.HEALTH_FAMILY]
    assert label in mother.labels
    assert label not in mapped.labels


@pytest.mark.parametrize(
    ("system", "code", "label"),
    [
        ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", Label.LOCATION_AT_RISK),
        ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "V", Label.LOCATION_AT_RISK),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "LOCIS", Label.LOCATION_AT_RISK),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "GENDER", Label.GENDER_HISTORY),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "HIV", Label.SEXUAL_HEALTH),
        ("urn:nobody-knows", "x", Label.LOCATION_AT_RISK),
    ],
)
def test_published_security_labels_are_read_on_a_patient(system: str, code: str, label: Label) -> None:
    assert label in map_resources([marked(PATIENT, system, code)], "1", EVERYTHING, today=TODAY).labels


def test_a_record_that_is_only_marked_restricted_does_not_hide_where_the_child_is() -> None:
    confidential = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    assert map_resources([PATIENT, marked(FLAG, confidential, "R")], "1", EVERYTHING, today=TODAY).labels == frozenset()


async def held(tmp_path: Path, *rows: tuple[str, dict[str, Any]]) -> tuple[frozenset[Label], Any]:
    """Labels of the child as a find tells them, and what a fetch tells."""
    connector: Sql = sql_on_sqlite(sqlite_database(tmp_path / "ssd.db", [PERSON, *rows]))
    try:
        (found,) = await connector.find(probe(family_name="Marlow", birth_date=date(2015, 3, 4)), Deadline.after(5))
        link = LinkedPerson(SourceId("care"), LocalId("1"), b"")
        return found.labels, await connector.fetch(link, EVERYTHING, Deadline.after(5))
    finally:
        await connector.close()


PREFIXES = {
    "ssd_address": ("addr", "table_id"),
    "ssd_cla_episodes": ("clae", "cla_episode_id"),
    "ssd_permanence": ("perm", "table_id"),
    "ssd_cla_previous_permanence": ("lapp", "table_id"),
    "ssd_linked_identifiers": ("link", "table_id"),
}


def row(table: str, person: str = "1", **columns: str) -> tuple[str, dict[str, Any]]:
    """A row about a person, by its columns' names without their prefix."""
    prefix, key = PREFIXES[table]
    return table, {f"{prefix}_{name}": value for name, value in {key: "x", "person_id": person, **columns}.items()}


def hub_label(label: Label, person: str = "1", **more: str) -> tuple[str, dict[str, Any]]:
    told = {"identifier_type": "Hub label", "identifier_value": label.value, **more}
    return row("ssd_linked_identifiers", person, **told)


SSD = [
    (row("ssd_address", address_type="RESTRICTED"), Label.LOCATION_AT_RISK),
    (row("ssd_cla_episodes", cla_episode_ceased_reason="E11"), Label.ADOPTION),
    (row("ssd_cla_episodes", cla_episode_ceased_reason="E12"), Label.ADOPTION),
    (row("ssd_permanence", placed_for_adoption_date="2024-05-01"), Label.ADOPTION),
    (row("ssd_cla_previous_permanence", previous_permanence_option="P1"), Label.ADOPTION),
    *(
        (hub_label(label), label)
        for label in sorted(PERSON_WIDE - {Label.LOCATION_AT_RISK} | {Label.LIMITED_ACCESS, Label.NOT_FOR_FAMILY})
    ),
]


@pytest.mark.parametrize(("mark", "label"), SSD)
async def test_social_care_marks_a_child_in_the_tables_of_the_dataset(
    tmp_path: Path, mark: tuple[str, dict[str, Any]], label: Label
) -> None:
    found, fetched = await held(tmp_path, mark)
    assert found == {label}
    assert fetched.labels == {label}


@pytest.mark.parametrize(
    "mark",
    [
        row("ssd_address", address_type="RESTRICTED", address_end_date="2024-01-01"),
        row("ssd_cla_episodes", cla_episode_ceased_reason="E4A"),
        row("ssd_permanence", placed_for_adoption_date="2024-05-01", decision_reversed_date="2024-06-01"),
        row("ssd_cla_previous_permanence", previous_permanence_option="P2"),
        hub_label(Label.STAFF_LINKED, valid_to_date="2024-01-01"),
        hub_label(Label.STAFF_LINKED, person="2"),
    ],
)
async def test_what_is_over_or_somebody_elses_marks_nobody(tmp_path: Path, mark: tuple[str, dict[str, Any]]) -> None:
    found, fetched = await held(tmp_path, mark)
    assert found == fetched.labels == frozenset()


MOTHER_OF_ADA = ("ssd_mother", {"moth_table_id": "m", "moth_person_id": "9", "moth_childs_person_id": "1"})
SAME_FAMILY = [
    ("ssd_family", {"fami_table_id": f"f{who}", "fami_family_id": "F", "fami_person_id": who}) for who in ("1", "9")
]
OF_A_PERSON = [(mark, label) for mark, label in SSD if label in PERSON_WIDE]


@pytest.mark.parametrize("related", [[MOTHER_OF_ADA], SAME_FAMILY], ids=["mother", "same-family-record"])
@pytest.mark.parametrize(("mark", "label"), OF_A_PERSON)
async def test_social_care_marks_a_relative_by_the_same_rows_as_a_child(
    tmp_path: Path, mark: tuple[str, dict[str, Any]], label: Label, related: list[tuple[str, dict[str, Any]]]
) -> None:
    table, columns = mark
    of_the_relative = (table, {**columns, f"{PREFIXES[table][0]}_person_id": "9"})
    eve = ("ssd_person", {"pers_person_id": "9", "pers_forename": "Eve", "pers_surname": "Marlow"})
    found, fetched = await held(tmp_path, eve, *related, of_the_relative)
    (relative,) = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_FAMILY]
    assert (found, relative.labels) == (frozenset(), {label})


@pytest.mark.parametrize(("code", "labels"), [("9", {Label.ANON_SOURCE}), ("2A", frozenset())])
async def test_a_referral_from_somebody_anonymous_is_marked(tmp_path: Path, code: str, labels: set[Label]) -> None:
    referral = {"cine_referral_id": "r", "cine_person_id": "1", "cine_referral_date": "2026-05-01"}
    _, fetched = await held(tmp_path, ("ssd_cin_episodes", {**referral, "cine_referral_source_code": code}))
    (event,) = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_REFERRALS]
    assert event.labels == labels


def test_probation_tells_of_a_closed_case_and_of_a_risk_without_the_adult() -> None:
    told = {
        label for one in read_mapping("hmpps_probation").readers for plan in one.plans for label in plan.marking.always
    }
    assert told == {Label.LIMITED_ACCESS, Label.THIRD_PARTY}


@pytest.mark.parametrize("about", ["child", {"key": "who", "kind": "network_adult"}])
def test_a_mapping_that_marks_a_record_of_the_child_marks_the_child(about: Any) -> None:
    entry = {
        "from": "flags", "kind": "Finding", "category": "police.warnings", "type": "'flag'", "about": about,
        "labels": ["WITNESS_PROTECTION", "SUB_JUDICE"],
    }  # fmt: skip
    mapped = compile_mapping("police.toml", {"records": [entry]}).apply({"flags": [{"who": "7"}]}, EVERYTHING, TODAY)
    assert mapped.labels == ({Label.WITNESS_PROTECTION} if about == "child" else frozenset())


def test_a_mapping_takes_an_owners_conditions_along() -> None:
    mapping = compile_mapping(
        "police.toml",
        {
            "records": [
                {
                    "from": "reports", "kind": "Finding", "category": "police.warnings", "type": "'warning'",
                    "label": "heading", "labels": [{"label": "POLICE_INTEL_C", "where": "handling == 'C'"}],
                    "conditions": "conditions",
                }
            ]
        },
    )  # fmt: skip
    report = {"heading": "A warning", "handling": "C", "conditions": "Not to be told to anybody in the household."}
    (record,) = mapping.apply({"reports": [report]}, EVERYTHING, TODAY).records
    assert record.labels == {Label.POLICE_INTEL_C}
    assert handling(record)[-1] == "The owner's conditions: Not to be told to anybody in the household."
