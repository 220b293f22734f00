import multiprocessing
import os
import random
import signal
import threading
from pathlib import Path

import pytest
from audit_samples import act
from stored_leaves import CheckedLog, StoredLeaves
from write_acts import write_into

from hub.audit.log import AuditLog
from hub.keys import FileKeys

KILLS = int(os.environ.get("HUB_KILLS", "5"))
FORKS = multiprocessing.get_context("forkserver")  # a killed process costs no start of an interpreter
FORKS.set_forkserver_preload(["write_acts"])


@pytest.mark.timeout(60 + 5 * KILLS)
async def test_every_acknowledged_leaf_survives_kill_9_and_the_log_goes_on_at_the_next_index(
    url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path
) -> None:
    chance, log_as_stored, acknowledged = random.Random(KILLS), CheckedLog(stored), 0
    for kill in range(KILLS):
        told = _run_and_kill(url, tmp_path / "keys.json", chance.uniform(0, 0.4))
        acknowledged += len(told)
        log = await AuditLog.open(url, keys)  # no manual step
        log_as_stored.check()
        assert log.size == len(log_as_stored.names)
        assert await log.record(act(f"after-{kill}")) == len(log_as_stored.names)
        await log.close()
        log_as_stored.holds(told)
    stored.check()
    assert acknowledged > 20 * KILLS
    print(f"\n{KILLS} kills, {acknowledged} acknowledged, 0 lost")  # noqa: T201 - the figure of docs/promises.md


def _run_and_kill(url: str, keys: Path, seconds: float) -> list[tuple[int, str]]:
    """What a writing process acknowledged before it was killed, from its whole lines."""
    receive, send = FORKS.Pipe(duplex=False)
    writer = FORKS.Process(target=write_into, args=(send, url, str(keys)), daemon=True)
    writer.start()
    send.close()
    said = os.read(receive.fileno(), 65536)  # it is writing now
    ending = threading.Timer(seconds, writer.kill)
    ending.start()
    while more := os.read(receive.fileno(), 65536):
        said += more
    writer.join()
    receive.close()
    assert writer.exitcode == -signal.SIGKILL
    words = [line.split() for line in said.decode().split("\n")[:-1]]
    return [(int(index), name) for index, name in words]
