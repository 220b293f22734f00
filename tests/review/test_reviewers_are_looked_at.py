"""Signs that reviewers and their helpers could otherwise keep from the list."""

from datetime import timedelta

import msgspec
import pytest
from reviewed_facts import MONDAY, Desk, flagged, ground, marks, weights

from hub.audit.leaf import Outcome, Stage
from hub.domain.acts import Action
from hub.domain.review import Priority, Rule
from hub.review.told import Gathering
from hub.review.work_list import Wanted, work_list


def test_every_emergency_is_looked_at() -> None:
    desk = Desk()
    desk.opens(purpose="EMERGENCY")
    assert weights(desk.case, ground(now=desk.at))[Rule.EMERGENCY] == 0.3
    night = Desk(MONDAY + timedelta(hours=14))
    night.opens(purpose="EMERGENCY")
    assert weights(night.case, ground(now=night.at))[Rule.EMERGENCY] == 0.2


def test_a_lifted_flag_counts_until_it_was_lifted() -> None:
    desk = Desk()
    asked = desk.opens()
    (flag,) = flagged("subject")
    for lifted, found in ((asked.at + timedelta(seconds=1), True), (asked.at, False)):
        on = ground(now=desk.at, flags=(msgspec.structs.replace(flag, lifted_at=lifted),))
        assert (Rule.FLAGGED_PERSON in weights(desk.case, on)) is found


def test_a_name_is_made_common_by_nobody_who_was_only_asked_about() -> None:
    desk, gathering = Desk(), Gathering()
    for one in range(10):
        desk.opens(subject=f"made-up-{one}", near=frozenset({"name"}))
        desk.asks(subject=f"made-up-{one}", near=frozenset({"name"}))  # told of, and nobody knows them
    gathering.add(desk.facts)
    assert gathering.told().share("name") == 0
    known = Desk()
    for one in range(10):
        about = {"subject": f"child-{one}", "near": frozenset({"name"})}
        known.fact("view", Outcome.DISCLOSED, Stage.OUTCOME, index=1000 + one, records=1, **about)
    gathering.add(known.facts)
    assert gathering.told().share("name") == 1


@pytest.mark.parametrize("kind", [Action.READ_AUDIT, Action.REPORT_ACCESS])
def test_reading_the_log_about_a_flagged_person_or_oneself_makes_a_line(kind: Action) -> None:
    desk, gathering = Desk(), Gathering()
    desk.fact(kind, Outcome.DONE, enquiry_id=None)
    desk.fact(kind, Outcome.DONE, enquiry_id=None, subject="else", people=frozenset({"else"}))
    gathering.add(desk.facts)
    wanted = Wanted(since=MONDAY, until=MONDAY + timedelta(days=1))
    for on in (ground(flags=flagged("subject")), ground(staff=marks(people={"subject"}))):
        (line,) = work_list(gathering.told(), on, {}, wanted)
        assert (line.id, line.priority, line.askers) == ("person/p-worker/0", Priority.HIGH, {"p-worker"})
        assert line.findings[0].entries == (0,)
    assert work_list(gathering.told(), ground(flags=flagged("nobody")), {}, wanted) == []
