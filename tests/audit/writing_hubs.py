"""Processes that write one log, and what they acknowledged."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).with_name("write_acts.py")


class WritingHub:
    """One process that records acts, 32 at once, until it is ended. What it acknowledged goes to a file."""

    def __init__(self, url: str, keys: Path, said: Path) -> None:
        self.said, self.name = said, said.stem
        environment = {**os.environ, "PGAPPNAME": self.name}  # by which PostgreSQL tells its session
        with said.open("wb") as file:
            self.process = subprocess.Popen([sys.executable, SCRIPT, url, keys], stdout=file, env=environment)

    def lines(self) -> list[str]:
        """Whole lines that it has said until now."""
        return self.said.read_text().split("\n")[:-1]

    def acknowledged(self) -> list[tuple[int, str]]:
        """Index and request id of each leaf that it acknowledged."""
        words = [line.split() for line in self.lines() if not line.startswith("sealed")]
        return [(int(index), request_id) for index, request_id in words]

    def wait_for_more(self, leaves: int = 1) -> None:
        """Wait until it has acknowledged so many more than now."""
        wanted = len(self.lines()) + leaves
        while len(self.lines()) < wanted:
            assert self.process.poll() is None, "it ended by itself"
            time.sleep(0.01)

    def stop(self) -> None:
        """Have it held, as a machine that is paused would be."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def writing_hubs(count: int, url: str, folder: Path) -> Iterator[list[WritingHub]]:
    """Several of them, each of which has acknowledged something. Killed in the end."""
    hubs = [WritingHub(url, folder / "keys.json", folder / f"hub-{number}.txt") for number in range(count)]
    try:
        for hub in hubs:
            hub.wait_for_more()
        yield hubs
    finally:
        for hub in hubs:
            hub.kill()
