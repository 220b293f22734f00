"""A partner that fails is a state in the answer, never silence, and never harms the others."""

import time
from collections.abc import Iterator

import pytest

from hub.cli.queries import VIEW
from tests.fixtures.partnership import RunningPartnership, answer_of, states

DEADLINE_SECONDS = 4.0
GRACE_SECONDS = 0.1  # what docs/promises.md allows on top of the deadline
NOISE_SECONDS = 0.5  # the client's own loop, its connection and decoding, on a test machine that others use too
SLOW_SECONDS = 1.0  # a slow partner waits longer than this before each reply
EXPECTED = {"down": "UNAVAILABLE", "hang": "TIMED_OUT", "garbage": "BAD_DATA", "wrong-child": "BAD_DATA"}


@pytest.fixture
def misbehaving(partnership: RunningPartnership) -> Iterator[RunningPartnership]:
    yield partnership
    for partner in ("social-care", "health", "youth-justice", "probation"):
        partnership.behave(partner, "ok")
    _until_all_known(partnership)


def _until_all_known(partnership: RunningPartnership) -> None:
    """Breakers close again after their pause."""
    until = time.monotonic() + 30
    while set(states(partnership.view()).values()) != {"KNOWN"}:
        assert time.monotonic() < until, "the partners did not recover"
        time.sleep(0.5)


def timed_view(partnership: RunningPartnership) -> tuple[dict, float]:
    """A view under an enquiry that was opened before, and the seconds that the view alone took."""
    enquiry, worker = partnership.open("mash_social_worker", "S47"), partnership.caller("mash_social_worker")
    began = time.perf_counter()
    view = worker.ask(VIEW, {"id": enquiry})["combinedChildView"]
    return view, time.perf_counter() - began


def record_counts(view: dict, failing: str) -> dict[str, int]:
    """How many records each other source sent.

    While a source that may know of a location at risk is silent, records that tell where somebody is
    are withheld from every source; they are counted here too. Fields that are withheld are no records.
    """
    told = {one["source"]["id"]: one["recordCount"] for one in view["sources"] if one["source"]["id"] != failing}
    for one in view["withheld"]:
        whole = one["category"] not in {"place", "professional.base"}
        if whole and one["source"] in told and one["reasons"] == ["location-protection-unknown"]:
            told[one["source"]] += one["count"]
    return told


def from_others(view: dict, failing: str) -> dict:
    """What the other sources told, as far as both views' first page of the timeline reaches."""
    told = {part: [one for one in view[part] if one["source"] != failing] for part in ("serviceEpisodes", "findings")}
    events = [edge["node"] for edge in view["lifeEvents"]["edges"]]
    told["lifeEvents"] = [one for one in events if one["source"] != failing][:30]
    return told


@pytest.mark.parametrize("word", sorted(EXPECTED))
@pytest.mark.parametrize("partner", ["probation", "health", "youth-justice", "social-care"])
def test_a_failing_partner_has_its_own_state_and_the_others_are_unchanged(misbehaving, partner, word):
    healthy = misbehaving.view()
    misbehaving.behave(partner, word)
    view, seconds = timed_view(misbehaving)
    assert states(view) == states(healthy) | {partner: EXPECTED[word]}
    assert record_counts(view, partner) == record_counts(healthy, partner)
    if partner == "probation":  # others may mark a location at risk, so their silence hides whereabouts
        assert from_others(view, partner) == from_others(healthy, partner)
    assert max(one["elapsedMs"] for one in view["sources"]) <= (DEADLINE_SECONDS + GRACE_SECONDS) * 1000
    assert seconds <= DEADLINE_SECONDS + GRACE_SECONDS + NOISE_SECONDS
    failed = answer_of(view, partner)
    assert "not reassurance" in failed["explanation"]
    assert failed["source"]["contact"] in failed["explanation"]


@pytest.mark.parametrize("partner", ["social-care", "health", "youth-justice"])
def test_a_slow_partner_is_waited_for_within_the_deadline(misbehaving, partner):
    healthy = misbehaving.view()
    misbehaving.behave(partner, "slow")
    view, seconds = timed_view(misbehaving)
    slow = answer_of(view, partner)
    assert slow["state"] == "KNOWN"
    assert SLOW_SECONDS * 1000 <= slow["elapsedMs"] <= DEADLINE_SECONDS * 1000
    assert slow["recordCount"] == answer_of(healthy, partner)["recordCount"]
    assert seconds <= DEADLINE_SECONDS + GRACE_SECONDS + NOISE_SECONDS


def test_a_slow_partner_that_needs_more_turns_than_the_deadline_holds_times_out(misbehaving):
    """Probation is asked for what it knows in three turns, one after the other."""
    healthy = misbehaving.view()
    misbehaving.behave("probation", "slow")
    view, seconds = timed_view(misbehaving)
    assert states(view) == states(healthy) | {"probation": "TIMED_OUT"}
    assert seconds <= DEADLINE_SECONDS + GRACE_SECONDS + NOISE_SECONDS


def test_a_child_who_was_never_linked_is_not_called_unknown_while_a_source_is_down(misbehaving):
    misbehaving.behave("health", "down")
    view = misbehaving.view(nhs_number="999 100 0011")
    assert states(view)["health"] == "UNAVAILABLE"
