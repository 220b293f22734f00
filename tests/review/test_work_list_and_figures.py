"""Lines in their order, verdicts that lapse, the sample that anybody can draw again, and figures."""

from datetime import timedelta

import msgspec
import pytest
from reviewed_facts import MONDAY, Desk, ground, usual_day

from hub.audit.leaf import Outcome
from hub.domain.acts import Action
from hub.domain.review import Judgement, Priority, ReviewVerdict, Rule, Thresholds
from hub.review.facts import Fact, Withheld
from hub.review.statistics import By, statistics
from hub.review.told import Gathering, Told
from hub.review.work_list import Item, Wanted, line, work_list
from hub.reviewing.grounds import is_drawn

SHARE = 0.02


def told(*desks: Desk) -> Told:
    """The log of several desks, one enquiry each."""
    gathering = Gathering()
    for place, desk in enumerate(desks):
        gathering.add([_moved(one, place) for one in desk.facts])
    return gathering.told()


def _moved(fact: Fact, place: int) -> Fact:
    return msgspec.structs.replace(fact, index=100 * place + fact.index, enquiry_id=f"enquiry-{place}")


def glass(desk: Desk) -> Desk:
    desk.fact(Action.BREAK_GLASS, Outcome.DONE)
    return desk


def listed(log: Told, *verdicts: ReviewVerdict, settled: bool | None = False, **wanted: object) -> list[Item]:
    whole = Wanted(MONDAY - timedelta(days=1), MONDAY + timedelta(days=1), settled=settled)._replace(**wanted)
    return work_list(log, ground(), {one.item: [one] for one in verdicts}, whole)


def verdict(item: Item, **changes: object) -> ReviewVerdict:
    given = {
        "id": "v",
        "item": item.id,
        "enquiry_id": item.enquiry_id,
        "principal": item.principal,
        "judgement": Judgement.JUSTIFIED,
        "reason": "Why",
        "by": "p-auditor",
        "at": MONDAY,
        "rules": tuple(one.rule for one in item.findings),
        "through": item.through,
        "entries": item.entries,
    }
    return ReviewVerdict(**(given | changes))


def unreferred() -> Desk:
    desk = Desk()
    desk.opens(referred=False)
    desk.asks()
    desk.closes()
    return desk


def test_the_most_pressing_line_is_first_and_several_signs_outweigh_one() -> None:
    log = told(unreferred(), usual_day(), glass(usual_day()), glass(unreferred()))
    items = listed(log)
    assert [one.id for one in items] == ["enquiry-3", "enquiry-2", "enquiry-0"]
    assert [one.priority for one in items] == [Priority.HIGH, Priority.HIGH, Priority.MEDIUM]
    assert items[0].score == pytest.approx(1 - 0.4 * 0.65)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"rule": Rule.NO_REFERRAL}, ["enquiry-1"]),
        ({"priority": Priority.HIGH}, ["enquiry-0"]),
        ({"principal": "p-worker"}, ["enquiry-0", "enquiry-1"]),
        ({"principal": "p-else"}, []),
        ({"agency": "health"}, []),
        ({"purpose": "S47"}, ["enquiry-0", "enquiry-1"]),
        ({"until": MONDAY}, []),
        ({"since": MONDAY + timedelta(hours=5)}, []),
    ],
)
def test_filters_narrow_the_list(wanted: dict[str, object], ids: list[str]) -> None:
    assert [one.id for one in listed(told(glass(usual_day()), unreferred()), **wanted)] == ids


def test_a_verdict_takes_a_line_off_until_more_than_a_trifle_comes_to_light() -> None:
    desk = unreferred()
    (item,) = listed(told(desk))
    given = verdict(item)
    assert listed(told(desk), given) == []
    (settled,) = listed(told(desk), given, settled=True, judgement=Judgement.JUSTIFIED)
    assert settled.verdict == given
    assert listed(told(desk), given, settled=True, judgement=Judgement.QUERY_RAISED) == []
    assert listed(told(desk), verdict(item, rules=()))
    (again,) = listed(told(glass(desk)), given)
    assert (again.verdict, again.verdicts) == (None, (given,))


def test_a_trifle_is_no_line_by_itself_but_where_its_rule_is_asked_for() -> None:
    def left_open(*, referred: bool) -> Desk:
        desk = Desk(MONDAY - timedelta(days=3))
        desk.opens(referred=referred, hours=1)
        desk.asks()
        return desk

    log, since = told(left_open(referred=True), left_open(referred=False)), MONDAY - timedelta(days=4)
    (pressing,) = listed(log, since=since)
    assert {one.rule for one in pressing.findings} == {Rule.NO_REFERRAL, Rule.NO_OUTCOME}
    assert {one.id for one in listed(log, since=since, rule=Rule.NO_OUTCOME)} == {"enquiry-0", "enquiry-1"}


def test_a_line_of_months_is_judged_under_the_id_by_which_it_was_listed() -> None:
    desk = Desk(MONDAY)
    for _ in range(8):
        desk.refused("role-does-not-use-purpose")
        desk.at += timedelta(days=10)
    whole, lately = Gathering(), Gathering()
    whole.add(desk.facts)
    lately.add(desk.facts[3:])
    everything = {"since": MONDAY, "until": MONDAY + timedelta(days=90)}
    (shown,) = listed(lately.told(), **everything)
    found = line(whole.told(), ground(), {}, shown.id)
    assert found
    assert (found.id, len(found.findings[0].entries)) == (shown.id, 8)
    given = verdict(found)
    assert listed(lately.told(), given, **everything) == listed(whole.told(), given, **everything) == []
    assert line(whole.told(), ground(), {}, "person/p-worker/99") is None


def test_the_sample_is_drawn_by_the_months_key_alone_and_as_large_as_it_should_be() -> None:
    drawn = [number for number in range(20_000) if is_drawn(f"enquiry-{number}", "key of a month", SHARE)]
    assert drawn == [number for number in range(20_000) if is_drawn(f"enquiry-{number}", "key of a month", SHARE)]
    assert 300 < len(drawn) < 500
    other = {number for number in range(20_000) if is_drawn(f"enquiry-{number}", "another key", SHARE)}
    assert len(other & set(drawn)) < 30
    assert not any(is_drawn(f"enquiry-{number}", "key", 0) for number in range(1_000))
    assert all(is_drawn(f"enquiry-{number}", "key", 1) for number in range(1_000))


def test_figures_count_questions_answers_refusals_and_what_was_kept_back() -> None:
    busy, found = usual_day(), Desk(MONDAY, "p-other", roles=("mash_manager", "duty_manager"))
    busy.refused("tier-not-reached")
    busy.facts[4] = msgspec.structs.replace(busy.facts[4], withheld=(Withheld("label-location", 2),))
    found.opens(purpose="SCREEN", subject="else")
    found.asks("find", purpose="SCREEN", subject="else")
    log = told(glass(busy), found)
    since, until = MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)
    figures = {one.of: one for one in statistics(log, {}, since, until, By.PURPOSE)}
    s47, screen = figures["S47"], figures["SCREEN"]
    assert (s47.enquiries, s47.questions, s47.disclosures, s47.refusals, s47.broken_glass) == (1, 2, 2, 1, 1)
    assert (s47.refused_by, s47.withheld_by) == ({"tier-not-reached": 1}, {"label-location": 2})
    assert (s47.median_seconds, s47.finds_without_view, s47.glass_without_verdict, s47.small) == (120.0, 0, 1, True)
    assert (screen.finds_without_view, screen.people) == (1, 1)
    roles = {one.of: one.enquiries for one in statistics(log, {}, since, until, By.ROLE)}
    assert roles == {"duty_manager": 1, "mash_manager": 1, "mash_social_worker": 1}
    assert statistics(log, {}, until, until + timedelta(days=1), By.ROLE) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"random_sample": 1.5},
        {"day_starts": "8"},
        {"day_starts": "18:30", "day_ends": "08:00"},
        {"repeated_refusals": 0},
        {"day_ends": "25:00"},
    ],
)
def test_thresholds_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="review:"):
        Thresholds(**wrong)
