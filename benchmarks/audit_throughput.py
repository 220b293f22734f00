"""How many leaves a second the log makes durable, and how long each takes: beside the bare database.

``python -m benchmarks.audit_throughput --seconds 60``, or a shorter run within ``make bench``.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import uvloop

from benchmarks.audit_floor import bare_groups
from benchmarks.audit_ground import ENGINES, Acts, databases, fresh, slow_disk
from hub.audit.log import AuditLog
from hub.keys import FileKeys

IN_FLIGHT = 256
FLUSH = 0.010  # seconds that the slow disk takes longer
_DISKS = {"": 0.0, "_slow_disk": FLUSH}


def leaves_per_second(seconds: float, say: Callable[[str], object]) -> dict[str, float]:
    """Both engines, with and without a slow disk, and the bare database in the same minute."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as places:
        keys = FileKeys.create(Path(folder) / "keys.json")
        for engine in ENGINES:
            for disk, flush in _DISKS.items():
                name = f"evidence_{engine}{disk}"
                say(f"{name}, {seconds:.0f} s")
                with slow_disk(flush):
                    recorded = uvloop.run(_recorded(fresh(places[engine], name), keys, seconds))
                figures |= {f"{name}_{key}": value for key, value in recorded.items()}
                bare = bare_groups(fresh(places[engine], f"{name}-bare"), flush, min(seconds, 10.0))
                figures[f"{name}_bare_database_per_second"] = bare
    return figures


async def one_at_a_time(url: str, keys: FileKeys, count: int) -> list[float]:
    """How long each of some acts took to record, in seconds, sorted, when nobody else records any."""
    log, acts, took = await AuditLog.open(url, keys, patience=10), Acts(), list[float]()
    for _ in range(count):
        began = time.perf_counter()
        await log.record(acts.next())
        took.append(time.perf_counter() - began)
    await log.close()
    return sorted(took)


async def _recorded(url: str, keys: FileKeys, seconds: float) -> dict[str, float]:
    """Acts through the log's own door, ``IN_FLIGHT`` at once."""
    log, acts, took = await AuditLog.open(url, keys, patience=10), Acts(), list[float]()
    end = time.perf_counter() + seconds

    async def client() -> None:
        while (began := time.perf_counter()) < end:
            await log.record(acts.next())
            took.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    await log.close()
    took.sort()
    return {
        "per_second": len(took) / elapsed,
        "p50_ms": 1000 * took[len(took) // 2],
        "p99_ms": 1000 * took[len(took) * 99 // 100],
        "cpu_us_per_leaf": 1e6 * cpu / len(took),
    }


def main() -> None:
    """Print the figures, and how busy the machine was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")

    def say(line: str) -> None:
        print(line, "with load", os.getloadavg()[0], file=sys.stderr)

    for name, value in leaves_per_second(parser.parse_args().seconds, say).items():
        print(f"{name:55} {value:12,.2f}")


if __name__ == "__main__":
    main()
