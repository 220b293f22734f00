"""A list of one month knows of looks that are months old: openings are read of all the time that is looked back on."""

from datetime import timedelta
from typing import NamedTuple

from logged_year import BEGAN, Clock, CountingLog, child, opened, worker

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.log import AuditLog
from hub.domain.acts import Action
from hub.domain.review import Flag, Rule, StaffMarks, Thresholds
from hub.keys import FileKeys
from hub.review.casebook import Casebook
from hub.review.desk import ReviewDesk
from hub.review.work_list import Wanted, work_list
from hub.reviewing.grounds import ground, told_since

MONTH = timedelta(days=31)
OPENINGS = (Action.OPEN_ENQUIRY.value,)


class NobodyWatched:
    """No staff were noted, and no flag stands."""

    async def staff(self) -> dict[str, StaffMarks]:
        return {}

    async def flags_ever(self) -> tuple[Flag, ...]:
        return ()


class Desk(NamedTuple):
    """What review is given by the hub's services."""

    review: ReviewDesk
    keys: FileKeys
    now: Clock


def desk(log: AuditLog, clock: Clock, keys: FileKeys, **thresholds: float) -> Desk:
    set_to = Thresholds(random_sample=0, **thresholds)
    return Desk(ReviewDesk(Casebook(log), Casebook(log, OPENINGS), None, NobodyWatched(), set_to), keys, clock)


async def looks(log: AuditLog, clock: Clock) -> None:
    """Four by one person about one child over ninety days, and one of somebody else's about another."""
    for number in range(4):
        clock.now = BEGAN + timedelta(days=30 * number)
        await opened(log, clock.now, worker(1), child(7), f"look-{number}")
        await opened(log, clock.now, worker(2), child(8), f"other-{number}" if number else "once")


async def found_now(at: Desk) -> dict[str, set[Rule]]:
    told = await told_since(at.now() - MONTH, at)
    wanted = Wanted(at.now() - MONTH, at.now() + timedelta(days=1))
    items = work_list(told, await ground(told, at), {}, wanted)
    return {one.id: {found.rule for found in one.findings} for one in items}


async def test_a_look_that_comes_again_after_months_is_on_the_list_of_this_month(url: str, keys: FileKeys) -> None:
    clock = Clock()
    log = await AuditLog.open(url, keys, clock=clock, patience=60)
    await looks(log, clock)
    assert Rule.LOOKED_AGAIN in (await found_now(desk(log, clock, keys)))["look-3"]
    month_alone = await found_now(desk(log, clock, keys, look_back_days=31))
    assert Rule.LOOKED_AGAIN not in month_alone.get("look-3", set())
    await log.close()


async def test_openings_are_read_alone_and_anew_when_contents_were_destroyed(url: str, keys: FileKeys) -> None:
    clock = Clock()
    log = await AuditLog.open(url, keys, clock=clock, patience=60)
    await looks(log, clock)
    await log.record(Act(action=Action.READ_STORY, request_id="r", outcome=Outcome.DONE, policy_version="p"))
    counting = CountingLog(log)
    openings = Casebook(counting, OPENINGS)
    told = await openings.told(BEGAN)
    assert ({one.kind for one in told.facts}, counting.read) == ({Action.OPEN_ENQUIRY}, 8)
    await log.record(Act(action=Action.SHRED_AUDIT, request_id="s", outcome=Outcome.DONE, policy_version="p"))
    counting.read = 0
    await openings.told(BEGAN)
    assert counting.read == 1 + 9
    await log.close()
