"""``hub agent run`` and a hub as processes: away, the source says so and hurts nobody; back, it is served again."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_door import client_of

from hub.authentication.proofs import new_key_pair
from hub.db.clients import ClientStore
from hub.db.store import open_store
from hub.demo import partners
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.keys import FileKeys
from tests.fixtures.command_line import Command
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership, answer_of, states

SOURCE = "youth-justice"
OTHERS = {"social-care": "KNOWN", "health": "KNOWN", "probation": "KNOWN"}


@pytest.fixture
def pulled(tmp_path: Path, leaks: Leaks) -> Iterator[RunningPartnership]:
    """A partnership whose youth justice system the hub cannot call."""
    with RunningPartnership(tmp_path, leaks.hear) as running:
        manifest = tmp_path / "manifests" / f"{SOURCE}.toml"
        manifest.write_text(f'reach = "pull"\n{manifest.read_text()}')
        running.start_hub()
        yield running


def enrolled(state: Path) -> Path:
    key, public = new_key_pair()

    async def enrol() -> None:
        store = open_store(f"sqlite:///{state / 'hub.db'}")
        clients = ClientStore(store, FileKeys.read(state / "keys.json"))
        await clients.enrol(client_of("yj-agent", Agency.YOUTH_JUSTICE, frozenset({SourceId(SOURCE)}), public))
        await store.close()

    asyncio.run(enrol())
    path = state / "agent.jwk"
    path.touch(0o600)
    path.write_text(json.dumps(key))
    return path


class AgentProcess:
    """``hub agent run``, until it is told to stop."""

    def __init__(self, state: Path, url: str, key: Path) -> None:
        self._log = state / "agent.log"
        arguments = [str(state / "manifests" / f"{SOURCE}.toml"), "--hub", url, "--client-id", "yj-agent"]
        arguments += ["--key", str(key), "--secrets", str(state / "secrets"), "--evidence", str(state / "kept.jsonl")]
        command = [sys.executable, "-m", "hub.cli", "agent", "run", *arguments]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if json.loads(line)["event"] == "signed_in":
                return
        raise AssertionError("the agent did not sign in")

    def stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        _, self._told = self._process.communicate(timeout=30)
        self._log.write_text(self._told)  # for the watch for leaks
        return self._process.returncode


@pytest.mark.slow
def test_an_agent_that_is_away_costs_its_own_source_alone_and_serves_when_it_is_back(
    pulled: RunningPartnership,
) -> None:
    away = pulled.view()
    assert states(away) == OTHERS | {SOURCE: "TIMED_OUT"}
    assert "has nobody connected who answers" in answer_of(away, SOURCE)["explanation"]

    agent = AgentProcess(pulled.state, pulled.url, enrolled(pulled.state))
    back = pulled.view()
    assert states(back) == OTHERS | {SOURCE: "KNOWN"}
    assert agent.stop() == 0
    kept = [json.loads(line) for line in (pulled.state / "kept.jsonl").read_text().splitlines()]
    assert {one["event"] for one in kept} == {"requested", "answered"}

    assert states(pulled.view()) == OTHERS | {SOURCE: "TIMED_OUT"}


@pytest.mark.parametrize(
    ("reach", "hub", "more", "says"),
    [
        ("direct", "https://hub.example", (), 'set reach = "pull"'),
        ("pull", "https://hub.example", ("--review-purposes", "S47,GOSSIP"), "--review-purposes takes purposes"),
        ("pull", "http://hub.example", (), "https, or http on this machine"),
        ("pull", "https://hub.example", (), "no private JSON Web Key"),
    ],
)
def test_an_agent_that_cannot_begin_says_what_to_do(
    command: Command, tmp_path: Path, reach: str, hub: str, more: tuple[str, ...], says: str
) -> None:
    shipped = Path(partners.__file__).parent.parent / "manifests" / f"{SOURCE}.toml"
    manifest, key = tmp_path / "yj.toml", tmp_path / "key.jwk"
    text = shipped.read_text().replace("{endpoint}", "http://127.0.0.1:9")
    manifest.write_text(f'reach = "{reach}"\n{text}')
    key.touch(0o600)
    where = ("agent", "run", str(manifest), "--hub", hub, "--client-id", "a-1", "--key", str(key))
    ended = command(*where, *more)
    assert ended.code == 1
    assert says in " ".join(ended.err.split())
