"""A partner that fails is a state in the answer, never silence, and never harms the others."""

import time
from collections.abc import Iterator

import pytest

from tests.fixtures.partnership import RunningPartnership, states

DEADLINE_SECONDS = 4.0
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
    began = time.perf_counter()
    view = misbehaving.view()
    took = time.perf_counter() - began
    assert states(view) == states(healthy) | {partner: EXPECTED[word]}
    if partner == "probation":  # others may mark a location at risk, so their silence hides whereabouts
        assert from_others(view, partner) == from_others(healthy, partner)
    elapsed = [one["elapsedMs"] for one in view["sources"]]
    assert max(elapsed) <= DEADLINE_SECONDS * 1000 + 100
    assert took < DEADLINE_SECONDS + 2  # opening the enquiry included
    (failed,) = [one for one in view["sources"] if one["source"]["id"] == partner]
    assert "not reassurance" in failed["explanation"]
    assert failed["source"]["contact"] in failed["explanation"]


def test_a_slow_partner_is_waited_for_within_the_deadline(misbehaving):
    misbehaving.behave("probation", "slow")
    assert states(misbehaving.view())["probation"] in {"KNOWN", "TIMED_OUT"}


def test_a_child_who_was_never_linked_is_not_called_unknown_while_a_source_is_down(misbehaving):
    misbehaving.behave("health", "down")
    view = misbehaving.view(nhs_number="999 100 0011")
    assert states(view)["health"] == "UNAVAILABLE"
