"""A hub that cannot start, and a demo that cannot, say why in one sentence."""

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub.db.upgrade import upgrade
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership


def hub(*words: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as it is started for good."""
    command = [sys.executable, "-m", "hub.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def refusal(*words: str) -> str:
    done = hub(*words)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with keys and an up-to-date store."""
    folder = tmp_path_factory.mktemp("ready")
    assert hub("keys", "create", str(folder / "keys.json")).returncode == 0
    upgrade(f"sqlite:///{folder / 'hub.db'}")
    return folder


@pytest.fixture
def config(partnership: RunningPartnership, ready: Path, tmp_path: Path) -> Path:
    """Settings like the running hub's, with keys and stores of their own, to be spoilt."""
    for name in ("keys.json", "hub.db"):
        shutil.copy(ready / name, tmp_path / name)
    text = (partnership.state / "hub.toml").read_text()
    for word in ("manifests", "agreements", "secrets"):
        text = text.replace(f'{word} = "{word}"', f'{word} = "{partnership.state / word}"')
    text = text.replace(str(partnership.state / "hub.db"), str(tmp_path / "hub.db"))
    file = tmp_path / "hub.toml"
    file.write_text(text.replace(str(partnership.state / "hub-audit.db"), str(tmp_path / "audit.db")))
    return file


def spoilt(config: Path, before: str, after: str) -> Path:
    text = config.read_text()
    assert before in text
    config.write_text(text.replace(before, after))
    return config


def test_missing_keys_are_named(config: Path):
    (config.parent / "keys.json").unlink()
    assert "key" in refusal("serve", "--config", str(config), "--port", "0")


def test_a_key_file_that_others_can_read_is_refused(config: Path):
    (config.parent / "keys.json").chmod(0o644)
    assert "key" in refusal("serve", "--config", str(config), "--port", "0")


def test_a_hub_without_sources_does_not_start(config: Path, partnership: RunningPartnership):
    (config.parent / "none").mkdir()
    empty = spoilt(config, f'manifests = "{partnership.state / "manifests"}"', 'manifests = "none"')
    assert "manifests is empty" in refusal("serve", "--config", str(empty), "--port", "0")


def test_a_misspelt_manifest_is_named_with_the_fault(config: Path, partnership: RunningPartnership):
    (config.parent / "own").mkdir()
    text = (partnership.state / "manifests" / "health.toml").read_text()
    (config.parent / "own" / "health.toml").write_text(text.replace("coverage =", "covrage ="))
    wrong = spoilt(config, f'manifests = "{partnership.state / "manifests"}"', 'manifests = "own"')
    told = refusal("serve", "--config", str(wrong), "--port", "0")
    assert "health.toml" in told
    assert "covrage" in told


def test_a_hub_without_issuers_does_not_start(config: Path):
    text = config.read_text()
    line = next(one for one in text.splitlines() if one.startswith("issuers"))
    assert "issuer" in refusal("serve", "--config", str(spoilt(config, line, "issuers = []")), "--port", "0")


def test_a_taken_port_is_said_so(config: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert f"port {port}" in refusal("serve", "--config", str(config), "--port", port)
        assert f"port {port}" in refusal("demo", "--port", port, "--state", str(config.parent / "demo"), "--once")


def test_a_second_demo_leaves_the_first_one_alone(partnership: RunningPartnership):
    assert "already runs" in refusal("demo", "--port", "0", "--state", str(partnership.state), "--once")
    assert partnership.view()["sources"]


@pytest.mark.parametrize(
    "words",
    [
        ("view", "999 100 0003", "--as", "mash_social_worker", "--purpose", "nosuch"),
        ("view", "999 100 0003", "--as", "x", "--purpose", "S47", "--url", "notaurl"),
        ("audit", "tail", "-n", "0"),
        ("demo", "--port", "99999"),
        ("policy", "matrix", "--write", "/nonexistent/matrix.md"),
        ("token", "--as", "nobody", "--state", "/nonexistent"),
        ("serve", "--config", "/nonexistent.toml"),
    ],
)
def test_wrong_words_give_a_sentence(command: Command, words: tuple[str, ...]):
    told = command(*words)
    assert told.code != 0
    assert told.err.strip()
    assert "Traceback" not in told.err
