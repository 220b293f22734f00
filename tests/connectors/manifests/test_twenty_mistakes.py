"""A manifest with twenty different mistakes: twenty clear errors in one run, each on its line with what to write."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from valid import HERE, checked

from hub.connectors.manifests import Mistake, read_document
from hub.errors import BadInput

TOML, JSON = (HERE / "twenty.toml").read_text(), (HERE / "twenty.json").read_text()
# Path, what a JSON line of it holds, and a word of the fix.
EXPECTED = (
    ("id", '"id"', "short name"),
    ("version", '"version"', "at least 1"),
    ("agency", '"agency"', '"education"'),
    ("kind", '"kind": "rest"', '"rest_json"'),
    ("endpoint", '"endpoint"', "Take it out"),
    ("coverge", '"coverge"', "coverage"),
    ("search[1][0]", '"surname"', '"family_name"'),
    ("search[2]", "[", "born_to"),
    ("categories[2]", '"health.gp"', "Take it out"),
    ("adults_only[0]", '"education.send"', "Add it there"),
    ("marks_labels[0]", '"LOCATION_AT_RSIK"', '"LOCATION_AT_RISK"'),
    ("mapping", '"mapping"', "Put it there"),
    ("authentication.secret", '"secret"', "set the secret under it in the hub"),
    ("contacts.office_hours.phone", '"phone": "ask', "digits"),
    ("covers.ages", '"ages"', "[4, 19]"),
    ("covers.since", '"since"', "2014-03-02"),
    ("limits.concurrency", '"concurrency"', "1 to 256"),
    ("deciding.purposes[1]", '"EMERGENCIES"', '"EMERGENCY"'),
    ("events.secret", '"events"', "secret"),
    ("test_people[1].search.upn", '"upn": "A831999900002"', "Read it again"),
)


def paths(mistakes: Sequence[Mistake]) -> list[str]:
    return [one.where for one in mistakes]


def test_twenty_mistakes_are_told_in_one_run_each_on_its_line() -> None:
    mistakes = checked(TOML).mistakes
    marked = [number for number, line in enumerate(TOML.splitlines(), 1) if re.search(rf"# {number} ", line)]
    assert len(marked) == 20
    assert [one.line for one in mistakes] == marked
    assert paths(mistakes) == [path for path, _, _ in EXPECTED]


def test_the_same_in_json_is_told_in_the_same_words() -> None:
    mistakes = checked(JSON).mistakes
    assert paths(mistakes) == [path for path, _, _ in EXPECTED]
    lines = JSON.splitlines()
    for one, (_, shown, _) in zip(mistakes, EXPECTED, strict=True):
        assert one.line is not None
        assert shown in lines[one.line - 1]
    in_toml = checked(TOML).mistakes
    assert [(one.says, one.instead) for one in mistakes] == [(one.says, one.instead) for one in in_toml]


@pytest.mark.parametrize("text", [TOML, JSON], ids=["toml", "json"])
def test_each_says_what_to_write_instead(text: str) -> None:
    for one, (path, _, fix) in zip(checked(text).mistakes, EXPECTED, strict=True):
        assert fix in one.instead, path


def test_no_two_of_them_are_the_same() -> None:
    mistakes = checked(TOML).mistakes
    assert len({(one.says, one.instead) for one in mistakes}) == 20


def test_one_slip_causes_no_warning_of_its_own() -> None:
    assert checked(TOML).warnings == ()


def test_the_command_prints_all_twenty_and_fails() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hub.cli", "connector", "lint", str(HERE / "twenty.toml"), "--for-registration"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    for path, _, _ in EXPECTED:
        assert f": {path}: " in ran.stdout
    assert "20 mistakes" in ran.stdout


def test_the_command_prints_json_for_machines() -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "hub.cli",
            "connector",
            "lint",
            str(HERE / "twenty.json"),
            "--for-registration",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert len(json.loads(ran.stdout)["mistakes"]) == 20


@pytest.mark.parametrize("text", [TOML, JSON], ids=["toml", "json"])
def test_a_sender_is_told_all_of_them_and_nothing_of_the_values(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_document(text)
    assert len(refused.value.reasons) == 20
    told = str(refused.value) + " ".join(refused.value.reasons)
    for value in ("letmein", "k7Jq9ZpW2vXr4TmB8sLd", "A831999900002", "ask for Jo", "EMERGENCIES", "2015-02-30"):
        assert value in text
        assert value not in told
