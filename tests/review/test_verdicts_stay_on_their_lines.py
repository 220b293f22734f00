"""A verdict stays on the line it was given on, whatever the line is called by then, and spares what it is about."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from reviewed_facts import MONDAY, Desk, flagged, ground

from hub.audit.leaf import Outcome
from hub.audit.reader import EntryPage, EntryQuery
from hub.domain.acts import Action
from hub.domain.review import Judgement, ReviewVerdict, Rule
from hub.review.facts import Fact
from hub.review.finding import Ground
from hub.review.spared import Reach, in_dispute
from hub.review.told import Gathering, Told
from hub.review.work_list import Item, Wanted, line, work_list

WHOLE = Wanted(MONDAY - timedelta(days=400), MONDAY + timedelta(days=400), settled=None)
EVERYTHING = Reach("2028-01", (), {})


class Log:
    """Entries of a log that holds no more than these facts."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = facts

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        theirs = [one for one in self._facts if one.principal == query.principal]
        page = tuple(one for one in theirs if after is None or one.index > after)
        return EntryPage(page, has_next=False, through=page[-1].index if page else after)  # type: ignore[arg-type]


def told(facts: Sequence[Fact]) -> Told:
    gathering = Gathering()
    gathering.add(facts)
    return gathering.told()


def refused_on(*days: int) -> list[Fact]:
    """Refusals about a child each, on these days."""
    desk = Desk()
    for day in days:
        desk.at = MONDAY + timedelta(days=day)
        desk.refused("purpose-not-for-role", subject=f"child-{day}")
    return desk.facts


def given(item: Item | None, judgement: Judgement, days: int = 100, **kept: tuple[int, ...]) -> ReviewVerdict:
    assert item is not None
    return ReviewVerdict(
        id=f"{item.id}-{days}", item=item.id, enquiry_id=item.enquiry_id, principal=item.principal, judgement=judgement,
        reason="Why", by="p-dpo", at=MONDAY + timedelta(days=days), rules=tuple(one.rule for one in item.findings),
        through=item.through, **{"entries": item.entries} | kept,
    )  # fmt: skip


def by_item(*verdicts: ReviewVerdict) -> dict[str, list[ReviewVerdict]]:
    found: dict[str, list[ReviewVerdict]] = {}
    for one in verdicts:
        found.setdefault(one.item, []).append(one)
    return found


async def spared(facts: Sequence[Fact], *verdicts: ReviewVerdict) -> list[int]:
    return sorted(await in_dispute(by_item(*verdicts), EVERYTHING, Log(facts)))


def readings() -> tuple[list[Fact], Ground]:
    """Somebody has the log searched about a child, and then about somebody who is flagged."""
    desk = Desk(who="p-auditor", roles=("auditor",))
    desk.fact(Action.READ_AUDIT, Outcome.DONE, enquiry_id=None, subject="else", people=frozenset({"else"}))
    desk.fact(Action.READ_AUDIT, Outcome.DONE, enquiry_id=None)
    return desk.facts, ground(now=MONDAY + timedelta(days=9), flags=flagged("subject"))


@pytest.mark.parametrize("doings", [readings(), (refused_on(0, 20, 40, 41, 42), ground())])
def test_every_line_is_found_by_its_id_and_settled_by_a_verdict_on_it(doings: tuple[list[Fact], Ground]) -> None:
    facts, on = doings
    (listed,) = work_list(told(facts), on, {}, WHOLE)
    found = line(told(facts), on, {}, listed.id)
    assert found == listed
    verdicts = by_item(given(found, Judgement.QUERY_RAISED))
    assert work_list(told(facts), on, verdicts, WHOLE._replace(settled=False)) == []
    (queried,) = work_list(told(facts), on, verdicts, WHOLE._replace(judgement=Judgement.QUERY_RAISED))
    assert queried.id == listed.id


@pytest.mark.parametrize("entry", range(5))
async def test_all_that_a_line_holds_is_spared_by_whichever_of_its_entries_it_was_judged(entry: int) -> None:
    facts = refused_on(0, 20, 40, 41, 42)
    judged = line(told(facts), ground(), {}, f"person/p-worker/{entry}")
    assert await spared(facts, given(judged, Judgement.MISUSE_SUSPECTED)) == [0, 1, 2, 3, 4]


async def test_a_later_verdict_settles_an_earlier_one_on_the_same_line_under_another_id() -> None:
    facts = refused_on(0, 20, 40, 41, 42)
    (listed,) = work_list(told(facts), ground(), {}, WHOLE)
    misuse = given(line(told(facts), ground(), {}, "person/p-worker/4"), Judgement.MISUSE_SUSPECTED)
    justified = given(listed, Judgement.JUSTIFIED, days=101)
    assert misuse.item != justified.item
    (now,) = work_list(told(facts), ground(), by_item(misuse, justified), WHOLE)
    assert now.verdict == justified
    assert await spared(facts, misuse, justified) == []
    again = given(now, Judgement.QUERY_RAISED, days=102)
    assert await spared(facts, misuse, justified, again) == [0, 1, 2, 3, 4]


async def test_a_verdict_settles_nothing_on_another_line_of_the_same_person() -> None:
    facts = refused_on(0, 1, 2, 200, 201, 202)
    first, second = sorted(work_list(told(facts), ground(), {}, WHOLE), key=lambda one: one.since)
    misuse, justified = given(first, Judgement.MISUSE_SUSPECTED), given(second, Judgement.JUSTIFIED, days=300)
    assert await spared(facts, misuse, justified) == [0, 1, 2]


def test_a_line_that_less_of_the_log_shows_bears_the_verdict_on_all_of_it() -> None:
    facts = refused_on(*range(0, 80, 10))
    justified = given(line(told(facts), ground(), {}, "person/p-worker/0"), Judgement.JUSTIFIED)
    (lately,) = work_list(told(facts[3:]), ground(), by_item(justified), WHOLE)
    assert lately.verdict == justified


async def test_of_a_verdict_whose_entries_nobody_kept_all_doings_up_to_it_are_spared() -> None:
    facts = refused_on(0, 20, 40, 41, 42)
    (listed,) = work_list(told(facts), ground(), {}, WHOLE)
    old = given(listed, Judgement.MISUSE_SUSPECTED, entries=())
    assert await spared(facts, old) == [0, 1, 2, 3, 4]
    (now,) = work_list(told(facts), ground(), by_item(old), WHOLE)
    assert now.verdict == old
    assert await spared(facts, old, given(now, Judgement.JUSTIFIED, days=101)) == []


def test_a_trifle_on_which_somebody_came_to_something_is_shown_with_it() -> None:
    desk = Desk()
    desk.opens(hours=1)
    desk.asks("view")
    on = ground(thresholds={"random_sample": 0})
    assert work_list(told(desk.facts), on, {}, WHOLE) == []
    verdicts = by_item(given(line(told(desk.facts), on, {}, "enquiry"), Judgement.MISUSE_SUSPECTED))
    for wanted in (WHOLE, WHOLE._replace(judgement=Judgement.MISUSE_SUSPECTED, settled=True)):
        (shown,) = work_list(told(desk.facts), on, verdicts, wanted)
        assert [one.rule for one in shown.findings] == [Rule.NO_OUTCOME]
    assert work_list(told(desk.facts), on, verdicts, WHOLE._replace(settled=False)) == []
