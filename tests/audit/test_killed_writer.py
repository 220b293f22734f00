import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from audit_samples import act
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.keys import FileKeys

KILLS = int(os.environ.get("HUB_KILLS", "5"))
SCRIPT = Path(__file__).with_name("write_acts.py")


@pytest.mark.timeout(60 + 5 * KILLS)
async def test_every_acknowledged_leaf_survives_kill_9_and_the_log_goes_on_at_the_next_index(
    url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path
) -> None:
    chance = random.Random(KILLS)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        acknowledged += _run_and_kill(url, tmp_path / "keys.json", chance.uniform(0, 0.4))
        log = await AuditLog.open(url, keys)  # no manual step
        leaves = stored.leaves()
        assert log.size == len(leaves)
        assert await log.record(act(f"after-{kill}")) == len(leaves)
        await log.close()
        for line in acknowledged:
            index, request_id = line.split()
            assert leaves[int(index)]["request_id"] == request_id
        stored.check()
    assert len(acknowledged) > 20 * KILLS


def _run_and_kill(url: str, keys: Path, seconds: float) -> list[str]:
    """Whole lines of what a writing process acknowledged before it was killed."""
    with subprocess.Popen([sys.executable, SCRIPT, url, keys], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()  # it is writing now
        time.sleep(seconds)
        writer.kill()
        rest = writer.stdout.read()
    return (first + rest).decode().split("\n")[:-1]
