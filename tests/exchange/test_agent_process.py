"""``hub agent run`` and a hub as processes: away, the source says so and hurts nobody; back, it is served again."""

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
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.keys import FileKeys
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
    import asyncio

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
