"""What was broken off when keys were being destroyed is completed when the hub starts."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from stored_log import Rows

from hub.audit.checking.check import Known, check_log
from hub.db.upgrade import upgrade
from hub.keys import FileKeys
from hub.opening import services_of
from hub.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LEFT = "SELECT count(*) FROM audit_keys WHERE period = '2026-03' AND subject <> ''"


def test_a_kill_in_the_middle_is_completed_when_the_hub_starts(url: str, keys: FileKeys, tmp_path: Path) -> None:
    died = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("shred_and_die.py")), url, str(tmp_path / "keys.json")],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    rows = Rows(url)
    assert rows(LEFT) == [(1,)]  # named in the log, and still there
    settings = Settings(
        store=f"sqlite:///{tmp_path}/hub.db", audit=url, keys=tmp_path / "keys.json", secrets=tmp_path, issuers=()
    )
    upgrade(settings.store)
    asyncio.run(_started(settings))
    assert rows(LEFT) == [(0,)]
    checked = check_log(url, Known(keys), lambda *_: None)
    assert (checked.findings, checked.destroyed) == ((), 4)


async def _started(settings: Settings) -> None:
    async with services_of(settings):
        pass
