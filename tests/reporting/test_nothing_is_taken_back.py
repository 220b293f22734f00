"""What a report told, every later one tells: nobody sees from what has gone that something has begun."""

import os
import random
from datetime import datetime, timedelta

import msgspec
import pytest
from asking_for_reports import BY_NAME, CHILD, TWINS_NUMBER, decided, report
from export_samples import READ
from reporting_hub import BEGAN, ReportingHub

from hub.audit.leaf import Opening, timestamp
from hub.audit.reader import AuditEntry
from hub.domain.codes import PurposeCode
from hub.domain.subject_access import AskedBy, TellingRules
from hub.policy.policies import shipped_policies
from hub.policy.privacy_rules import read_telling_rules
from hub.subject_access.weighing import Asked, Fate, weigh

LIVES = int(os.environ.get("HUB_LIVES", "12"))
PURPOSES = ("SCREEN", "CIN_ASSESS", "FEEDBACK", "SCREEN", "S47", "EMERGENCY", "EXPLOITATION", "MAPPA")


@pytest.fixture(scope="module")
def rules() -> TellingRules:
    return read_telling_rules(shipped_policies())


def a_life(chance: random.Random) -> list[AuditEntry]:
    """Some enquiries about one person over two years: looked at again and again, some marked, some by name alone."""
    found: list[AuditEntry] = []
    for number in range(chance.randint(2, 9)):
        at = BEGAN + timedelta(days=chance.randint(0, 300))
        purpose, enquiry = chance.choice(PURPOSES), f"enquiry-{number}"
        opened = Opening("RED", False, timestamp(at + timedelta(days=chance.choice((1, 3, 90)))))
        for step in range(chance.randint(1, 5)):
            changes = {
                "purpose": purpose,
                "enquiry_id": enquiry,
                "opening": None if step else opened,
                "subject": chance.choice(("number", "number", "name", "another")),
                "kept_from": chance.choice(((), (), (), (), (), ("family",))),
            }
            found.append(msgspec.structs.replace(READ, at=at, sources=(), **changes))
            at += timedelta(days=chance.choice((0, 1, 20, 31, 70, 179, 200)))
    found.sort(key=lambda one: one.at)
    return [msgspec.structs.replace(one, index=place) for place, one in enumerate(found)]


def told(life: list[AuditEntry], at: datetime, by: AskedBy, rules: TellingRules) -> set[int]:
    asked = Asked(numbers=frozenset({"number"}), names=frozenset({"name"}), by=by, at=at)
    weighed = weigh([one for one in life if one.at <= at], asked, rules)
    return {one.entry.index for one in weighed if one.fate is Fate.TOLD}


@pytest.mark.parametrize("by", AskedBy)
def test_of_any_life_a_later_report_tells_all_that_an_earlier_one_told(rules: TellingRules, by: AskedBy) -> None:
    telling = 0
    for seed in range(LIVES):
        life, before = a_life(random.Random(seed)), set[int]()
        moments = {one.at + timedelta(days=days) for one in life for days in (0, 1, 30, 31, 90, 180)}
        for at in sorted({*moments, BEGAN + timedelta(days=3000)}):
            now = told(life, at, by, rules)
            assert before <= now, (seed, at, before - now)
            before = now
        telling += bool(before)
    assert telling > LIVES // 6  # where nothing is told, nothing is taken back


async def test_an_enquiry_that_begins_takes_nothing_out_of_the_next_report(one_hub: ReportingHub) -> None:
    await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=5)
    assert (await report(one_hub, settled=False)).indexes == []
    one_hub.clock.move(days=5)
    await one_hub.looked(CHILD, PurposeCode.S47)
    one_hub.clock.move(hours=1)
    made = await report(one_hub, settled=False)
    assert made.indexes == []
    assert made.fates[1] == ("waits", ["too-new", "near:child-protection-enquiry"])


async def test_an_enquiry_waits_until_so_long_after_somebody_last_looked_under_it(one_hub: ReportingHub) -> None:
    first = await one_hub.looked(CHILD, PurposeCode.S47, enquiry="the-enquiry")
    one_hub.clock.move(days=170)
    last = await one_hub.looked(CHILD, PurposeCode.S47, enquiry="the-enquiry")
    one_hub.clock.move(days=11)
    assert (await report(one_hub, settled=False)).indexes == []
    one_hub.clock.move(days=168)
    assert (await report(one_hub)).indexes == []
    one_hub.clock.move(days=1)
    assert (await report(one_hub)).indexes == [first, last]


async def test_what_was_released_stays_told_to_whoever_it_was_released_to(one_hub: ReportingHub) -> None:
    waits = await one_hub.looked(CHILD, PurposeCode.DA_TRIAGE)
    assert (await report(one_hub, release=decided("NO_HARM", waits))).indexes == [waits]
    assert (await report(one_hub)).indexes == [waits]
    assert (await report(one_hub, askedBy="PARENT", capacity="NOT_ABLE")).indexes == []
    assert (await report(one_hub, withhold=decided("SERIOUS_HARM", waits))).indexes == []


async def test_what_was_released_to_one_twin_is_not_told_to_the_other(one_hub: ReportingHub) -> None:
    by_name = await one_hub.looked(BY_NAME, PurposeCode.SCREEN)
    assert (await report(one_hub, release=decided("SAME_PERSON", by_name))).indexes == [by_name]
    assert (await report(one_hub, nhsNumber=TWINS_NUMBER)).indexes == []


async def test_what_is_near_to_an_enquiry_waits_until_it_is_known_whether_that_is_marked(one_hub: ReportingHub) -> None:
    first = await one_hub.looked(CHILD, PurposeCode.SCREEN)
    one_hub.clock.move(days=29)
    await one_hub.looked(CHILD, PurposeCode.SCREEN, enquiry="marked-later")
    one_hub.clock.move(days=3)
    assert (await report(one_hub, settled=False)).fates[first] == ("waits", ["near:too-new"])
    await one_hub.looked(CHILD, PurposeCode.SCREEN, enquiry="marked-later", kept_from=("family",))
    one_hub.clock.move(days=100)
    assert (await report(one_hub)).fates[first] == ("waits", ["near:marked-by-a-source"])
