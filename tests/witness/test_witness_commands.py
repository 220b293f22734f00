"""``hub witness`` as somebody at a terminal meets it where something is not as it should be."""

import json
from pathlib import Path

import pytest
from growing_log import GrowingLog
from test_witness_remembers import self_signed

from tests.fixtures.command_line import Command


def test_a_witness_says_which_file_it_cannot_speak_tls_with_before_it_is_ready(tmp_path: Path, command: Command):
    certificate, private_key = self_signed(tmp_path)
    folder, missing = str(tmp_path / "w"), tmp_path / "missing.pem"
    assert command("witness", "init", folder, "--name", "audit.example").code == 0
    words = ("witness", "run", folder, "--port", "0", "--private-key", str(private_key), "--certificate")
    absent = command(*words, str(missing))
    assert (absent.code, absent.out, "missing.pem" in absent.err.replace("\n", "")) == (1, "", True)
    swapped = command(*words, str(private_key))
    assert (swapped.code, swapped.out) == (1, "")
    assert "are no certificate and its key" in " ".join(swapped.err.split())
    assert certificate.exists()


@pytest.mark.parametrize("words", [("run", "--port", "0"), ("status",), ("trust", "hub.example/audit")])
def test_a_folder_without_a_witness_is_said_to_have_none_and_no_copy_is_asked_for(
    tmp_path: Path, command: Command, words: tuple[str, ...]
):
    key = [GrowingLog().key.render()] if "trust" in words else []
    done = command("witness", words[0], str(tmp_path), *words[1:], *key)
    said = " ".join(done.err.split())
    assert done.code == 1
    assert "There is no witness in that folder." in said
    assert "hub witness init" in said
    assert "copy" not in said


def test_a_key_of_another_name_is_followed_with_a_warning(tmp_path: Path, command: Command):
    folder, log = str(tmp_path / "w"), GrowingLog()
    made = json.loads(command("witness", "init", folder, "--name", "audit.example", "--json").out)
    assert made["vkey"].startswith("audit.example+")
    done = command("witness", "trust", folder, "other.example/audit", log.key.render())
    assert (done.code, f"a key bears the name {log.origin}" in done.err) == (0, True), done
    done = command("witness", "trust", folder, log.origin, log.key.render(), "--json")
    assert (done.err, json.loads(done.out)) == ("", {"origin": log.origin, "keys": [log.key.render()]})
