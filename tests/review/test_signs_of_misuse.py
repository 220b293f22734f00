"""Each rule about one enquiry, beside a case that it narrowly does not find."""

from datetime import UTC, date, datetime, timedelta

import pytest
from reviewed_facts import MONDAY, Desk, flagged, ground, marks, usual_day, weights

from hub.audit.leaf import Outcome, Stage
from hub.domain.acts import Action
from hub.domain.review import Rule
from hub.review.signs import findings_of


def test_a_usual_day_is_on_nobodys_list() -> None:
    assert weights(usual_day().case, ground(staff=marks(surnames={"s"}, postcodes={"p"}), flags=flagged("else"))) == {}


def test_every_broken_glass_is_looked_at_and_a_refused_attempt_is_none() -> None:
    desk = usual_day()
    desk.fact(Action.BREAK_GLASS, Outcome.REFUSED)
    assert weights(desk.case, ground()) == {}
    broken = desk.fact(Action.BREAK_GLASS, Outcome.DONE)
    (finding,) = findings_of(desk.case, ground())
    assert (finding.rule, finding.entries) == (Rule.BREAK_GLASS, (broken.index,))
    assert "nothing was asked" in finding.reason


def test_no_referral_counts_for_purposes_that_begin_with_one_and_more_where_something_was_disclosed() -> None:
    def without_referral(purpose: str, *, asked: bool) -> dict[Rule, float]:
        desk = Desk()
        desk.opens(referred=False, purpose=purpose)
        if asked:
            desk.asks(purpose=purpose)
        else:
            desk.refused("purpose-not-for-role", kind="find")
            desk.fact("view", Outcome.ASKED, Stage.INTENT)
        return weights(desk.case, ground(now=desk.at))

    disclosed = without_referral("S47", asked=True)[Rule.NO_REFERRAL]
    assert disclosed > without_referral("S47", asked=False)[Rule.NO_REFERRAL]
    assert Rule.NO_REFERRAL not in without_referral("EMERGENCY", asked=True)


@pytest.mark.parametrize(("near", "kept"), [({"whole"}, {"surnames": {"whole"}}), ({"word"}, {"parts": {"word"}})])
def test_the_askers_own_family_name_counts_less_where_it_is_common(near: set[str], kept: dict[str, set[str]]) -> None:
    desk = usual_day()
    desk.asks(near=frozenset(near))
    rare = weights(desk.case, ground(staff=marks(**kept)))[Rule.SAME_SURNAME]
    common = weights(desk.case, ground(staff=marks(**kept), share=lambda _name: 0.01))[Rule.SAME_SURNAME]
    assert rare >= 0.4
    assert common < 0.3
    assert weights(desk.case, ground(staff=marks(surnames={"other"}))) == {}


def test_a_whole_name_weighs_more_than_one_word_of_it() -> None:
    desk = usual_day()
    desk.asks(near=frozenset({"whole", "word"}))
    both = weights(desk.case, ground(staff=marks(surnames={"whole"}, parts={"word"})))
    assert both[Rule.SAME_SURNAME] > weights(desk.case, ground(staff=marks(parts={"word"})))[Rule.SAME_SURNAME]


def test_the_askers_own_postcode_and_the_asker_themselves_are_seen() -> None:
    desk = usual_day()
    desk.asks(near=frozenset({"home"}), others=frozenset({"herself"}))
    found = weights(desk.case, ground(staff=marks(postcodes={"home"}, people={"herself"})))
    assert set(found) == {Rule.SAME_ADDRESS, Rule.OWN_RECORD}


def test_a_flag_weighs_more_on_the_child_than_on_somebody_around_it() -> None:
    desk = usual_day()
    desk.asks(others=frozenset({"aunt"}))
    child, aunt = (weights(desk.case, ground(flags=flagged(one))) for one in ("subject", "aunt"))
    assert child[Rule.FLAGGED_PERSON] > aunt[Rule.FLAGGED_PERSON]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (MONDAY, False),
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 18, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 10, 0, tzinfo=UTC), True),  # a Saturday
        (datetime(2026, 7, 1, 7, 5, tzinfo=UTC), False),  # five past eight in London's summer
        (datetime(2026, 7, 1, 17, 45, tzinfo=UTC), True),
        (datetime(2026, 4, 3, 10, 0, tzinfo=UTC), True),  # Good Friday
    ],
)
def test_hours_are_londons(at: datetime, *, found: bool) -> None:
    desk = Desk(at)
    desk.opens()
    on = ground(now=at, thresholds={"bank_holidays": (date(2026, 4, 3),)})
    assert (Rule.OUT_OF_HOURS in weights(desk.case, on)) is found


def test_night_work_is_expected_of_the_night_desk_and_weighs_less_in_an_emergency() -> None:
    night = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    found = {}
    for roles, purpose in ((("mash_social_worker",), "S47"), (("mash_social_worker",), "EMERGENCY")):
        desk = Desk(night, roles=roles)
        desk.opens(purpose=purpose)
        found[purpose] = weights(desk.case, ground(now=night))[Rule.OUT_OF_HOURS]
    assert found["S47"] >= 0.3 > found["EMERGENCY"]
    duty = Desk(night, roles=("duty_manager",))
    duty.opens()
    assert weights(duty.case, ground(now=night)) == {}


@pytest.mark.parametrize(
    ("at", "medium"),
    [
        (datetime(2026, 3, 2, 20, 29, tzinfo=UTC), False),  # a Monday: work that went on
        (datetime(2026, 3, 2, 20, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 7, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 19, 0, tzinfo=UTC), True),  # a Saturday
        (datetime(2026, 4, 3, 19, 0, tzinfo=UTC), True),  # Good Friday
        (datetime(2026, 7, 1, 19, 15, tzinfo=UTC), False),  # a quarter past eight in London's summer
        (datetime(2026, 7, 1, 19, 45, tzinfo=UTC), True),
    ],
)
def test_work_that_goes_on_past_closing_time_weighs_less(at: datetime, *, medium: bool) -> None:
    desk = Desk(at)
    desk.opens()
    on = ground(now=at, thresholds={"bank_holidays": (date(2026, 4, 3),)})
    assert (weights(desk.case, on)[Rule.OUT_OF_HOURS] >= 0.3) is medium


def test_one_question_at_night_among_others_weighs_as_a_night_does() -> None:
    desk = Desk(datetime(2026, 3, 2, 19, 0, tzinfo=UTC))
    desk.opens()
    desk.at += timedelta(hours=4)
    desk.asks()
    assert weights(desk.case, ground(now=desk.at))[Rule.OUT_OF_HOURS] >= 0.3


@pytest.mark.parametrize(
    ("at", "role", "medium"),
    [
        (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), "duty_manager", False),
        (datetime(2026, 3, 7, 10, 0, tzinfo=UTC), "duty_manager", False),
        (MONDAY, "duty_manager", True),
        (datetime(2026, 3, 3, 2, 0, tzinfo=UTC), "mash_social_worker", True),
    ],
)
def test_no_referral_weighs_less_for_the_duty_team_out_of_hours_alone(at: datetime, role: str, *, medium: bool) -> None:
    desk = Desk(at, roles=(role,))
    desk.opens(referred=False)
    desk.asks()
    assert (weights(desk.case, ground(now=at))[Rule.NO_REFERRAL] >= 0.3) is medium


def test_an_enquiry_without_outcome_is_found_only_when_it_has_ended() -> None:
    desk = Desk()
    desk.opens(hours=4)
    assert weights(desk.case, ground(now=MONDAY + timedelta(hours=3))) == {}
    asked_nothing = weights(desk.case, ground(now=MONDAY + timedelta(hours=5)))[Rule.NO_OUTCOME]
    desk.asks()
    never_closed = weights(desk.case, ground(now=MONDAY + timedelta(hours=5)))[Rule.NO_OUTCOME]
    assert asked_nothing > never_closed
    desk.closes()
    assert weights(desk.case, ground()) == {}


def test_a_find_alone_that_is_left_to_run_out_weighs_more_than_a_view_that_nobody_closed() -> None:
    found, viewed = Desk(), Desk()
    for desk, kind in ((found, "find"), (viewed, "view")):
        desk.opens(hours=4)
        desk.asks(kind)
    after = ground(now=MONDAY + timedelta(hours=5))
    assert weights(found.case, after)[Rule.NO_OUTCOME] >= 0.1 > weights(viewed.case, after)[Rule.NO_OUTCOME]


def test_an_enquiry_that_is_drawn_by_lot_is_looked_at() -> None:
    assert set(weights(usual_day().case, ground(drawn=lambda _id, _at: True))) == {Rule.RANDOM_SAMPLE}
