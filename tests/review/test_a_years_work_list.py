"""A year's log is read once, and then read on. At full size: HUB_REVIEW_ENTRIES=100000, which prints what it takes."""

import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from logged_year import A_CASE, BEGAN, CountingLog, filled, one_case

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.domain.acts import Action
from hub.domain.review import Rule, Thresholds
from hub.keys import FileKeys
from hub.review.casebook import Casebook
from hub.review.finding import Ground
from hub.review.statistics import By, statistics
from hub.review.work_list import Item, Wanted, work_list

ENTRIES = int(os.environ.get("HUB_REVIEW_ENTRIES", "800"))
CASES = ENTRIES // A_CASE


def listed(told: object, now: object) -> list[Item]:
    ground = Ground(now=now, thresholds=Thresholds(), share=told.share)
    return work_list(told, ground, {}, Wanted(BEGAN - timedelta(days=1), now))


def timed(called: Callable[[], object], what: str, capsys: pytest.CaptureFixture[str]) -> object:
    began = time.perf_counter()
    result = called()
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {time.perf_counter() - began:.3f} s ")
    return result


@pytest.mark.timeout(1200)
async def test_a_years_log_is_read_once_and_then_read_on(
    url: str, keys: FileKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    log, clock = await filled(url, keys, CASES)
    now = clock.now + timedelta(days=2)
    counting = CountingLog(log)
    book = Casebook(counting)
    began = time.perf_counter()
    told = await book.told(BEGAN)
    cold = time.perf_counter() - began
    assert counting.read == log.size
    items = timed(lambda: listed(told, now), f"{log.size} entries: {cold:.3f} s read; the list", capsys)
    without_referral = [one for one in items if any(found.rule is Rule.NO_REFERRAL for found in one.findings)]
    assert len(without_referral) == -(-CASES // 50)
    timed(lambda: statistics(told, {}, BEGAN, now, By.ROLE), "statistics", capsys)
    await one_case(log, clock.now, 7_000_001)
    counting.read = 0
    told = await book.told(BEGAN)
    assert counting.read == A_CASE
    assert sum(one.enquiry_id.endswith("7000001") for one in told.cases) == 1
    counting.read = 0
    assert await book.told(BEGAN + timedelta(hours=1)) is told
    assert counting.read == 0
    await log.close()


@pytest.mark.parametrize("action", [Action.SHRED_AUDIT, Action.CONFIRM_SHREDDING])
async def test_contents_that_were_destroyed_leave_the_memory_too(url: str, keys: FileKeys, action: Action) -> None:
    log, _ = await filled(url, keys, 2)
    counting = CountingLog(log)
    book = Casebook(counting)
    await book.told(BEGAN)
    shredding = Act(action=action, request_id="s", outcome=Outcome.DONE, policy_version="p")
    await log.record(shredding)
    counting.read = 0
    await book.told(BEGAN)
    assert counting.read == 1 + log.size, "the new entry, and then everything anew"
    await log.close()
