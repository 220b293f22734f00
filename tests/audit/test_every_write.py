"""Each single call by which a writer changes a file, or speaks to its database, fails once, one run each.

``HUB_FAULTS=all`` takes every one of them, with EIO, ENOSPC and KILL, and with a line to the database that is cut. A
few are taken by default.
"""

import asyncio
import os
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from audit_samples import act
from cut_line import CUTS, Cut, line_to
from injected import FAULTS, FILE_CALLS, KILL, SOCKET_CALLS, Point, Said, points, run, with_fault, writer
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.keys import FileKeys
from tests.fixtures.tracing import require_strace

T = TypeVar("T")
ALL = os.environ.get("HUB_FAULTS") == "all"
ACTS = 6
BURST = 600  # leaves, so many that what was committed is put away in the run
CLOSED = "sealed The audit log is closed."
REFUSED = 3  # the exit code of one that was told why it cannot open the log
FLUSHES = {"fsync", "fdatasync"}
SAMPLED = 40  # in a burst's run one write of so many is taken: they are all alike

pytestmark = [pytest.mark.timeout(36_000 if ALL else 120)]


async def check(said: Said, url: str, keys: FileKeys, seen: str) -> None:
    """Nothing acknowledged is lost, nothing is there twice, and the log goes on without a manual step."""
    stored = StoredLeaves(url, keys)
    log = await AuditLog.open(url, keys)
    before = log.size
    assert await log.record(act(f"goes-on-{before}")) == before, seen
    await log.close()
    stored.check()
    leaves = stored.leaves()
    assert [one for one in said.acknowledged if leaves[one[0]]["request_id"] != one[1]] == [], seen
    assert len({leaf["request_id"] for leaf in leaves}) == len(leaves), seen


def chosen(found: Sequence[Point], few: int) -> Sequence[tuple[Point, str]]:
    """Every call with every fault, or a few of them."""
    return some([(point, fault) for point in found for fault in FAULTS], few)


def some(every: Sequence[T], few: int) -> Sequence[T]:
    """All, or a few of them."""
    return every if ALL else random.Random(len(every)).sample(every, few)


def came_of(said: Said) -> str:
    """For the count."""
    if said.last == CLOSED:
        return "nothing was lost on it"
    lived = {0: "sealed, and lived on", REFUSED: "refused to start", os.EX_IOERR: "sealed, and ended itself"}
    return lived.get(said.code, "was killed")


async def test_no_failing_write_or_flush_of_a_file_loses_or_doubles_anything(keys: FileKeys, tmp_path: Path) -> None:
    require_strace()
    counts: Counter[str] = Counter()
    for name, arguments in {"small": (ACTS,), "burst": (ACTS, BURST)}.items():
        clean = writer(f"sqlite:///{tmp_path}/{name}.db", tmp_path / "keys.json", *arguments)
        found = points(clean, FILE_CALLS, tmp_path)
        if name == "burst":
            found = [one for one in found if one.call != "pwrite64" or one.number % SAMPLED == 0]
        for place, (point, fault) in enumerate(chosen(found, 4)):
            url = f"sqlite:///{tmp_path}/{name}-{place}.db"
            said = with_fault(writer(url, tmp_path / "keys.json", *arguments), point, fault)
            seen = f"{name} {point} {fault} {said.last} {said.code}"
            await check(said, url, keys, seen)
            if point.call in FLUSHES and fault != "signal=KILL":
                assert said.code in {os.EX_IOERR, REFUSED} or said.last == CLOSED, seen
            if said.last == CLOSED:
                assert len(said.acknowledged) == sum(arguments), seen
            counts[f"{name} {point.call} {fault}: {came_of(said)}"] += 1
    show(counts)


async def test_no_writer_of_postgresql_that_is_killed_at_a_word_loses_or_doubles_anything(
    fresh_database: str, keys: FileKeys, tmp_path: Path
) -> None:
    require_strace()
    stored, counts = StoredLeaves(fresh_database, keys), Counter[str]()
    command = writer(fresh_database, tmp_path / "keys.json", ACTS)
    for point in some(points(command, SOCKET_CALLS, tmp_path), 1):
        said = with_fault(command, point, KILL)
        stored.wait_until_so_many_write(0)
        await check(said, fresh_database, keys, f"{point} {said}")
        counts[f"{point.call} {KILL}: {came_of(said)}"] += 1
    show(counts)


async def test_no_line_to_postgresql_that_is_cut_at_a_word_loses_or_doubles_anything(
    fresh_database: str, keys: FileKeys, tmp_path: Path
) -> None:
    """A failing send is of no use here: libpq then waits for what a server that lives never says."""
    stored, counts = StoredLeaves(fresh_database, keys), Counter[str]()

    async def through(cut: Cut) -> tuple[Said, int]:
        with tempfile.TemporaryDirectory() as folder:
            async with line_to(fresh_database, Path(folder), cut) as (url, line):
                said = await asyncio.to_thread(run, writer(url, tmp_path / "keys.json", ACTS))
                return said, line.messages

    await through(Cut())  # makes the tables
    said, messages = await through(Cut())
    assert len(said.acknowledged) == ACTS
    for cut in some([Cut(number, when) for number in range(1, messages + 1) for when in CUTS], 2):
        said, _ = await through(cut)
        assert said.code in {0, REFUSED}, f"{cut} {said}"
        stored.wait_until_so_many_write(0)
        await check(said, fresh_database, keys, f"{cut} {said}")
        counts[f"cut {cut.when}: {came_of(said)}"] += 1
    show(counts)


def show(counts: Counter[str]) -> None:
    print(f"\n{counts.total()} faults")  # noqa: T201 - the figures of docs/promises.md
    for what, count in sorted(counts.items()):
        print(f"  {count:5} {what}")  # noqa: T201
