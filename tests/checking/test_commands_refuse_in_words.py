"""What cannot be done is refused in a sentence that says what to do, and no empty answer stands for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.policy.policies import shipped_policies
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership

REPORT = ("report", "--nhs-number", "999 100 0003", "--asked-by", "self", "--capacity", "able", "--identity-checked")
BACKWARDS = ("--from", "2026-12-01", "--to", "2026-11-01")


@pytest.fixture
def refused(command: Command, partnership: RunningPartnership) -> Any:
    """What ``hub audit`` says to standard error, against the running hub, where it exits with 1."""

    def run(*words: str) -> str:
        done = command("audit", *words, "--state", str(partnership.state))
        assert (done.code, done.out) == (1, ""), done
        return " ".join(done.err.split())

    return run


@pytest.mark.parametrize(
    "words", [(*REPORT, "--out", "never-made"), ("search",), ("replay", "--summary"), ("worklist",), ("statistics",)]
)
def test_a_period_that_ends_before_it_begins_is_refused(refused: Any, words: tuple[str, ...]) -> None:
    assert "A period begins before it ends." in refused(*words, *BACKWARDS)


@pytest.mark.parametrize(
    ("option", "word", "says"),
    [
        ("--kind", "nonsense", "There are: activateSource,"),
        ("--outcome", "nonsense", "There are: asked, disclosed, done, refused, failed, abandoned."),
        ("--source", "nonsense", "No source of that name is known."),
        ("--purpose", "NONSENSE", "There is no such purpose. The codes are"),
        ("--born", "2011-02-30", "A birth date is written 2011-05-14"),
    ],
)
def test_a_search_for_what_cannot_be_there_is_refused(refused: Any, option: str, word: str, says: str) -> None:
    assert says in refused("search", option, word)


def test_a_source_that_is_known_and_was_asked_nothing_has_no_entries(
    command: Command, partnership: RunningPartnership
) -> None:
    words = ("--source", "health", "--principal", "nobody", "--json", "--state", str(partnership.state))
    assert command("audit", "search", *words).out == "[]\n"


@pytest.mark.parametrize("words", [(*REPORT, "--out", "never-made"), ("shred",)])
def test_a_birth_date_of_another_form_is_refused_as_everywhere(refused: Any, words: tuple[str, ...]) -> None:
    assert "A birth date is written 2011-05-14" in refused(*words, "--birth-date", "14/05/2011")


def test_a_staff_file_in_another_encoding_says_what_to_save_it_as(refused: Any, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes("principal,family_names\np-one,Müller\n".encode("latin-1"))
    assert "Save it as CSV in UTF-8." in refused("staff", "load", str(file))


@pytest.mark.parametrize("beyond", ["/graphql", "/nowhere"])
def test_an_address_that_answers_otherwise_than_a_hub_is_no_hub(
    command: Command, partnership: RunningPartnership, beyond: str
) -> None:
    done = command("audit", "tail", "--url", partnership.url + beyond, HUB_TOKEN="any")
    assert done.code == 1
    assert "Give host and port alone" in " ".join(done.err.split())


@pytest.mark.parametrize(
    "words",
    [("staff", "load", "{}"), ("search", "--token-file", "{}"), ("prove", "0", "--out", "{}/proof.json")],
    ids=["staff", "token", "prove"],
)
def test_a_file_that_cannot_be_used_is_named(refused: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    missing = tmp_path / "missing"
    given = [word.replace("{}", str(missing)) for word in words]
    assert f"The file {given[-1]} could not be used: No such file or directory." in refused(*given)


def test_a_file_that_holds_no_token_is_refused_before_anything_is_sent(refused: Any, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(b"\xff\xfe a picture\n of something")
    assert "That is no bearer token" in refused("search", "--token-file", str(file))


@pytest.mark.parametrize("words", [("tail", "--request", "nobodys"), ("search", "--principal", "nobody")])
def test_where_there_is_nothing_that_is_said(
    command: Command, partnership: RunningPartnership, words: tuple[str, ...]
) -> None:
    assert command("audit", *words, "--state", str(partnership.state)).out.startswith("Nothing: ")


def test_what_was_written_into_a_file_is_told_to_machines_too(
    command: Command, partnership: RunningPartnership, tmp_path: Path
) -> None:
    file = tmp_path / "proof.json"
    done = command("audit", "prove", "0", "--out", str(file), "--json", "--state", str(partnership.state))
    assert json.loads(done.out)["index"] == json.loads(file.read_text())["entries"][0]["index"] == 0
    taken = tmp_path / "log.csv"
    words = ("--format", "csv", "--out", str(taken), "--to", "2020-01-01", "--json")
    done = command("audit", "export", *words, "--state", str(partnership.state))
    assert json.loads(done.out) == {"written": 0, "file": str(taken)}
    made = command("audit", *REPORT, "--out", str(tmp_path / "r"), "--json", "--state", str(partnership.state))
    assert all(Path(one).is_file() for one in json.loads(made.out)["files"])


def test_policies_that_do_not_parse_are_named_by_their_file(refused: Any, tmp_path: Path) -> None:
    for file in shipped_policies().iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "broken.cedar").write_text("permit (principal action, resource);\n")
    assert "broken.cedar: unexpected token `action`" in refused("replay", "0", "--under", str(tmp_path))


def test_a_checkpoint_that_never_was_is_not_taken_for_a_missing_entry(refused: Any) -> None:
    assert "The log has no checkpoint of that size." in refused("prove", "0", "--against", "99999999")
