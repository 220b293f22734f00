"""An agreement revoked, or a source suspended, while many questions are under way on three workers of one database."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hub.cli.queries import VIEW
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership, answer_of

QUESTIONS = 50
WITHIN = 1.0  # seconds after the change in which something may still leave
SLOW = "youth-justice"  # answers two turns of 1.5 seconds: every question is under way when the change comes
PATIENT = "limits = { evidence_seconds = 10, question_seconds = 20 }\n"

REVOKE = """
mutation Revoke { revokeAgreement(id: "derwentbridge-mash-youth-justice", version: 1, reason: "A test") { id state } }
"""
SUSPEND = 'mutation Suspend { suspendSource(id: "youth-justice", reason: "A test") { id state } }'
OUTCOMES = """
query Outcomes($after: String) {
  auditEntries(first: 100, after: $after) {
    edges { node { enquiryId kind outcome sources { source state recordCount } } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


class Told(NamedTuple):
    """One answer, and when it had come whole."""

    at: float
    view: dict[str, Any]


@pytest.fixture
def workers(fresh_database: str, tmp_path: Path, leaks: Leaks) -> Iterator[tuple[RunningPartnership, list[str]]]:
    """Three hub processes on one PostgreSQL: store and evidence."""
    url = fresh_database.replace("postgresql://", "postgresql+psycopg://")
    with RunningPartnership(tmp_path, leaks.hear) as running:
        yield (
            running,
            [
                running.start_hub(settings=PATIENT, name=name, store=url, audit=fresh_database)
                for name in ("one", "two", "three")
            ],
        )


def _asked_at_once(running: RunningPartnership, urls: list[str], enquiries: list[str]) -> Callable[[], list[Told]]:
    """Ask every question at once, over all workers. The result waits for every answer."""
    told: list[Told] = []

    def ask(place: int, enquiry: str) -> None:
        caller = running.caller("mash_social_worker", urls[place % len(urls)])
        view = caller.ask(VIEW, {"id": enquiry})["combinedChildView"]
        told.append(Told(time.monotonic(), view))

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(enquiries)]
    for thread in threads:
        thread.start()

    def answers() -> list[Told]:
        for thread in threads:
            thread.join(60)
        return told

    return answers


def _until_every_intent_stands(running: RunningPartnership, enquiries: set[str]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        begun = {one["enquiryId"] for one in _entries(running) if one["kind"] == "view"}
        if enquiries <= begun:
            return
    pytest.fail("not every question was begun")


def _entries(running: RunningPartnership) -> list[dict[str, Any]]:
    auditor, entries, after = running.caller("auditor"), [], None
    while True:
        page = auditor.ask(OUTCOMES, {"after": after})["auditEntries"]
        entries += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return entries
        after = page["pageInfo"]["endCursor"]


def _known(view: dict[str, Any]) -> bool:
    """Whether anything of the slow source stands anywhere in a view."""
    named = [*view["findings"], *view["serviceEpisodes"], *(one["node"] for one in view["lifeEvents"]["edges"])]
    return answer_of(view, SLOW)["state"] == "KNOWN" or any(one["source"] == SLOW for one in named)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("change", "role", "state"), [(REVOKE, "ig_lead", "WITHHELD"), (SUSPEND, "connector_admin", "UNAVAILABLE")]
)
def test_nothing_of_a_source_leaves_a_second_after_it_may_not(
    workers: tuple[RunningPartnership, list[str]], change: str, role: str, state: str
):
    running, urls = workers
    assert _known(running.view())  # it was so before
    enquiries = [running.open("mash_social_worker", "S47") for _ in range(QUESTIONS)]
    running.behave(SLOW, "slow")
    answers = _asked_at_once(running, urls, enquiries)
    _until_every_intent_stands(running, set(enquiries))
    running.caller(role, urls[0]).ask(change, {})
    changed = time.monotonic()
    told = answers()
    running.behave(SLOW, "ok")
    assert len(told) == QUESTIONS
    late = [one.view for one in told if one.at > changed + WITHIN]
    assert len(late) > QUESTIONS / 2  # the change came in the middle of them
    assert not [view for view in late if _known(view)]
    assert {answer_of(view, SLOW)["state"] for view in late} == {state}
    recorded = {one["enquiryId"]: one for one in _entries(running) if one["outcome"] == "disclosed"}
    assert set(enquiries) <= recorded.keys()
    evidence = {one["source"]: one for view in late for one in recorded[view["enquiry"]["id"]]["sources"]}
    assert evidence[SLOW] == {"source": SLOW, "state": state, "recordCount": 0}
    assert not _known(running.view())
