"""An auditor can tell a disclosure that was let go from one that is only in the log."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from audit_samples import act, disclosure, question
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.errors import AuditUnavailable
from hub.keys import FileKeys

SCRIPT = Path(__file__).with_name("disclose_and_wait.py")
DISCLOSED = [("outcome", "view", "disclosed", [])]


def came_of(stored: StoredLeaves, request_id: str) -> list[tuple[str, str, str, list[str]]]:
    """Everything after the intent that the log says of a read."""
    told = [leaf for leaf in stored.leaves() if leaf["request_id"] == request_id and leaf["stage"] != "intent"]
    return [(leaf["stage"], leaf["kind"], leaf["outcome"], leaf["reasons"]) for leaf in told]


def undelivered(why: str) -> tuple[str, str, str, list[str]]:
    return "act", "notDelivered", "failed", [why]


async def settle(log: AuditLog, request_id: str = "request-1") -> None:
    asked = question(request_id)
    async with log.recording(asked, "policy-1") as entry:
        entry.settle(disclosure(asked))


async def settle_while_held_up(log: AuditLog, stored: StoredLeaves) -> tuple[str, ...]:
    """Settle a read whose outcome then takes too long; why it was refused."""
    asked = question()
    read = log.recording(asked, "policy-1")
    (await read.__aenter__()).settle(disclosure(asked))
    with stored.locked(), pytest.raises(AuditUnavailable) as refusal:
        await read.__aexit__(None, None, None)
    return refusal.value.reasons


@pytest.fixture
async def impatient(url: str, keys: FileKeys) -> AuditLog:
    return await AuditLog.open(url, keys, patience=0.6)


async def test_a_disclosure_that_was_durable_too_late_is_told_of_as_not_delivered(
    impatient: AuditLog, stored: StoredLeaves
) -> None:
    assert await settle_while_held_up(impatient, stored) == ("audit-slow",)
    await impatient.close()
    assert came_of(stored, "request-1") == [*DISCLOSED, undelivered("not-delivered")]
    outcome, told = stored.leaves()[1:]
    same = {"principal", "agency", "roles", "purpose", "enquiry_id", "subject", "also", "policy_version"}
    assert {name: told[name] for name in same} == {name: outcome[name] for name in same}, "found by the same searches"
    stored.check()


async def test_an_asker_who_goes_away_while_the_outcome_is_written_leaves_that_it_was_not_delivered(
    log: AuditLog, stored: StoredLeaves
) -> None:
    asked = question()
    read = log.recording(asked, "policy-1")
    (await read.__aenter__()).settle(disclosure(asked))
    with stored.locked():
        closing = asyncio.create_task(read.__aexit__(None, None, None))
        await asyncio.sleep(0)  # the outcome is in line
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
    await log.close()
    assert came_of(stored, "request-1") == [*DISCLOSED, undelivered("not-delivered")]


async def test_a_read_that_was_refused_because_its_intent_came_too_late_is_closed_at_once(
    impatient: AuditLog, stored: StoredLeaves
) -> None:
    with stored.locked(), pytest.raises(AuditUnavailable):
        await settle(impatient)
    await impatient.close()
    assert came_of(stored, "request-1") == [("outcome", "view", "failed", ["audit-slow"])]


async def test_a_retry_of_what_was_not_delivered_is_refused_so_that_the_evidence_stays_true(
    impatient: AuditLog, url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    await settle_while_held_up(impatient, stored)
    await impatient.close()
    log = await AuditLog.open(url, keys, patience=30)
    with pytest.raises(AuditUnavailable) as refusal:
        await settle(log)
    assert refusal.value.reasons == ("request-reused",)
    assert len(came_of(stored, "request-1")) == 2
    await settle(log, "request-2")
    assert came_of(stored, "request-2") == DISCLOSED
    await log.close()


@pytest.fixture
def killed(url: str, keys: FileKeys, tmp_path: Path) -> None:
    """A hub disclosed twice, and was killed before it did anything more."""
    with subprocess.Popen([sys.executable, SCRIPT, url, tmp_path / "keys.json"], stdout=subprocess.PIPE) as hub:
        assert hub.stdout is not None
        assert hub.stdout.readline() == b"told\n"
        hub.kill()


@pytest.mark.usefixtures("killed")
async def test_of_a_killed_hub_the_last_disclosure_is_in_doubt_and_no_other(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    stored.wait_until_so_many_write(0)
    for _ in range(2):  # it is told once
        log = await AuditLog.open(url, keys)
        assert came_of(stored, "first") == DISCLOSED
        assert came_of(stored, "last") == [*DISCLOSED, undelivered("delivery-unknown")]
        await log.close()
    stored.check()


async def test_a_hub_that_was_stopped_in_order_leaves_nothing_in_doubt(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    for name in ("one", "two"):
        log = await AuditLog.open(url, keys)
        await settle(log, name)
        await log.close()
    log = await AuditLog.open(url, keys)
    assert (came_of(stored, "one"), came_of(stored, "two")) == (DISCLOSED, DISCLOSED)
    assert await log.record(act("next")) == 4
    await log.close()
