"""A crash is an outcome: what a killed hub was about to answer is closed when the next one opens the log."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from audit_samples import CANARIES, act, question
from stored_leaves import StoredLeaves

from hub.audit.leaf import Outcome, Stage
from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.errors import ConfigurationError
from hub.keys import FileKeys

SCRIPT = Path(__file__).with_name("ask_for_ever.py")
SAME = "kind", "principal", "agency", "roles", "purpose", "enquiry_id", "subject", "broken_glass", "policy_version"


@pytest.fixture
def killed(url: str, keys: FileKeys, stored: StoredLeaves, tmp_path: Path) -> None:
    """A hub was killed with -9 between two intents and their outcomes, and its database has noticed."""
    with subprocess.Popen([sys.executable, SCRIPT, url, tmp_path / "keys.json"], stdout=subprocess.PIPE) as hub:
        assert hub.stdout is not None
        assert hub.stdout.readline() == b"asked\n"
        hub.kill()
    stored.wait_until_so_many_write(0)


async def outcomes(log: AuditLog) -> list[AuditEntry]:
    page = await log.entries(EntryQuery(), 100)
    return [entry for entry in page.entries if entry.stage is Stage.OUTCOME]


@pytest.mark.usefixtures("killed")
async def test_every_read_that_a_killed_hub_left_open_is_closed_before_the_log_opens(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    log = await AuditLog.open(url, keys)
    assert log.size == len(stored.leaves()) == 6
    told = [(one.request_id, one.outcome, one.reasons) for one in await outcomes(log)]
    assert told == [
        ("settled", Outcome.DISCLOSED, ()),
        ("find", Outcome.FAILED, ("hub-stopped",)),
        ("view", Outcome.FAILED, ("hub-stopped",)),
    ]
    assert await log.record(act("next")) == 6
    await log.close()
    stored.check()
    assert [canary for canary in CANARIES if canary in stored.everything()] == []


@pytest.mark.usefixtures("killed")
async def test_the_outcome_says_all_that_its_intent_said(url: str, keys: FileKeys) -> None:
    log = await AuditLog.open(url, keys)
    page = (await log.entries(EntryQuery(), 100)).entries
    await log.close()
    intents = {one.request_id: one for one in page if one.stage is Stage.INTENT}
    for outcome in (one for one in page if one.stage is Stage.OUTCOME and one.outcome == Outcome.FAILED):
        intent = intents[outcome.request_id]
        assert [getattr(outcome, name) for name in SAME] == [getattr(intent, name) for name in SAME]
        assert outcome.at > intent.at
        assert outcome.sources == ()


@pytest.mark.usefixtures("killed")
async def test_opening_again_adds_nothing(url: str, keys: FileKeys, stored: StoredLeaves) -> None:
    sizes = []
    for _ in range(3):
        log = await AuditLog.open(url, keys)
        sizes.append(log.size)
        await log.close()
    assert sizes == [6, 6, 6] == [len(stored.leaves())] * 3


async def test_a_read_left_open_by_an_orderly_stop_is_closed_as_well(url: str, keys: FileKeys) -> None:
    first = await AuditLog.open(url, keys)
    left_open = first.recording(question("left"), "policy-1")
    await left_open.__aenter__()
    await first.close()
    second = await AuditLog.open(url, keys)
    assert [(one.request_id, one.reasons) for one in await outcomes(second)] == [("left", ("hub-stopped",))]
    await second.close()


def test_after_an_orderly_stop_the_file_alone_holds_the_newest_entry_whoever_read_before(
    keys: FileKeys, tmp_path: Path
) -> None:
    index = asyncio.run(read_and_stopped(f"sqlite:///{tmp_path}/audit.db", keys))
    assert sorted(one.name for one in tmp_path.glob("audit.db*")) == ["audit.db", "audit.db.lock"]
    copy = shutil.copyfile(tmp_path / "audit.db", tmp_path / "backup.db")
    with closing(sqlite3.connect(copy)) as alone:
        assert alone.execute("SELECT max(idx) FROM audit_leaves").fetchone() == (index,)


async def read_and_stopped(url: str, keys: FileKeys) -> int:
    """The newest entry of a log that every kind of reader read before it was closed."""
    log = await AuditLog.open(url, keys)
    index = await log.record(act("newest"))
    assert (await log.proofs.bundle((index,))).entries[0].index == index
    assert await log.proofs.tile(0, 0, 1)
    assert len((await log.entries(EntryQuery(), 10)).entries) == 1
    await log.close()
    return index


@pytest.mark.usefixtures("killed")
async def test_a_log_whose_open_reads_cannot_be_closed_is_refused_and_let_go(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    mark = "?" if stored.is_sqlite else "%s"
    change = f"UPDATE audit_leaves SET leaf = {mark} WHERE request_id = 'find'"  # noqa: S608 - a mark
    with stored.connection() as connection:
        (kept,) = connection.execute("SELECT leaf FROM audit_leaves WHERE request_id = 'find'").fetchone()
        connection.execute(change, (b"{",))
        with pytest.raises(ConfigurationError, match="hub audit fsck"):
            await AuditLog.open(url, keys)
        connection.execute(change, (kept,))
    log = await AuditLog.open(url, keys)
    assert len(await outcomes(log)) == 3
    await log.close()
