"""Many people in a short time, and refusals again and again."""

from datetime import timedelta

from reviewed_facts import MONDAY, Desk, ground

from hub.domain.review import Priority, Rule
from hub.review.bursts import Burst, bursts_of
from hub.review.told import Gathering

NEVER = 10**6
CLOSE = {"spread_refusals": NEVER, "far_spread_refusals": NEVER}  # only what is close together, or about one person


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
    opens(desk, 19, 12)
    assert bursts(desk) == []
    opens(desk, 1, 12)
    (burst,) = bursts(desk)
    assert "20 or more of them within a day" in burst.findings[0].reason


def test_a_burst_of_one_day_does_not_hide_the_slow_browsing_of_another() -> None:
    desk = Desk()
    opens(desk, 12, 2)
    desk.at += timedelta(days=3)
    opens(desk, 20, 15)
    assert [(len(one.facts), "a day" in one.findings[0].reason) for one in bursts(desk)] == [(12, False), (20, True)]


def test_a_burst_within_a_day_of_many_is_one_line_whose_id_was_there_first() -> None:
    desk = Desk()
    opens(desk, 5, 30)
    desk.at += timedelta(hours=2)
    opens(desk, 12, 2)
    (within_minutes,) = bursts(desk)
    assert [one.index for one in within_minutes.facts] == list(range(5, 17))
    opens(desk, 3, 30)
    (joined,) = bursts(desk)
    assert (joined.key, len(joined.facts)) == (within_minutes.key, 20)
    assert "12 or more of them within 60 minutes and 20 or more of them within a day" in joined.findings[0].reason


def test_a_slow_day_that_ends_in_haste_keeps_the_line_of_the_day() -> None:
    desk = Desk()
    opens(desk, 20, 12)
    (slow,) = bursts(desk)
    opens(desk, 12, 2)
    (joined,) = bursts(desk)
    assert (joined.key, len(joined.facts)) == (slow.key, 32)


def test_refusals_count_where_they_crowd_and_slips_do_not() -> None:
    desk = Desk()
    for _ in range(5):
        desk.refused("enquiry-expired")
    desk.refused("reason-blank")
    assert bursts(desk) == []
    for _ in range(4):
        desk.refused("purpose-not-for-role")
    assert bursts(desk, **CLOSE) == []
    desk.refused("glass-not-for-role", kind="breakGlass")
    (burst,) = bursts(desk, **CLOSE)
    assert len(burst.findings[0].entries) == 5
    assert "glass-not-for-role, purpose-not-for-role" in burst.findings[0].reason


def refused_about(desk: Desk, *children: str, hours: float) -> None:
    for child in children:
        desk.refused("purpose-not-for-role", subject=child)
        desk.at += timedelta(hours=hours)


def test_refusals_far_apart_are_no_crowd_unless_they_are_about_one_person() -> None:
    many, one = Desk(MONDAY), Desk(MONDAY)
    refused_about(many, *(f"child-{number}" for number in range(9)), hours=7)
    assert bursts(many, **CLOSE) == []
    refused_about(one, "child", "other", "child", "child", "other", "child", hours=50)
    assert bursts(one, **CLOSE) == []
    refused_about(one, "child", hours=50)
    (burst,) = bursts(one, **CLOSE)
    assert (burst.findings[0].rule, len(burst.facts)) == (Rule.REPEATED_REFUSALS, 5)
    assert "5 times, 5 or more of them about one person in 14 days" in burst.findings[0].reason
    assert bursts(one, refusals_about_one=6, **CLOSE) == bursts(one, refusals_about_one_days=10, **CLOSE) == []


def test_refusals_of_one_day_and_of_one_person_are_one_line() -> None:
    desk = Desk(MONDAY)
    refused_about(desk, *5 * ["child"], hours=1)
    (first,) = bursts(desk, **CLOSE)
    desk.at += timedelta(days=4)
    refused_about(desk, "child", "other", hours=1)
    (longer,) = bursts(desk, **CLOSE)
    assert (longer.key, len(longer.facts)) == (first.key, 6)


def test_a_few_refusals_spread_over_weeks_are_a_line_of_less_weight() -> None:
    desk = Desk(MONDAY)
    refused_about(desk, "one", "two", hours=6 * 24)
    assert bursts(desk) == []
    refused_about(desk, "three", hours=6 * 24)
    (burst,) = bursts(desk)
    assert (burst.findings[0].rule, burst.findings[0].priority) == (Rule.REPEATED_REFUSALS, Priority.MEDIUM)
    assert "was refused 3 times, 3 or more of them within 14 days" in burst.findings[0].reason
    assert bursts(desk, spread_refusals=4) == bursts(desk, spread_refusals_days=12) == []


def test_a_refusal_every_two_weeks_is_a_line_after_two_months() -> None:
    desk = Desk(MONDAY)
    refused_about(desk, *4 * ["child"], hours=14 * 24)
    desk.refused("enquiry-expired")  # a slip
    assert bursts(desk) == []
    refused_about(desk, "other", hours=14 * 24)
    (burst,) = bursts(desk)
    assert (len(burst.facts), "within 60 days" in burst.findings[0].reason) == (5, True)
    assert bursts(desk, far_spread_refusals=6) == bursts(desk, far_spread_refusals_days=55) == []


def test_many_in_a_day_among_few_over_weeks_are_one_line_of_the_greater_weight() -> None:
    desk = Desk(MONDAY)
    refused_about(desk, "one", "two", "three", hours=5 * 24)
    (first,) = bursts(desk)
    refused_about(desk, *5 * ["four"], hours=1)
    (joined,) = bursts(desk)
    assert (joined.key, len(joined.facts), joined.findings[0].priority) == (first.key, 8, Priority.HIGH)
