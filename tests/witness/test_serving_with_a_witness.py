"""Hub and witness as they are run: a restored backup does not serve, and what goes on after it is seen by everybody."""

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

import pytest
from database_backup import Backup
from running_witness import RunningWitness
from witnessed_hub import ORIGIN, Place, opened, trusted, until

from hub.db.upgrade import upgrade
from hub.keys import FileKeys
from tests.fixtures.command_line import Command

SETTINGS = """
store = "sqlite+aiosqlite:///{folder}/hub.db"
audit = "sqlite:///{folder}/audit.db"
audit_origin = "{origin}"
keys = "keys.json"
secrets = "secrets"
issuers = [{{ issuer = "https://id.example", audience = "hub", jwks_url = "https://id.example/jwks.json" }}]

[witnessing]
witnesses = [{witness}]
push_seconds = 0.05
"""


@pytest.fixture
def config(witness: RunningWitness, keys: FileKeys, tmp_path: Path) -> Path:
    trusted(witness, keys)
    upgrade(f"sqlite:///{tmp_path / 'hub.db'}")
    file = tmp_path / "hub.toml"
    file.write_text(SETTINGS.format(folder=tmp_path, origin=ORIGIN, witness=witness.settings()))
    return file


pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(config: Path, port: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "hub.cli", "serve", "--config", str(config), "--port", str(port)]
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True)


class Serving:
    """A running hub. It need not be ready."""

    def __init__(self, config: Path) -> None:
        port = free_port()
        self._url = f"http://127.0.0.1:{port}/readyz"
        self._process = serve(config, port)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def told(self) -> tuple[int, dict[str, str]]:
        """What ``/readyz`` says, once somebody answers there."""
        while self._process.poll() is None:
            try:
                with urllib.request.urlopen(self._url, timeout=5) as reply:  # noqa: S310 - loopback
                    return reply.status, json.load(reply)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    return refusal.code, json.load(refusal)
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self._process.communicate()[1])

    def says(self, words: str) -> None:
        """Wait until it does."""
        while words not in json.dumps(self.told()[1]):
            time.sleep(0.05)


async def grow(place: Place, witness: RunningWitness, acts: int) -> int:
    async with opened(place, witness) as hub:
        size = await hub.act(acts)
        await until(lambda: witness.size(ORIGIN) == size)
        return size


def test_a_restored_backup_does_not_serve_until_its_gap_is_recorded_and_witnessed(
    config: Path, keys: FileKeys, witness: RunningWitness, tmp_path: Path, command: Command
):
    place = Place(f"sqlite:///{tmp_path / 'audit.db'}", keys)
    old = asyncio.run(grow(place, witness, 3))
    backup = Backup(place.url, tmp_path / "backup")
    new = asyncio.run(grow(place, witness, 2))
    backup.put_back()

    refused = serve(config, free_port())
    _, words = refused.communicate(timeout=60)
    assert refused.returncode == 1
    sentence = " ".join(words.split())
    assert f"has {old} entries, and internal audit cosigned {new}" in sentence
    assert "hub audit gap" in sentence
    assert "Traceback" not in sentence

    assert command("audit", "gap", "--settings", str(config), "--reason", "Restored.", "--by", "IT").code == 0
    witness.stop(kill=True)
    with Serving(config) as hub:
        status, told = hub.told()
        assert status == 503
        assert "internal audit cannot be reached" in told["witnesses"]
        witness.start()
        hub.says(f"does not follow the log {ORIGIN}/2")
        trusted(witness, keys, f"{ORIGIN}/2")
        hub.says('"witnesses": "ok"')
        assert hub.told()[0] == 200
