"""Keys are rotated while questions are asked: no question fails, and everything comes under the new keys."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from hub.cli.client import Refused
from hub.cli.queries import VIEW
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership

ASKERS, ROTATIONS = 4, 3
PATIENT = "limits = { evidence_seconds = 10, question_seconds = 30 }\n"  # what is slow here is the machine
PATIENCE_SECONDS = 90
SET_SECRET = "mutation ($input: SetSourceSecretInput!) { setSourceSecret(input: $input) { id } }"


@pytest.fixture
def running(tmp_path: Path, leaks: Leaks) -> Iterator[RunningPartnership]:
    with RunningPartnership(tmp_path, leaks.hear) as partnership:
        partnership.start_hub(settings=PATIENT)
        yield partnership


class Asking:
    """Views asked one after the other by several threads, until told to stop."""

    def __init__(self, running: RunningPartnership) -> None:
        self.states: list[set[str]] = []
        self.refusals: list[Refused] = []
        self._running, self._done = running, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(ASKERS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(60)

    def _ask(self) -> None:
        while not self._done.is_set():
            try:
                enquiry = self._running.open("mash_social_worker", "S47")
                view = self._running.caller("mash_social_worker").ask(VIEW, {"id": enquiry})["combinedChildView"]
                self.states.append({one["state"] for one in view["sources"]})
            except Refused as refusal:
                self.refusals.append(refusal)


def hub(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "hub.cli", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def status(config: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(hub("keys", "status", "--config", str(config), "--json"))
    return told


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_no_question_fails_while_every_key_rotates(running: RunningPartnership):
    config, keys = running.state / "hub.toml", str(running.state / "keys.json")
    token = (running.state / "secrets" / "youth-justice").read_text().strip()
    running.caller("connector_admin").ask(
        SET_SECRET, {"input": {"source": "youth-justice", "field": "youth-justice", "value": token}}
    )
    before = status(config)
    with Asking(running) as asking:
        for _ in range(ROTATIONS):
            asked = len(asking.states)
            hub("keys", "rotate", "sealing", "--file", keys)
            hub("keys", "rotate", "signing", "--file", keys)
            while len(asking.states) < asked + ASKERS and not asking.refusals:
                time.sleep(0.05)
    assert asking.refusals == []
    assert len(asking.states) >= ROTATIONS * ASKERS
    assert all(states == {"KNOWN"} for states in asking.states)
    until = time.monotonic() + PATIENCE_SECONDS
    while any((after := status(config))["old"].values()) and time.monotonic() < until:
        time.sleep(1)
    assert after["sealing"] != before["sealing"]
    assert after["signing"] != before["signing"]
    assert not any(after["old"].values()), "not everything came under the new keys"
    assert {one["state"] for one in running.view()["sources"]} == {"KNOWN"}
