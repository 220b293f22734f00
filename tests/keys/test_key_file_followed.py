"""A key file that changes under a running hub."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.pretty import pretty_repr
from structlog.testing import capture_logs

from hub.errors import ConfigurationError
from hub.keys import FileKeys, rotate_keys
from hub.keys.document import read_keys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    FileKeys.create(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def secrets_in(path: Path) -> set[str]:
    told = json.loads(path.read_text())
    return {told["mac"], *told["sealing"].values(), *told.get("signing", {"keys": {}})["keys"].values()}


def test_a_rotation_adds_keys_and_loses_none(path: Path) -> None:
    path.chmod(0o400)
    before = secrets_in(path)
    sealing, signing = rotate_keys(path, "sealing"), rotate_keys(path, "signing")
    assert before < secrets_in(path)
    assert len(secrets_in(path)) == len(before) + 2
    told = json.loads(path.read_text())
    assert (told["current"], told["signing"]["current"]) == (sealing, signing)
    assert path.stat().st_mode & 0o777 == 0o400
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_rotations_at_the_same_moment_lose_no_key(path: Path) -> None:
    script = f"import pathlib, hub.keys; hub.keys.rotate_keys(pathlib.Path({str(path)!r}), 'sealing')"
    running = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    mine = [threading.Thread(target=rotate_keys, args=(path, "sealing")) for _ in range(8)]
    for one in mine:
        one.start()
    for one in mine:
        one.join()
    assert [one.wait(30) for one in running] == [0, 0, 0]
    assert len(json.loads(path.read_text())["sealing"]) == 12


def test_a_linked_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    rotate_keys(link, "sealing")
    assert link.is_symlink()
    assert len(json.loads(path.read_text())["sealing"]) == 2


def test_a_running_hub_takes_a_new_key_within_a_second(path: Path) -> None:
    running = FileKeys.read(path)
    before = running.seal(b"before", b"")
    new = bytes.fromhex(rotate_keys(path, "sealing"))
    deadline = time.monotonic() + 1.0
    while running.seal(b"", b"")[1:9] != new:
        assert time.monotonic() < deadline
    assert running.open(before, b"") == b"before"


def test_what_another_worker_sealed_with_a_newer_key_opens_at_once(path: Path) -> None:
    here, there = FileKeys.read(path), FileKeys.read(path)
    rotate_keys(path, "sealing")
    there.current()  # looks at once
    assert here.open(there.seal(b"new", b"c"), b"c") == b"new"


def _cut(path: Path) -> None:
    path.write_text(path.read_text()[:40])


def _show(path: Path) -> None:
    path.chmod(0o644)


def _remove(path: Path) -> None:
    path.unlink()


def _lose(path: Path) -> None:
    told = json.loads(path.read_text())
    fresh = json.loads(_fresh(path).read_text())
    path.write_text(json.dumps({**told, "current": fresh["current"], "sealing": fresh["sealing"]}))


def _rehash(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "mac": json.loads(_fresh(path).read_text())["mac"]}))


def _unsign(path: Path) -> None:
    told = json.loads(path.read_text())
    del told["signing"]
    path.write_text(json.dumps(told))


def _missign(path: Path) -> None:
    told = json.loads(path.read_text())
    told["signing"]["keys"] = dict.fromkeys(told["signing"]["keys"], told["mac"])
    path.write_text(json.dumps(told))


def _fresh(path: Path) -> Path:
    other = path.with_name("other.json")
    FileKeys.create(other)
    return other


@pytest.mark.parametrize("spoil", [_cut, _show, _remove, _lose, _rehash, _unsign, _missign])
def test_a_spoilt_file_is_refused_once_in_the_log_and_the_keys_held_stay(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    whole, running = path.read_text(), FileKeys.read(path)
    before, hashed, key = running.seal(b"before", b""), running.mac("m", b"x"), running.current()
    known = secrets_in(path)
    spoil(path)
    with capture_logs() as events:
        assert [running.current() for _ in range(3)] == [key] * 3
        assert running.open(before, b"") == b"before"
        assert running.mac("m", b"x") == hashed
        assert running.signing.sign(b"", typ="t")
    assert [(event["event"], event["log_level"]) for event in events] == [("key_file_refused", "error")]
    assert not any(secret in str(events) for secret in known)
    path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_text(whole)
    new = rotate_keys(path, "sealing")
    assert running.current().hex() == new


def test_a_former_signing_key_may_be_taken_out(path: Path) -> None:
    running = FileKeys.read(path)
    current = rotate_keys(path, "signing")
    assert len(running.signing.jwks()["keys"]) == 2
    told = json.loads(path.read_text())
    told["signing"]["keys"] = {current: told["signing"]["keys"][current]}
    path.write_text(json.dumps(told))
    assert [key["kid"] for key in running.signing.jwks()["keys"]] == [current]


def test_a_file_without_signing_keys_says_so_and_can_be_completed(path: Path) -> None:
    _unsign(path)
    running = FileKeys.read(path)
    for use in (lambda: running.signing.sign(b"", typ="t"), running.signing.jwks):
        with pytest.raises(ConfigurationError, match="hub keys rotate signing"):
            use()
    kid = rotate_keys(path, "signing")
    assert [key["kid"] for key in running.signing.jwks()["keys"]] == [kid]


def test_no_key_stands_in_the_text_of_any_object(path: Path) -> None:
    held, running = read_keys(path), FileKeys.read(path)
    shown = [f"{one!r} {one!s} {pretty_repr(one)}" for one in (held, held.document, held.document.signing, running)]
    assert not any(secret in text for secret in secrets_in(path) for text in shown)


def test_rotating_a_file_that_is_missing_or_spoilt_changes_nothing(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not there"):
        rotate_keys(path.with_name("no.json"), "sealing")
    _cut(path)
    text = path.read_text()
    with pytest.raises(ConfigurationError, match="Put back the copy"):
        rotate_keys(path, "sealing")
    assert path.read_text() == text
