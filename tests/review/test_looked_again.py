"""One person asks about one child again and again over months, and nobody else does."""

from datetime import timedelta
from typing import Any

from reviewed_facts import MONDAY, Desk, ground

from hub.domain.review import Rule
from hub.review.cases import Case
from hub.review.facts import Fact
from hub.review.finding import Finding
from hub.review.openings import Openings
from hub.review.signs import findings_of

HER = "p-worker"


def opened(*looks: tuple[int, str], **more: Any) -> list[Fact]:
    """Openings about one child, each so many days after the first, by somebody."""
    desk = Desk()
    for days, who in looks:
        desk.at, desk.who = MONDAY + timedelta(days=days), who
        desk.opens(enquiry_id=f"enquiry-{days}", **more)
    return desk.facts


def found(facts: list[Fact], *, of: Case | None = None, **thresholds: float) -> Finding | None:
    """What the rule makes of the newest of these enquiries, or of another."""
    case = of or Case("newest", (facts[-1],))
    on = ground(thresholds=thresholds, openings=Openings(facts))
    return next((one for one in findings_of(case, on) if one.rule is Rule.LOOKED_AGAIN), None)


def test_the_fourth_look_over_more_than_sixty_days_is_found_with_all_of_them() -> None:
    facts = opened((0, HER), (20, HER), (45, HER), (61, HER))
    finding = found(facts)
    assert finding is not None
    assert finding.entries == (0, 1, 2, 3)
    assert finding.reason == (
        "p-worker opened 4 enquiries about this child over 61 days, and nobody else opened one in that time."
    )
    assert finding.weight < 0.6


def test_fewer_or_within_sixty_days_or_with_anybody_elses_between_is_not() -> None:
    assert found(opened((0, HER), (45, HER), (61, HER))) is None
    assert found(opened((0, HER), (20, HER), (45, HER), (60, HER))) is None
    assert found(opened((0, HER), (20, HER), (30, "p-other"), (45, HER), (61, HER))) is None
    assert found(opened((0, "p-other"), (20, HER), (45, HER), (50, HER), (81, HER))) is not None


def test_thresholds_move_it() -> None:
    facts = opened((0, HER), (20, HER), (45, HER), (61, HER))
    assert found(facts, looked_again=5) is None
    assert found(facts, looked_again_days=61) is None
    assert found(facts[:3], looked_again=3, looked_again_days=44) is not None


def test_what_comes_later_changes_nothing_about_an_earlier_look() -> None:
    facts = opened((0, HER), (20, HER), (45, HER), (61, HER), (70, "p-other"))
    third, fourth = (Case("one", (facts[place],)) for place in (2, 3))
    assert found(facts, of=third) is None
    assert found(facts, of=fourth) is not None


def test_a_child_asked_for_by_name_and_then_by_number_is_one_child() -> None:
    named = opened((0, HER), (20, HER), (45, HER), people=frozenset({"name"}), subject="name")
    desk = Desk(MONDAY + timedelta(days=70))
    desk.facts += named
    last = desk.opens(index=3, people=frozenset({"number"}), subject="number")
    alone = Case("newest", (last,))
    assert found(desk.facts, of=alone) is None
    desk.asks(people=frozenset({"number", "name"}))
    assert found(desk.facts, of=Case("newest", tuple(desk.facts[3:]))) is not None


def test_refused_openings_are_no_looks() -> None:
    facts = opened((0, HER), (20, HER), (45, HER))
    desk = Desk(MONDAY + timedelta(days=61))
    desk.facts += facts
    desk.refused("purpose-not-for-role", kind="openEnquiry", index=3)
    assert found(desk.facts, of=Case("newest", (desk.facts[-1],))) is None
    assert found(desk.facts, of=Case("newest", (facts[-1],))) is None
