"""The shipped mappings against real artefacts: probation's fixtures, and youth justice's published field names."""

import json
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import jmespath
import pytest

from hub.connectors.mapping import Fanned, read_mapping
from hub.demo.partners.youth_justice_shapes import OURS
from hub.domain.categories import Category
from hub.domain.records import Finding

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("HUB_SHARED_DATA", ROOT.parent / "shared" / "data"))
MAPPINGS = ROOT / "hub" / "connectors" / "mappings"
TIE = {"offenderCrn": "X000001", "relationshipToPrisonerCode": "FRI"}


def say(line: str) -> None:
    """Shown with ``pytest -s`` or on failure: the counts are evidence."""
    sys.stdout.write(f"{line}\n")


def artefact(path: str) -> Any:
    if not (SHARED / path).exists():
        pytest.skip(f"{path} is not in the folder of real artefacts (HUB_SHARED_DATA)")
    return json.loads((SHARED / path).read_text())


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("result", "file", "records"),
    [
        ("contact", "contact-search-response.json", 5),
        ("supervisions", "GetSupervisionsResponse.json", 12),
        ("risks", "GetRisksResponse.json", 2),
        ("cases", "GetOffenderResponse.json", 1),
        ("limited_access", "GetAccessLimitationsResponse.json", 1),
    ],
)
def test_every_probation_fixture_is_mapped_and_what_is_not_is_counted(result: str, file: str, records: int) -> None:
    reply = artefact(f"probation/{file}")
    whole = {"contact": lambda r: r["content"][0], "cases": lambda r: [r]}.get(result, lambda r: r)(reply)
    results = {result: whole if result == "contact" else Fanned(((TIE, whole),))}
    made = read_mapping("hmpps_probation").apply(results, frozenset(Category))
    say(f"{file}: {len(made.records)} mapped, {sum(made.unmapped.values())} unmapped {dict(made.unmapped)}")
    assert len(made.records) == records
    # The fixture's MAPPA start is the word "string"; nothing else in any fixture is unknown.
    assert made.unmapped == ({"supervisions.mappaDetail: start unreadable": 1} if result == "supervisions" else {})


@pytest.mark.shared_data
def test_the_address_fixture_belongs_to_a_request_that_the_mapping_does_not_make_and_does_no_harm() -> None:
    reply = artefact("probation/GetAddressesResponse.json")
    made = read_mapping("hmpps_probation").apply({"addresses": reply}, frozenset(Category))
    say(f"GetAddressesResponse.json: {len(made.records)} mapped; adults' addresses are never asked for")
    assert made.records == ()


@pytest.mark.shared_data
def test_every_published_register_type_is_known() -> None:
    types = {code for code in artefact("probation/register_types.json") if code.isupper()}
    risks = [{"code": code, "startDate": "2020-01-01"} for code in sorted(types)]
    results = {"supervisions": Fanned(((TIE, {"dynamicRisks": risks}),))}
    made = read_mapping("hmpps_probation").apply(results, frozenset(Category))
    findings = [one for one in made.records if isinstance(one, Finding)]
    say(f"register types: {len(types)} known; {Counter(one.category.value for one in findings)}")
    assert made.unmapped == {}
    assert len(findings) == len(types) + 1  # and the one about the child


@pytest.mark.shared_data
def test_every_field_that_the_youth_justice_mapping_reads_is_published_or_declared_ours() -> None:
    published = {
        name: {part.removesuffix("[]") for path in paths for part in path.split(".")}
        for name, paths in artefact("youth-justice/yp_document_fields.json").items()
    }
    document = tomllib.loads((MAPPINGS / "youth_justice.toml").read_text())
    read: dict[str, set[str]] = {}
    for entry in (*document["records"], *document["identity"]):
        read.setdefault(entry["from"], set()).update(*map(field_names, expressions(entry)))
    strange = {name: read[name] - published.get(name, set()) - OURS.get(name, frozenset()) for name in read}
    say(f"youth justice: {sum(map(len, read.values()))} fields read of {sum(map(len, published.values()))} published")
    assert {name: fields for name, fields in strange.items() if fields} == {}


def expressions(value: Any, key: str = "") -> list[str]:
    """Every expression of an entry."""
    if isinstance(value, dict):
        return [found for name, part in value.items() for found in expressions(part, name)]
    if isinstance(value, list):
        return [found for part in value for found in expressions(part, key)]
    if key in {"from", "kind", "category", "codes", "attribute", "labels", "severity"}:
        return []
    return [part.split("}")[0] for part in value.split("{")[1:]] if key == "template" else [str(value)]


def field_names(expression: str) -> set[str]:
    """Names of fields anywhere in an expression."""

    def walk(node: Any) -> set[str]:
        own = {node["value"]} if node["type"] == "field" else set()
        return own.union(*(walk(child) for child in node.get("children", ()) if isinstance(child, dict)))

    return walk(jmespath.compile(expression).parsed)
