"""Manifests from files and from senders: everything wrong is said at once, and one document holds all of a source."""

import json
from pathlib import Path

import msgspec
import pytest
from valid import HERE, SCHOOLS, edited

import hub.demo
from hub.connectors.manifest import Manifest, canonical
from hub.connectors.manifests import read_document, read_manifest, read_manifests, self_contained
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.domain.categories import Category
from hub.domain.records import Finding
from hub.errors import BadInput, ConfigurationError

MAPPING = SCHOOLS[SCHOOLS.index("[[mapping.find]]") :]
ALONE = SCHOOLS.replace(MAPPING, "").replace('reach = "direct"', 'reach = "direct"\nmapping = "asked.toml"')
REPLIES = {"person": {"forename": "Rowan", "born": "2011-05-14"}, "absences": [{"reason": "I", "date": "2026-09-10"}]}


def in_two_files(folder: Path) -> Path:
    (folder / "schools.toml").write_text(ALONE)
    (folder / "asked.toml").write_text(MAPPING.replace("mapping.", ""))
    return folder / "schools.toml"


def test_a_file_with_mistakes_is_refused_with_the_first_and_how_many_there_are() -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_manifest(HERE / "twenty.toml")
    assert "twenty.toml is not a usable manifest: 20 mistakes." in refused.value.message
    assert "(1) line 2, id:" in refused.value.message
    assert "(5) line 8, endpoint:" in refused.value.message
    assert "And 15 more: `hub connector lint`" in refused.value.message
    assert "letmein" not in refused.value.message


def test_a_declared_file_needs_less_than_a_registration(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SCHOOLS.replace('owner = "Derwent Council"\n', ""))
    assert read_manifest(tmp_path / "a.toml").owner is None
    with pytest.raises(BadInput) as refused:
        read_document((tmp_path / "a.toml").read_text())
    assert len(refused.value.reasons) == 1
    assert "owner" in refused.value.reasons[0]


@pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["no text", "no file"])
def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"a\.toml"):
        read_manifest(tmp_path / "a.toml")


def test_a_folder_holds_manifests_in_both_languages_and_the_mappings_that_they_name(tmp_path: Path) -> None:
    in_two_files(tmp_path)
    other = {**msgspec.to_builtins(read_document(SCHOOLS)), "id": "other"}
    (tmp_path / "other.json").write_text(json.dumps(other))
    (tmp_path / "notes.txt").write_text("not a manifest")
    assert [one.id for one in read_manifests(tmp_path)] == ["other", "schools"]


def test_two_sources_of_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SCHOOLS)
    (tmp_path / "b.toml").write_text(SCHOOLS)
    with pytest.raises(ConfigurationError, match="the same id"):
        read_manifests(tmp_path)


def test_a_mistake_in_a_mapping_file_is_told_in_that_files_lines(tmp_path: Path) -> None:
    path = in_two_files(tmp_path)
    asked = tmp_path / "asked.toml"
    asked.write_text(asked.read_text().replace('category = "education.attendance"', 'category = "education.atendance"'))
    line = next(number for number, text in enumerate(asked.read_text().splitlines(), 1) if "atendance" in text)
    with pytest.raises(ConfigurationError, match=rf'asked\.toml, line {line}, records\[0\]\.category:.*"education.att'):
        read_manifest(path)


def test_a_file_read_holds_its_mapping_so_that_its_document_is_whole(tmp_path: Path) -> None:
    manifest = read_manifest(in_two_files(tmp_path))
    assert isinstance(manifest.mapping, dict)
    assert canonical(manifest) == canonical(read_document(SCHOOLS))


def test_a_changed_mapping_file_is_a_changed_document(tmp_path: Path) -> None:
    named = msgspec.toml.decode(ALONE, type=Manifest)
    in_two_files(tmp_path)
    before = canonical(self_contained(named, tmp_path))
    (tmp_path / "asked.toml").write_text((tmp_path / "asked.toml").read_text().replace("Illness", "Unwell"))
    assert canonical(self_contained(named, tmp_path)) != before
    assert canonical(named) == canonical(msgspec.toml.decode(ALONE, type=Manifest))


def test_a_shipped_mapping_stays_a_name(tmp_path: Path) -> None:
    text = (Path(hub.demo.__file__).parent / "manifests" / "social-care.toml").read_text()
    manifest = msgspec.toml.decode(text, type=Manifest)
    assert self_contained(manifest, tmp_path) is manifest


@pytest.mark.parametrize("given", ["name", "file", "table"])
def test_a_mapping_works_the_same_as_a_name_a_file_or_a_table(given: str, tmp_path: Path) -> None:
    in_two_files(tmp_path)
    inline = read_document(SCHOOLS).mapping
    assert isinstance(inline, dict)
    ways = {"name": "youth_justice", "file": "asked.toml", "table": inline}
    mapping = read_mapping(ways[given], tmp_path)
    if given == "name":
        assert Category.YOUTH_JUSTICE_ORDERS in mapping.categories
        return
    made = mapping.apply(REPLIES, frozenset(Category))
    assert [one.label for one in made.records if isinstance(one, Finding)] == ["Illness"]
    assert made.attributes.given_name == "Rowan"


async def test_an_inline_mapping_is_read_again_and_again_and_speaks_to_the_partner() -> None:
    stored = msgspec.json.decode(canonical(read_document(SCHOOLS)), type=Manifest)
    for _ in range(2):  # a worker reads the same document once for each change of the register
        assert stored.mapping is not None
        await RestJson(stored, read_mapping(stored.mapping), "secret").close()
    assert stored == msgspec.json.decode(canonical(read_document(SCHOOLS)), type=Manifest)


def test_faults_of_an_inline_mapping_say_that_it_is_the_manifests() -> None:
    with pytest.raises(ConfigurationError, match=r"the manifest's mapping, records entry 1: .*labels entry 1: "):
        read_mapping({"records": [{"from": "x"}], "labels": [{"from": "x", "label": "SHY"}]})


@pytest.mark.parametrize("name", ["../secrets/a.toml", "/etc/hosts.toml", "../../domain/codes", "a\0.toml"])
def test_a_mapping_is_never_read_from_elsewhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "a.toml").write_text("")
    (tmp_path / "manifests").mkdir()
    with pytest.raises(ConfigurationError, match="below the manifest's folder"):
        read_mapping(name, tmp_path / "manifests")


@pytest.mark.parametrize("mapping", ["asked.toml", "../asked.toml", "/etc/passwd.toml"])
def test_a_sender_cannot_name_a_file(mapping: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_document(ALONE.replace("asked.toml", mapping))
    assert any("cannot name a file" in reason for reason in refused.value.reasons)


def test_a_sender_is_told_everything_and_no_value_comes_back() -> None:
    secret = "Zq8" * 9
    text = edited('contact = "Schools', f'contact = "{"y" * 400}Schools')
    text = edited(
        'start = "date"', f'start = "{secret}["', edited('secret = "schools"\n', f'secret = "{secret}"\n', text)
    )
    with pytest.raises(BadInput) as refused:
        read_document(text)
    told = str(refused.value) + "".join(refused.value.reasons)
    assert len(refused.value.reasons) == 3
    assert secret not in told
    assert "yyy" not in told


def test_more_than_a_sender_may_send_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="one mistake") as refused:
        read_document(SCHOOLS + "#" * 262144)
    assert "256 KiB" in refused.value.reasons[0]
