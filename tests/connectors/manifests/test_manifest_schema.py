"""The published JSON Schema: it is the struct's, describes every field, and an independent validator agrees with us."""

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from valid import SCHOOLS, checked

import hub.demo
from hub.connectors.manifests import manifest_schema
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode
from hub.domain.events import EventType
from hub.domain.searching import SearchKey

PUBLISHED = Path(__file__).parents[3] / "docs" / "manifest.schema.json"
DEMO = sorted((Path(hub.demo.__file__).parent / "manifests").glob("*.toml"))
VALID: dict[str, Any] = msgspec.to_builtins(tomllib.loads(SCHOOLS))


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def tables(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Manifest", schema
    yield from schema["$defs"].items()


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text()) == manifest_schema(), "hub connector schema > docs/manifest.schema.json"


def test_every_field_and_every_code_is_described() -> None:
    for name, table in tables(manifest_schema()):
        assert table["description"], name
        assert [field for field, one in table.get("properties", {}).items() if not one.get("description")] == []


def test_codes_are_closed_lists() -> None:
    parts = manifest_schema()["$defs"]
    for codes in (Agency, EventType, Label, PurposeCode, SearchKey):
        assert set(parts[codes.__name__]["enum"]) == {one.value for one in codes}
    assert set(parts["Category"]["enum"]) == {one.value for one in Category if one.kinds}


def test_what_the_checker_takes_the_validator_takes(validator: jsonschema.Draft202012Validator) -> None:
    documents = [tomllib.loads(path.read_text()) for path in DEMO]
    assert len(documents) == 4
    for document in (*documents, VALID, {**VALID, "$schema": "manifest.schema.json"}):
        assert [error.message for error in validator.iter_errors(msgspec.to_builtins(document))] == []


STRUCTURAL: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("id",), "Derwent Schools"),
    (("id",), 5),
    (("agency",), "educaton"),
    (("kind",), "rest"),
    (("endpoint",), None),
    (("search",), "upn"),
    (("search", 0, 0), "surname"),
    (("categories", 0), "identity"),
    (("categories", 0), "narrative"),
    (("categories", 0), "identity.number"),
    (("marks_labels", 0), "SHY"),
    (("mapping",), 5),
    (("version",), 0),
    (("version",), "1"),
    (("version",), 1.5),
    (("limits", "concurrency"), 0),
    (("limits", "max_bytes"), 10**10),
    (("limits", "breaker_seconds"), "ten"),
    (("limits", "colour"), 1),
    (("reach",), "poll"),
    (("covers", "ages"), [4]),
    (("covers", "ages", 0), "four"),
    (("covers", "since"), "2015-02-30"),
    (("covers", "areas"), "Derwent"),
    (("contacts", "out_of_hours"), None),
    (("contacts", "out_of_hours", "phone"), 1632),
    (("deciding", "purposes", 0), "MAPA"),
    (("events", "secret"), None),
    (("events", "types", 0), "review"),
    (("authentication", "kind"), "basic"),
    (("test_people", 0, "expect"), "nobody"),
    (("test_people", 0, "search", "UPN"), "A831999900001"),
    (("test_people", 0, "search", "upn"), 5),
    (("coverge",), "misspelt"),
)


@pytest.mark.parametrize(("path", "value"), STRUCTURAL, ids=[".".join(map(str, path)) for path, _ in STRUCTURAL])
def test_a_mistake_of_structure_is_one_to_both(
    path: tuple[Any, ...], value: Any, validator: jsonschema.Draft202012Validator
) -> None:
    document = copy.deepcopy(VALID)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    theirs = list(validator.iter_errors(document))
    ours = checked(json.dumps(document)).mistakes
    assert theirs
    assert ours
    # At the same place, or at the table around it of which one form or none is wanted.
    assert any(path[: len(error.absolute_path)] == tuple(error.absolute_path) for error in theirs)
    assert any(one.path[: len(path) - 1] == path[:-1] for one in ours)


@pytest.mark.parametrize(
    "name", ["id", "name", "agency", "kind", "endpoint", "contact", "coverage", "search", "categories"]
)
def test_what_is_missing_is_missing_to_both(name: str, validator: jsonschema.Draft202012Validator) -> None:
    document = {field: value for field, value in VALID.items() if field != name}
    assert [error.validator for error in validator.iter_errors(document)] == ["required"]
    assert any(one.where == name and one.rule == "missing-field" for one in checked(json.dumps(document)).mistakes)
