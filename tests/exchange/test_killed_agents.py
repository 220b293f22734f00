"""Many agents compete and are killed at random: each request is answered exactly once, or expires."""

import asyncio
import itertools
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from claim_and_answer import SOURCE

from hub.db.exchange import ExchangeStore
from hub.db.store import Store
from hub.keys import FileKeys

AGENTS, AT_ONCE = 8, 8
LOOK_EVERY = {"sqlite": 0.05, "postgresql": 0.25}  # seconds; between processes only PostgreSQL rings a bell
REQUESTS = int(os.environ.get("HUB_REQUESTS", "60"))  # 10000 for the full figure
BETWEEN_KILLS = max(12, REQUESTS // 200)  # requests, about: an agent takes a second to start
SCRIPT = Path(__file__).with_name("claim_and_answer.py")


class Agents:
    """Eight processes; whichever is killed, another takes its place."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder, self._names = url, folder, itertools.count(1)
        self._running: list[subprocess.Popen[bytes]] = []
        self.killed = 0
        self._done, self._enough = 0, asyncio.Event()

    def one_more(self) -> None:
        """A request came to its end: every so many of them, somebody is killed."""
        self._done += 1
        if self._done >= random.uniform(0.5, 1.5) * BETWEEN_KILLS:
            self._done = 0
            self._enough.set()

    async def compete(self) -> None:
        """Until cancelled."""
        try:
            while True:
                while len(self._running) < AGENTS:
                    self._start()
                await self._enough.wait()
                self._enough.clear()
                unlucky = random.choice(self._running)
                self._kill(unlucky)
                await asyncio.to_thread(unlucky.wait)
                self._running.remove(unlucky)  # no sooner: whoever is cancelled above still has it to wait for
        finally:
            for process in self._running:
                self._kill(process)
                process.wait()

    def outcomes(self) -> Counter[tuple[str, ...]]:
        """Of each request, what its agents were told; a line that a kill cut short is no line."""
        logs = (path.read_text() for path in self._folder.glob("agent-*.log"))
        lines = (line for log in logs for line in log.splitlines(keepends=True))
        return Counter(tuple(line.split()) for line in lines if line.endswith("\n"))

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        self.killed += 1

    def _start(self) -> None:
        name = f"agent-{next(self._names)}"
        arguments = [self._url, str(self._folder / "keys.json"), str(self._folder / f"{name}.log"), name]
        self._running.append(subprocess.Popen([sys.executable, str(SCRIPT), *arguments]))


async def ask(line: ExchangeStore, request_id: str, look_every: float) -> bytes | None:
    """Ask as the connector does: put, wait, collect; withdraw when the time is up."""
    seconds = 0.02 if random.random() < 0.05 else 60.0  # some are given no time to be answered
    with line.replied(request_id) as ear:
        await line.put(SOURCE, request_id, request_id.encode(), seconds, 1000)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await ear.heard(look_every)
            if (answer := await line.collect(request_id)) is not None:
                return answer
        await line.withdraw(request_id)
        return None


@pytest.mark.slow
@pytest.mark.timeout(7200)
async def test_each_request_is_answered_exactly_once_or_expires(
    url: str, line: ExchangeStore, store: Store, keys: FileKeys, tmp_path: Path
) -> None:
    engine = store.engine.dialect.name
    agents, room = Agents(url, tmp_path), asyncio.Semaphore(AT_ONCE)
    competing = asyncio.create_task(agents.compete())
    names = [f"r{number}" for number in range(REQUESTS)]
    began = time.perf_counter()

    async def one(name: str) -> bytes | None:
        async with room:
            answer = await ask(line, name, LOOK_EVERY[engine])
        agents.one_more()
        return answer

    answers = dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))
    seconds = time.perf_counter() - began
    competing.cancel()
    await asyncio.gather(competing, return_exceptions=True)

    told = agents.outcomes()
    answered = {name for name, answer in answers.items() if answer is not None}
    expired = set(names) - answered
    late = sum(count for (_, outcome), count in told.items() if outcome == "lease-lost")
    print(  # noqa: T201 - the figures, for whoever asks with -s
        f"\n{engine}: {REQUESTS} requests, {AGENTS} agents, {agents.killed} kills, {seconds:.1f} s: "
        f"{len(answered)} answered, {len(expired)} expired, {late} late answers refused"
    )
    assert all(answers[name] == f"answer to {name}".encode() for name in answered), "another's content"
    assert not [outcome for outcome in told if "answered-twice" in outcome]
    taken = Counter(name for (name, outcome), count in told.items() if outcome == "taken" for _ in range(count))
    assert max(taken.values()) == 1, "taken twice"
    assert set(taken) >= answered - cut_short(taken, answered, agents.killed)
    assert len(expired) < REQUESTS / 5
    assert agents.killed > AGENTS, "somebody before the end"
    for name in random.sample(names, 20):
        assert await line.collect(name) is None, "nothing is left to collect"


def cut_short(taken: Counter[str], answered: set[str], killed: int) -> set[str]:
    """Answers that count and whose agent was killed before it wrote so: at most one for each kill."""
    missing = answered - set(taken)
    assert len(missing) <= killed
    return missing
