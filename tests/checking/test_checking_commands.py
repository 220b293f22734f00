"""``hub audit fsck``, ``prove`` and ``verify`` as somebody at a terminal meets them."""

import base64
import json
from pathlib import Path

import pytest
from checked_log import ORIGIN, CheckedLog
from stored_tables import StoredTables

from hub.audit.notes import Kind, VerifierKey
from hub.keys import FileKeys
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership


def test_a_sound_log_is_said_to_be_and_what_was_not_checked_as_well(checked: CheckedLog, command: Command) -> None:
    done = command("audit", "fsck", "--audit", checked.url, "--keys", str(checked.key_file))
    assert done.code == 0, done.err
    assert "All that was checked holds." in done.out
    assert "Not checked: Whether the end of the log was written anew" in done.out
    assert f"Not checked: The cosignatures of {checked.vkey.name}" in done.out
    assert "a disk was lost" in done.out, "the gap record is shown"


def test_a_cosigned_checkpoint_that_was_kept_elsewhere_is_compared(
    lone: CheckedLog, command: Command, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.txt"
    saved.write_text(lone.elsewhere[0].note.render())
    words = ("audit", "fsck", "--audit", lone.url, "--keys", str(lone.key_file), "--witnessed", str(saved))
    assert command(*words, "--witness", lone.vkey.render()).code == 0
    saved.write_text("somebody's letter")
    assert command(*words).code == 2
    saved.unlink()
    assert command(*words).code == 2


def test_the_first_bad_entry_is_named_in_a_sentence(
    checked: CheckedLog, tables: StoredTables, command: Command
) -> None:
    tables.change("audit_leaves", (40,), {"subject": "0" * 64})
    words = ("audit", "fsck", "--audit", checked.url, "--keys", str(checked.key_file))
    done = command(*words)
    assert done.code == 1
    assert "The first bad entry is 40. Entry 40: its column subject does not say what its content says." in done.out
    told = json.loads(command(*words, "--json").out)
    assert (told["first_bad"], told["found"]) == (40, 1)


def test_an_outsider_checks_hashes_and_signatures_without_the_hubs_keys(
    checked: CheckedLog, tables: StoredTables, command: Command
) -> None:
    part = checked.keys.log_key()
    former = VerifierKey("any", Kind.LOG, bytes(32))
    keys = [*(base64.b64decode(one.public) for one in part.endorsements), part.public]
    vkeys = [f"--key={VerifierKey(ORIGIN, Kind.LOG, one).render()}" for one in keys]
    done = command("audit", "fsck", "--audit", checked.url, *vkeys)
    assert done.code == 0, done.out
    assert "without the hub's key file their contents cannot be opened" in done.out
    assert command("audit", "fsck", "--audit", checked.url, f"--key={former.render()}").code == 1
    tables.change("audit_leaves", (40,), {"hash": bytes(32)})
    done = command("audit", "fsck", "--audit", checked.url, *vkeys)
    assert done.code == 1
    assert "not what the checkpoint of" in done.out


def test_another_logs_key_file_is_said_to_be_that_in_one_sentence(
    lone: CheckedLog, command: Command, tmp_path: Path
) -> None:
    another = tmp_path / "another.json"
    FileKeys.create(another)
    done = command("audit", "fsck", "--audit", lone.url, "--keys", str(another), "--json")
    told = json.loads(done.out)
    assert (done.code, told["found"]) == (1, 1), told["findings"]
    assert told["findings"][0]["what"].startswith("No checkpoint is signed by a key that was named.")
    assert any("What the entries say" in words for words in told["left"])


def test_the_old_key_alone_is_said_to_miss_the_one_after_it_in_one_sentence(lone: CheckedLog, command: Command) -> None:
    oldest = VerifierKey(ORIGIN, Kind.LOG, base64.b64decode(lone.keys.log_key().endorsements[0].public))
    done = command("audit", "fsck", "--audit", lone.url, f"--key={oldest.render()}", "--json")
    first, *rest = [one["what"] for one in json.loads(done.out)["findings"]]
    assert done.code == 1
    assert "the key that the log took then is missing among them" in first
    assert [one for one in rest if "gap record" not in one] == [], "nothing is said of each checkpoint"


def test_without_the_key_file_it_is_said_that_columns_were_not_checked(
    checked: CheckedLog, tables: StoredTables, command: Command
) -> None:
    tables.change("audit_leaves", (40,), {"principal": "somebody else"})
    done = command("audit", "fsck", "--audit", checked.url)
    assert done.code == 0, done.out
    assert "Not checked: The columns and names that entries are found by, such as who asked" in done.out


@pytest.mark.parametrize("part", [b'{"a": "letter"}' * 100, b"", None], ids=["foreign", "empty", "truncated"])
def test_a_file_that_cannot_be_opened_as_a_log_is_refused_in_a_sentence(
    part: bytes | None, lone: CheckedLog, command: Command, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.db"
    strange.write_bytes(Path(lone.url.removeprefix("sqlite:///")).read_bytes()[:-5000] if part is None else part)
    done = command("audit", "fsck", "--audit", f"sqlite:///{strange}", "--keys", str(lone.key_file))
    assert (done.code, done.out) == (2, "")
    assert ("There is no audit log" if part == b"" else "no SQLite database, or so damaged") in done.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--audit", "sqlite:////nowhere/at/all.db"),
        ("--audit", "mysql://host/name"),
        ("--settings", "/nowhere/hub.toml"),
        ("--audit", "sqlite:////nowhere.db", "--key", "nonsense"),
    ],
)
def test_where_nothing_can_be_checked_the_exit_code_says_so(words: tuple[str, ...], command: Command) -> None:
    done = command("audit", "fsck", *words)
    assert done.code == 2
    assert done.err.strip()


def test_an_entry_of_the_running_demo_is_proven_and_verified_offline_while_fsck_runs_beside_it(
    partnership: RunningPartnership, command: Command, tmp_path: Path
) -> None:
    partnership.view()
    state = str(partnership.state)
    bundle = tmp_path / "entry.json"
    assert command("audit", "prove", "1", "--state", state, "--out", str(bundle)).code == 0
    keys = FileKeys.read(partnership.state / "keys.json")
    told = json.loads(bundle.read_text())
    vkey = VerifierKey(told["origin"], Kind.LOG, keys.log_key().public).render()
    done = command("audit", "verify", "--offline", str(bundle), "--key", vkey)
    assert done.code == 0, done.out
    assert "Entry 1 is in it, and says: {" in done.out
    assert command("audit", "verify", str(bundle), "--key", vkey, "--state", state).code == 0
    fscked = command("audit", "fsck", "--settings", str(partnership.state / "hub.toml"))
    assert fscked.code == 0, fscked.out
    assert "The cosignatures of" not in fscked.out, "the settings name the witness and its key"
    told["entries"][0]["index"] = 0
    bundle.write_text(json.dumps(told))
    assert command("audit", "verify", "--offline", str(bundle), "--key", vkey).code == 1
