"""Whatever is done to a valid manifest, the checker never crashes, and never passes what the hub cannot decode."""

import copy
import tomllib
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from valid import HERE, SCHOOLS, TODAY, checked

from hub.connectors.manifest import Manifest, canonical
from hub.connectors.manifests import check_manifest
from hub.connectors.manifests.json_places import json_places
from hub.connectors.manifests.toml_places import toml_places

VALID = msgspec.to_builtins(tomllib.loads(SCHOOLS))
_SCALARS = st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = st.recursive(
    _SCALARS
    | st.text(max_size=30)
    | st.sampled_from(["education", "upn", "S47", "none", "known", "http://x", "é\u202e"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


PLACES = [place for place in places(VALID) if place]


def mutated(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(VALID)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return document


def decodes(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=Manifest)
    except msgspec.DecodeError:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(PLACES), value=ANYTHING)
def test_any_other_value_in_any_place_is_either_usable_or_told_of(path: tuple[Any, ...], value: Any) -> None:
    text = msgspec.json.encode(mutated(path, value)).decode()
    read = checked(text)
    assert read.mistakes or decodes(text)
    assert (read.manifest is None) == bool(read.mistakes)
    assert all(one.line and one.column and one.says and one.instead for one in (*read.mistakes, *read.warnings))


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]), name=st.text(max_size=12))
def test_any_other_name_of_any_field_is_either_usable_or_told_of(path: tuple[Any, ...], name: str) -> None:
    document = copy.deepcopy(VALID)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[name] = inner.pop(path[-1])
    text = msgspec.json.encode(document).decode()
    assert checked(text).mistakes or decodes(text)


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, len(SCHOOLS) - 1),
    length=st.integers(0, 40),
    put=st.text(alphabet='"[]{}=.,#\n\\ ax1', max_size=4),
)
def test_any_edit_of_the_text_is_answered_in_words(at: int, length: int, put: str) -> None:
    read = check_manifest(SCHOOLS[:at] + put + SCHOOLS[at + length :], beside=HERE, for_registration=True, today=TODAY)
    assert (read.manifest is None) == bool(read.mistakes)
    if read.manifest is not None:
        assert msgspec.json.decode(canonical(read.manifest), type=Manifest) == read.manifest


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(PLACES), value=ANYTHING)
def test_every_value_of_a_json_text_has_its_place(path: tuple[Any, ...], value: Any) -> None:
    document = mutated(path, value)
    text = msgspec.json.format(msgspec.json.encode(document)).decode()
    assert set(json_places(text).places) == set(places(document))


def test_every_value_of_a_toml_text_has_its_place() -> None:
    found = toml_places(SCHOOLS)
    assert set(found) == set(PLACES)
    lines = SCHOOLS.splitlines()
    for path, offset in found.items():
        line = lines[SCHOOLS.count("\n", 0, offset)]
        if isinstance(path[-1], str):
            assert path[-1] in line, path
