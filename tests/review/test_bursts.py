"""Many people in a short time, and refusals again and again."""

from datetime import timedelta

from reviewed_facts import MONDAY, Desk, ground

from hub.domain.review import Rule
from hub.review.bursts import Burst, bursts_of
from hub.review.told import Gathering


def bursts(desk: Desk, **thresholds: float) -> list[Burst]:
    gathering = Gathering()
    gathering.add(desk.facts)
    facts = gathering.told().people["p-worker"]
    return list(bursts_of("p-worker", facts, ground(thresholds=thresholds)))


def opens(desk: Desk, people: int, minutes: float) -> None:
    for number in range(people):
        desk.opens(subject=f"child-{desk.at}-{number}", enquiry_id=f"enquiry-{desk.at}-{number}")
        desk.at += timedelta(minutes=minutes - 1)


def test_many_people_within_an_hour_are_one_line_and_one_fewer_is_none() -> None:
    eleven, twelve = Desk(), Desk()
    opens(eleven, 11, 5)
    opens(twelve, 12, 5)
    assert bursts(eleven) == []
    (burst,) = bursts(twelve)
    assert burst.findings[0].rule is Rule.MANY_SUBJECTS
    assert len(burst.findings[0].entries) == 12
    assert "12 people" in burst.findings[0].reason


def test_one_child_asked_about_again_and_again_is_one_person() -> None:
    desk = Desk()
    for _ in range(30):
        desk.opens()
    assert bursts(desk) == []


def test_a_spell_keeps_its_line_while_it_goes_on_and_another_day_is_another_line() -> None:
    desk = Desk()
    opens(desk, 12, 2)
    (first,) = bursts(desk)
    opens(desk, 3, 2)
    (longer,) = bursts(desk)
    assert (longer.key, len(longer.facts)) == (first.key, 15)
    desk.at += timedelta(days=1)
    opens(desk, 12, 2)
    assert [len(one.facts) for one in bursts(desk)] == [15, 12]


def test_a_slow_day_of_many_people_is_found_by_the_day() -> None:
    desk = Desk()
    opens(desk, 40, 12)
    (burst,) = bursts(desk)
    assert "within a day" in burst.findings[0].reason


def test_refusals_count_where_they_crowd_and_slips_do_not() -> None:
    desk = Desk()
    for _ in range(5):
        desk.refused("enquiry-expired")
    desk.refused("reason-blank")
    assert bursts(desk) == []
    for _ in range(4):
        desk.refused("purpose-not-for-role")
    assert bursts(desk) == []
    desk.refused("glass-not-for-role", kind="breakGlass")
    (burst,) = bursts(desk)
    assert len(burst.findings[0].entries) == 5
    assert "glass-not-for-role, purpose-not-for-role" in burst.findings[0].reason


def test_refusals_far_apart_are_no_crowd() -> None:
    desk = Desk(MONDAY)
    for _ in range(9):
        desk.refused("purpose-not-for-role")
        desk.at += timedelta(hours=7)
    assert bursts(desk) == []
