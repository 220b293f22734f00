"""Whether cost grows with history: views over a long log beside a short one, and a start after ``kill -9``.

``python -m benchmarks.audit_history --leaves 1000000``, or within ``make bench``.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks.audit_ground import Acts
from benchmarks.served import Client, opened_enquiry
from hub.audit.evidence import act_leaf
from hub.audit.leaves import row_of
from hub.audit.log import utc_now
from hub.audit.sequencer import Sequencer
from hub.audit.sqlite_leaves import SqliteLeaves
from hub.demo.partnership import Partnership
from hub.keys import FileKeys

SHORT = 1_000
_GROUP = 1_024
_ROUNDS = 300  # views of each hub, in turns


def cost_of_history(leaves: int, say: Callable[[str], object]) -> dict[str, float]:
    """Latency of a view over a log of ``SHORT`` leaves and over one of ``leaves``; seconds until ready again."""
    with tempfile.TemporaryDirectory() as folder, Partnership(Path(folder), 2019) as partnership:
        partnership.start_partners(lambda _: None)
        state, names = Path(folder), {"short": SHORT, "long": leaves}
        for name, size in names.items():
            partnership.start_hub(0, name=name)
            partnership.kill(name)
            say(f"writing {size:,} leaves")
            _fill(state / f"{name}-audit.db", FileKeys.read(state / "keys.json"), size)
        urls = {name: partnership.start_hub(0, name=name) for name in names}
        say(f"{_ROUNDS} views of each, in turns")
        asked = {name: (url, *opened_enquiry(state, url)) for name, url in urls.items()}
        took = asyncio.run(_in_turns(asked))
        partnership.kill("long")
        say("a start after kill -9")
        ready = _ready_again(state / "long.toml", urls["long"])
    return {
        "history_leaves": leaves,
        "history_view_ms_p50_of_short_log": 1000 * took["short"],
        "history_view_ms_p50_of_long_log": 1000 * took["long"],
        "history_view_ratio": took["long"] / took["short"],
        "history_seconds_until_ready_after_kill": ready,
    }


def _fill(path: Path, keys: FileKeys, size: int) -> None:
    sequencer, acts = Sequencer.open(SqliteLeaves(str(path)), keys, None), Acts()
    written = sequencer.leaves.size()
    while written < size:
        rows = [row_of(act_leaf(acts.next(), keys, utc_now())) for _ in range(min(_GROUP, size - written))]
        with sequencer.turn():
            sequencer.append(rows)
        sequencer.leaves.put_away()
        written += len(rows)
    sequencer.leaves.end_well()
    sequencer.close()


async def _in_turns(asked: dict[str, tuple[str, str, str]]) -> dict[str, float]:
    """The median of each hub's views. In turns, so that whatever else the machine does meets both."""
    clients = {name: Client(*one) for name, one in asked.items()}
    took: dict[str, list[float]] = {name: [] for name in asked}
    for place in range(_ROUNDS + 20):
        for name, client in clients.items():
            seconds = await client.timed()
            if place >= 20:  # warm by now
                took[name].append(seconds)
    for client in clients.values():
        await client.close()
    return {name: sorted(times)[len(times) // 2] for name, times in took.items()}


def _ready_again(config: Path, url: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "hub.cli", "serve", "--config", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as hub:
        try:
            while not _ready(url):
                if hub.poll() is not None:
                    raise RuntimeError("the hub did not start again")
                time.sleep(0.02)
            return time.perf_counter() - began
        finally:
            hub.kill()


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as reply:  # noqa: S310 - our own hub
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Print the figures, and how busy the machine was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)

    def say(line: str) -> None:
        print(line, "with load", os.getloadavg()[0], file=sys.stderr)

    for name, value in cost_of_history(parser.parse_args().leaves, say).items():
        print(f"{name:55} {value:12,.2f}")


if __name__ == "__main__":
    main()
