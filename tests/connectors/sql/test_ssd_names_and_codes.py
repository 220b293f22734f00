"""The shipped mapping against published names and codes that others wrote."""

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import hub.connectors

HERE = Path(__file__).parents[3]
SHARED = Path(os.environ.get("HUB_SHARED_DATA", HERE.parent / "shared" / "data")) / "social-care"
MAPPING = Path(hub.connectors.__file__).parent / "mappings" / "ssd.toml"
XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture(scope="module")
def mapping() -> dict[str, Any]:
    return tomllib.loads(MAPPING.read_text())


def artefact(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"the real artefact {name} is not here (HUB_SHARED_DATA)")
    return SHARED / name


@pytest.mark.shared_data
def test_every_table_and_column_that_the_mapping_names_is_the_datasets(mapping: dict[str, Any]) -> None:
    published = json.loads(artefact("ssd_tables.json").read_text())
    columns = {column for table in published.values() for column in table}
    sql = " ".join(
        [mapping["person"]["sql"], *(q["sql"] for q in mapping["queries"]), *(f["where"] for f in mapping["find"])]
    )
    assert set(re.findall(r"\bssd_\w+", sql)) <= set(published)
    prefixes = {column.split("_")[0] for column in columns}
    named = {word for word in re.findall(r"\b[a-z0-9]+_\w+", sql) if word.split("_")[0] in prefixes}
    assert len(named) > 80
    assert named <= columns


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("kind", "tables"),
    [
        ("referralsourcetype", ("referral_source", "contact_source")),
        ("categoryofabuse", ("cp_category",)),
        ("primaryneedcodetype", ("primary_need",)),
        ("reasonforclosuretype", ("closure",)),
        ("assessmentfactorstype", ("factor",)),
    ],
)
def test_every_code_of_the_children_in_need_census_is_known(
    mapping: dict[str, Any], kind: str, tables: tuple[str, ...]
) -> None:
    schema = ET.parse(artefact("CIN_schema_2024.xsd"))  # noqa: S314 - a published schema beside the project
    (simple,) = [one for one in schema.iter(f"{XS}simpleType") if one.get("name") == kind]
    codes = {one.get("value") for one in simple.iter(f"{XS}enumeration")}
    assert len(codes) >= 5
    for table in tables:
        assert codes <= set(mapping["codes"][table])


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("column", "table"),
    [
        ("LS", "legal_status"),
        ("RNE", "episode_start"),
        ("PLACE", "placement"),
        ("PLACE_PROVIDER", "provider"),
        ("MISSING", "missing_type"),
    ],
)
def test_every_code_of_the_looked_after_return_is_known(mapping: dict[str, Any], column: str, table: str) -> None:
    text = artefact("SSDA903_schema_2024.yml").read_text()
    section = re.search(rf"^      {column}:\n((?:       .*\n)+)", text, re.MULTILINE)
    assert section is not None
    codes = set(re.findall(r'code: "(\w+)"', section[1]))
    assert codes
    assert codes <= set(mapping["codes"][table])
