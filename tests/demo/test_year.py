"""A year of demo traffic with planted misuses, in small, and the page of figures about the whole of it.

``HUB_YEAR=1 pytest tests/demo/test_year.py`` lives the whole year and compares the whole page.
"""

import asyncio
import os
from datetime import date
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from benchmarks.review.effects import effects
from benchmarks.review.lived import lived
from benchmarks.review.measuring import Measured, measured, standard
from benchmarks.review.page import COMMAND, page, small_part
from benchmarks.review.small import SMALL_A_DAY, small
from hub.cli.demo_year import live_before
from hub.demo.year.days import bank_holidays, is_working
from hub.demo.year.deeds import Seen
from hub.demo.year.plan import SHORTEST, year
from hub.domain.codes import Role
from hub.domain.review import Priority, Rule
from hub.errors import Conflict
from tests.fixtures.unmeasured import unmeasured

PAGE = Path(__file__).resolve().parents[2] / "docs" / "review-figures.md"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MOST_PRESSING_ALARMS = 200  # lines of medium and high priority about honest work, for each 1,000 honest enquiries


@pytest.fixture(scope="module")
def front_door() -> Measured:
    with unmeasured():  # thousands of acts
        return small()


def of_kind(front_door: Measured, words: str) -> str:
    return next(one.id for one in front_door.misuses if words in one.says)


def test_the_checked_in_page_ends_with_what_the_small_front_door_gives_today(front_door):
    assert PAGE.read_text(encoding="utf-8").endswith(small_part(front_door)), f"run: {COMMAND}"


def test_a_look_at_a_niece_of_the_same_rare_name_is_found_and_pressing(front_door):
    niece = of_kind(front_door, "rare name")
    assert niece in front_door.found(Rule.SAME_SURNAME, Priority.HIGH)
    assert front_door.best(niece).rules == {Rule.SAME_SURNAME}


def test_browsing_through_many_children_is_found_and_pressing(front_door):
    assert of_kind(front_door, "26 children") in front_door.found(Rule.MANY_SUBJECTS, Priority.HIGH)


def test_a_threshold_too_high_misses_the_browsing_and_one_too_low_finds_honest_work(front_door):
    reviewed, browsing = front_door.reviewed, of_kind(front_door, "26 children")
    blind, eager = (
        msgspec.structs.replace(standard(reviewed), many_subjects=many, many_subjects_a_day=99) for many in (40, 2)
    )
    assert browsing not in measured(reviewed, blind).found(Rule.MANY_SUBJECTS)
    assert measured(reviewed, eager).false_alarms(Rule.MANY_SUBJECTS) > 0


def test_whatever_bears_a_sign_that_a_rule_looks_for_is_found(front_door):
    signed = {one.id for one in front_door.misuses if one.seen is Seen.SIGN}
    assert len(signed) >= 14
    assert signed - front_door.found() == set()


def test_most_of_what_leaves_no_sign_is_missed_and_the_page_says_so(front_door):
    """A rule that found them would find everybody: they are made to look like honest work."""
    unseen = {one.id for one in front_door.misuses if one.seen is Seen.NOTHING}
    assert len(unseen - front_door.found()) > len(unseen) / 2


def test_honest_work_raises_no_more_alarms_than_the_page_allows(front_door):
    pressing = front_door.false_alarms(least=Priority.MEDIUM)
    assert 0 < front_door.per_thousand(pressing) <= MOST_PRESSING_ALARMS
    assert front_door.false_alarms(Rule.MANY_SUBJECTS) == front_door.false_alarms(Rule.OWN_RECORD) == 0


def test_thirty_misuses_of_many_kinds_are_planted_and_each_leaves_its_trace(front_door):
    cases = set(front_door.reviewed.lived.cases.values())
    assert len(front_door.misuses) == 30
    assert len({one.kind for one in front_door.misuses}) >= 12
    assert [one.id for one in front_door.misuses if not cases.issuperset(one.cases)] == []


def test_the_same_seed_plans_the_same_year_and_another_another(front_door):
    again, other = (year(seed, days=SHORTEST, a_day=SMALL_A_DAY)[0] for seed in (2019, 2020))
    assert again == front_door.reviewed.plan != other


def test_at_weekends_nobody_works_but_the_duty_team(front_door):
    plan = front_door.reviewed.plan
    duty = {one.principal for one in plan.team if one.role is Role.DUTY_MANAGER}
    planted = {case for one in plan.misuses for case in one.cases}
    opened = [one for one in plan.deeds if one.asking and one.case not in planted]
    assert {one.by for one in opened if one.at.weekday() >= 5} <= duty
    assert {one.by for one in opened if one.at.weekday() < 5 and 10 <= one.at.hour < 15} & duty == set()
    assert any(one.by in duty for one in opened)


@pytest.mark.parametrize(
    ("year_of", "some"),
    [
        (2026, [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
        (2027, [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
    ],
)
def test_bank_holidays_are_those_of_england(year_of, some):
    assert bank_holidays(year_of) == {date(year_of, month, day) for month, day in some}
    assert not any(is_working(day) for day in bank_holidays(year_of))


def test_a_year_is_not_put_before_a_log_that_is_there(tmp_path):
    (tmp_path / "hub-audit.db").touch()
    with pytest.raises(Conflict, match="--state"):
        live_before(tmp_path, 2019, Console(quiet=True))
    assert [one.name for one in tmp_path.iterdir()] == ["hub-audit.db"]


@pytest.mark.skipif("HUB_YEAR" not in os.environ, reason="set HUB_YEAR=1 to live a whole year: some minutes")
@pytest.mark.timeout(1800)
def test_the_whole_page_is_what_the_whole_year_gives_today(front_door, tmp_path):
    plan, town = year()
    came = asyncio.run(lived(plan, town, tmp_path))
    whole = page(measured(came, standard(came)), list(effects(came)), front_door)
    assert PAGE.read_text(encoding="utf-8") == whole, f"run: {COMMAND}"
