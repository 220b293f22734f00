"""Real storage that fails: a file system that is full, and one that is read-only."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from audit_samples import act
from stored_leaves import CheckedLog, StoredLeaves

from hub.audit.log import AuditLog
from hub.errors import AuditUnavailable, ConfigurationError
from hub.keys import FileKeys

SIZE = "3m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    done = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=False)
    if not done or done.returncode:
        pytest.skip("this account may not mount a file system, so none can be filled or made read-only")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


async def record_until_refused(log: AuditLog) -> list[tuple[int, str]]:
    """Everything that was acknowledged before the log was sealed."""
    acknowledged = []
    for number in range(100_000):
        try:
            acknowledged.append((await log.record(act(f"r{number}")), f"r{number}"))
        except AuditUnavailable:
            if log.sealed:
                return acknowledged
    raise AssertionError("it was never sealed")


async def test_a_full_disk_seals_and_with_room_again_the_next_start_goes_on(disk: Path, keys: FileKeys) -> None:
    url, ballast = f"sqlite:///{disk}/audit.db", disk / "ballast"
    log = await AuditLog.open(url, keys)
    ballast.write_bytes(b"x" * (1 << 20))
    acknowledged = await record_until_refused(log)
    assert log.sealed == ("The disk of the audit log is full. Make room, then start the hub again. (SQLITE_FULL)")
    assert not log.unsafe
    await log.close()
    ballast.unlink()
    await goes_on(url, keys, acknowledged)


async def test_a_disk_that_became_read_only_seals_and_writable_again_the_next_start_goes_on(
    disk: Path, keys: FileKeys
) -> None:
    url = f"sqlite:///{disk}/audit.db"
    log = await AuditLog.open(url, keys)
    assert await log.record(act("before")) == 0
    await log.close()
    remount(disk, "ro")
    with pytest.raises(ConfigurationError, match="storage is read-only"):
        await AuditLog.open(url, keys)
    remount(disk, "rw")
    await goes_on(url, keys, [(0, "before")])


async def goes_on(url: str, keys: FileKeys, acknowledged: list[tuple[int, str]]) -> None:
    log = await AuditLog.open(url, keys)
    found = CheckedLog(StoredLeaves(url, keys))
    found.check()
    found.holds(acknowledged)
    assert await log.record(act("goes on")) == len(found.names)
    await log.close()


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True)
