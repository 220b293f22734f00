"""``hub connector`` at a partner's desk: begin, check, compare."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result
from valid import HERE, SCHOOLS, checked, edited

from hub.cli import command_line
from hub.connectors.manifests import manifest_schema, read_document
from hub.errors import BadInput, Conflict

FILLED = {
    "agency": ("agency", '"education"'),
    "phone": ("phone", '"01632 960001"'),
    "upn": ("upn", '"A831999900001"'),
    "nhs_number": ("nhs_number", '"9991000003"'),
    "birth_date": ("birth_date", '"2011-05-14"'),
}
ENDPOINTS = {
    "rest_json": "https://s.example",
    "sql": "postgresql+psycopg://hub@s.example/d",
    "fhir_r4": "https://s.example",
}


def ran(*words: str) -> Result:
    return CliRunner().invoke(command_line(), ["connector", *words])


def filled_in(text: str, kind: str) -> str:
    """A scaffold as somebody fills it in, line by line."""
    import re

    text = text.replace('endpoint = "FILL IN"', f'endpoint = "{ENDPOINTS[kind]}"')
    for name, value in FILLED.values():
        text = re.sub(rf'\b{name} = "FILL IN"', f"{name} = {value}", text)
    return re.sub(r'"FILL IN[^"]*"', '"Something"', text)


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_a_scaffold_has_nothing_wrong_but_its_marked_blanks(kind: str, tmp_path: Path) -> None:
    result = ran("new", "--kind", kind, "schools", "--into", str(tmp_path))
    assert result.exit_code == 0, result.output
    text = (tmp_path / "schools.toml").read_text()
    read = checked(text)
    assert {one.rule for one in read.mistakes} == {"blank"}
    lines = text.splitlines()
    assert all("FILL IN" in lines[(one.line or 0) - 1] for one in read.mistakes)
    assert len(read.mistakes) == sum(line.count('"FILL IN') for line in lines)


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_a_scaffold_filled_in_can_be_registered(kind: str, tmp_path: Path) -> None:
    ran("new", "--kind", kind, "schools", "--into", str(tmp_path))
    manifest = read_document(filled_in((tmp_path / "schools.toml").read_text(), kind))
    assert (manifest.id, manifest.kind) == ("schools", kind)


@pytest.mark.parametrize("kind", ENDPOINTS)
def test_what_a_scaffold_leaves_commented_out_is_right_too(kind: str, tmp_path: Path) -> None:
    ran("new", "--kind", kind, "schools", "--into", str(tmp_path))
    text = filled_in((tmp_path / "schools.toml").read_text(), kind)
    begin = text.find("# [[mapping.")
    if begin >= 0:
        more = "\n".join(line.removeprefix("#").strip() for line in text[begin:].splitlines())
        text = text[:begin].replace('"identity.number"]', '"identity.number", "education.attendance"]') + more
    assert checked(text).mistakes == ()


def test_a_file_that_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "schools.toml").write_text("mine")
    result = ran("new", "--kind", "sql", "schools", "--into", str(tmp_path))
    assert isinstance(result.exception, Conflict)
    assert (tmp_path / "schools.toml").read_text() == "mine"


@pytest.mark.parametrize("source", ["../schools", "Schools", "a b", "", "x" * 65])
def test_an_id_that_no_source_can_have_is_refused(source: str, tmp_path: Path) -> None:
    result = ran("new", "--kind", "sql", source, "--into", str(tmp_path / "inner"))
    assert isinstance(result.exception, BadInput)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = ran("new", "--kind", "sql", "schools", "--into", str(tmp_path / "inner"))
    assert isinstance(result.exception, BadInput)
    assert "folder" in result.exception.message


def test_lint_passes_a_usable_manifest_and_shows_warnings(tmp_path: Path) -> None:
    path = tmp_path / "schools.toml"
    path.write_text(edited('owner = "Derwent Council"\n', ""))
    result = ran("lint", str(path))
    assert result.exit_code == 0
    assert "schools.toml:1:1: warning: owner: nobody is named" in result.output
    assert "a usable manifest" in result.output
    assert ran("lint", str(path), "--for-registration").exit_code == 1


def test_lint_of_what_is_no_text_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00\x01")
    result = ran("lint", str(tmp_path / "x.toml"))
    assert result.exit_code == 1
    assert "x.toml:1:" in result.output


def test_words_in_a_manifest_are_never_taken_for_markup(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(edited('name = "Schools of Derwent"', '"[bold]x[/]" = "y"\nname = "[red]z"'))
    assert '"[bold]x[/]"' in ran("lint", str(path)).output or "[bold]x[/]" in ran("lint", str(path)).output
    path.write_text(edited('name = "Schools of Derwent"', 'name = "[red]z"'))
    assert "[red]z" in ran("diff", str(HERE / "schools.toml"), str(path)).output


def test_diff_tells_the_changes_and_what_widens(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    path.write_text(edited("version = 1", "version = 2", edited('owner = "Derwent Council"', 'owner = "Another"')))
    result = ran("diff", str(HERE / "schools.toml"), str(path))
    assert result.exit_code == 0
    assert "widens" in result.output
    assert "Version 1 to 2: 1 change, 1 of which widening." in result.output
    told = json.loads(ran("diff", str(HERE / "schools.toml"), str(path), "--json").output)
    assert (told["old"], told["new"]) == (1, 2)
    assert told["changes"][0]["path"] == "owner"
    assert "Nothing differs" in ran("diff", str(path), str(path)).output


def test_schema_prints_the_schema() -> None:
    assert json.loads(ran("schema").output) == manifest_schema()


def test_the_valid_manifest_of_these_tests_is_valid() -> None:
    assert checked(SCHOOLS).mistakes == ()
