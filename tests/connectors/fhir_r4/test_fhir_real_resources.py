"""Every real FHIR artefact goes through the mapping: mapped, or reported as not mapped, never a crash."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.connectors.fhir_r4 import Mapped, map_resources
from hub.domain.categories import Category
from hub.domain.codes import Label

EVERYTHING = frozenset(Category)


def subject_of(resource: dict[str, Any]) -> str:
    """Whose record a file holds, so that it can be mapped as that patient's."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    pointed = re.search(r'"reference": "Patient/([^"]+)"|nhs-number", "value": "(\d+)"', json.dumps(resource))
    return next((found for found in pointed.groups() if found), "nobody") if pointed else "nobody"


def mapped(file: Path) -> Mapped:
    resource = json.loads(file.read_text())
    return map_resources([resource], subject_of(resource), EVERYTHING)


@pytest.fixture(scope="session")
def health_files(shared_data: Path) -> dict[str, Path]:
    files = {file.stem: file for file in sorted((shared_data / "health").glob("*.json"))}
    files.pop("MANIFEST")
    return files


def as_table(table: dict[str, Mapped]) -> str:
    lines = [f"\n{'file of data/health':72} records  not mapped"]
    for name, one in table.items():
        lines.append(f"{name:72} {len(one.records):7}  {', '.join(f'{k} x{n}' for k, n in one.unmapped.items())}")
    records = sum(len(one.records) for one in table.values())
    unmapped = sum(sum(one.unmapped.values()) for one in table.values())
    return "\n".join([*lines, f"{len(table)} files: {records} records, {unmapped} not mapped\n"])


@pytest.mark.shared_data
def test_every_file_is_mapped_or_reported(health_files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    table = {name: mapped(file) for name, file in health_files.items()}
    with capsys.disabled():
        sys.stdout.write(as_table(table))
    assert len(table) == 34
    assert all(one.records or one.unmapped for one in table.values())
    assert not any(one.strangers for one in table.values())


@pytest.mark.shared_data
def test_all_files_at_once_keep_other_patients_out(health_files: dict[str, Path]) -> None:
    everything = [json.loads(file.read_text()) for file in health_files.values()]
    one = map_resources(everything, "9000000009", EVERYTHING)
    assert one.strangers > 0
    assert one.attributes.nhs_number == "9000000009"
    kinds = {getattr(record, "type", None) for record in one.records}
    assert "hub:fgm-family-history" in kinds  # a flag that points at its patient by NHS number alone
    assert "cp-plan" not in kinds  # another patient's


@pytest.mark.shared_data
def test_a_cp_is_plan_is_the_most_serious_alert_and_says_whom_to_phone(health_files: dict[str, Path]) -> None:
    plan = next(
        record
        for record in mapped(health_files["nhs-cpis-fhir__CPIS-CPP-Bundle-Example"]).records
        if getattr(record, "type", "") == "cp-plan"
    )
    assert (plan.category, plan.severity) == (Category.HEALTH_CP_IS, 9)
    assert "phone 01133973581" in (plan.detail or "")


@pytest.mark.shared_data
def test_a_restricted_patient_is_labelled_and_has_no_whereabouts(health_files: dict[str, Path]) -> None:
    one = mapped(health_files["nhs-pds-fhir__Sensitive_Patient"])
    assert one.labels == {Label.LOCATION_AT_RISK}
    assert not [record for record in one.records if record.category is Category.IDENTITY_WHEREABOUTS]
