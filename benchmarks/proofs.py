"""Proofs out of a long log, and a check of all of it, on both engines.

``python -m benchmarks.proofs --leaves 1000000``, or within ``make bench``.
"""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import quantiles

from benchmarks.audit_ground import ENGINES, Acts, databases, fresh
from hub.audit.checking.check import Known, check_log
from hub.audit.evidence import act_leaf
from hub.audit.leaves import Leaves, row_of, sqlite_path
from hub.audit.log import utc_now
from hub.audit.merkle import verify_inclusion
from hub.audit.notes import parse_checkpoint, parse_note
from hub.audit.postgres_leaves import PostgresLeaves
from hub.audit.proofs import Proofs
from hub.audit.sequencer import Sequencer
from hub.audit.sqlite_leaves import SqliteLeaves
from hub.keys import FileKeys

PROOFS = 1_000
_GROUP = 1_024


def proofs_of_a_long_log(leaves: int, say: Callable[[str], object]) -> dict[str, float]:
    """Milliseconds for a proof at random, verified; seconds for a check of everything; findings, which are none."""
    figures: dict[str, float] = {"proofs_log_leaves": leaves}
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as places:
        keys = FileKeys.create(Path(folder) / "keys.json")
        for engine in ENGINES:
            url = fresh(places[engine], "proofs")
            say(f"{engine}: writing {leaves:,} leaves")
            _fill(SqliteLeaves(sqlite_path(url)) if engine == "sqlite" else PostgresLeaves(url), keys, leaves)
            say(f"{engine}: {PROOFS:,} proofs at random")
            took = asyncio.run(_timed(url, keys, leaves))
            say(f"{engine}: a check of everything")
            began = time.perf_counter()
            checked = check_log(url, Known(keys=keys), lambda _done, _all: None)
            figures |= {
                f"proof_ms_p50_{engine}": 1000 * took[49],
                f"proof_ms_p99_{engine}": 1000 * took[98],
                f"fsck_seconds_{engine}": time.perf_counter() - began,
                f"fsck_findings_{engine}": checked.found,
            }
    figures["fsck_most_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def _fill(leaves: Leaves, keys: FileKeys, size: int) -> None:
    sequencer, acts, written = Sequencer.open(leaves, keys, None), Acts(), 0
    while written < size:
        rows = [row_of(act_leaf(acts.next(), keys, utc_now())) for _ in range(min(_GROUP, size - written))]
        with sequencer.turn():
            sequencer.append(rows)
        leaves.put_away()
        written += len(rows)
    sequencer.close()


async def _timed(url: str, keys: FileKeys, leaves: int) -> list[float]:
    """Seconds, by hundredths of the proofs. Each is of the whole way: read, opened, hashed up."""
    proofs, random, took = Proofs(url, keys), Random(6962), []
    for index in [random.randrange(leaves) for _ in range(PROOFS + 50)]:
        began = time.perf_counter()
        bundle = await proofs.bundle([index])
        took.append(time.perf_counter() - began)
        told, (entry,) = parse_checkpoint(parse_note(bundle.checkpoint).text), bundle.entries
        verify_inclusion(index, told.size, entry.hash, entry.path, told.root)
    proofs.close()
    return quantiles(took[50:], n=100)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    json.dump(proofs_of_a_long_log(parser.parse_args().leaves, lambda text: print(text, file=sys.stderr)), sys.stdout)
