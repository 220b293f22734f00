"""A partner whose person decides: under review, then known, or withheld for good."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.cli.client import Refused
from hub.cli.queries import VIEW
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import PATIENT, RunningPartnership, answer_of

YOT = "youth-justice"
REP, OTHER_REP = "p-partner-rep-youth-justice", "p-partner-rep-health"
WHO = "the youth justice duty manager"
DECIDING = f'\n[deciding]\npurposes = ["S47"]\nwho = "{WHO}"\n'

WAITING = "query { holderReviews { id source state purpose urgency dueAt secondsLeft who localId } }"
DECIDE = """
mutation Decide($input: DecideHolderReviewInput!) { decideHolderReview(input: $input) { id state reason words } }
"""
ENTRIES = """
query Entries {
  auditEntries(first: 50) { edges { node { kind outcome reasons enquiryId sources { source state recordCount } } } }
}
"""


@pytest.fixture(scope="module")
def deciding(tmp_path_factory: pytest.TempPathFactory, leaks: Leaks) -> Iterator[RunningPartnership]:
    """The demo's partners, where youth justice has a person decide every child protection enquiry."""
    state: Path = tmp_path_factory.mktemp("deciding")
    with RunningPartnership(state, leaks.hear) as running:
        manifest = state / "manifests" / f"{YOT}.toml"
        manifest.write_text(manifest.read_text() + DECIDING)
        running.start_hub(settings=PATIENT)
        yield running


def viewed(running: RunningPartnership, enquiry: str) -> dict[str, Any]:
    view: dict[str, Any] = running.caller("mash_social_worker").ask(VIEW, {"id": enquiry})["combinedChildView"]
    return view


def waiting(running: RunningPartnership, who: str = REP) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = running.caller(who).ask(WAITING, {})["holderReviews"]
    return told


def decide(running: RunningPartnership, review: str, who: str = REP, **decision: Any) -> dict[str, Any]:
    told: dict[str, Any] = running.caller(who).ask(DECIDE, {"input": {"id": review, **decision}})["decideHolderReview"]
    return told


def asked(running: RunningPartnership) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A new enquiry, its first view, and the review that it opened."""
    before = {one["id"] for one in waiting(running)}
    enquiry = running.open("mash_social_worker", "S47")
    view = viewed(running, enquiry)
    (review,) = [one for one in waiting(running) if one["id"] not in before]
    return enquiry, view, review


def test_whoever_asks_sees_who_decides_and_by_when(deciding: RunningPartnership):
    _, view, review = asked(deciding)
    answer = answer_of(view, YOT)
    assert answer["state"] == "UNDER_REVIEW"
    assert answer["recordCount"] == 0
    assert answer["deciding"]["who"] == WHO
    assert WHO in answer["explanation"]
    assert "not reassurance" in answer["explanation"]
    assert not [one for one in view["findings"] if one["source"] == YOT]
    others = {one["source"]["id"]: one["state"] for one in view["sources"] if one["source"]["id"] != YOT}
    assert set(others.values()) == {"KNOWN"}
    assert (review["state"], review["purpose"], review["urgency"]) == ("PENDING", "S47", "AMBER")
    assert 0 < review["secondsLeft"] <= 24 * 3600
    assert review["localId"]  # the holder's own name for the person


def test_a_question_stands_once_on_the_list_however_often_it_is_asked(deciding: RunningPartnership):
    enquiry, _, review = asked(deciding)
    again = answer_of(viewed(deciding, enquiry), YOT)
    assert (again["state"], again["elapsedMs"]) == ("UNDER_REVIEW", 0)  # it was not even called
    assert again["deciding"]["by"] == review["dueAt"]
    assert len([one for one in waiting(deciding) if one["id"] == review["id"]]) == 1


def test_what_the_holder_permits_is_known_from_then_on(deciding: RunningPartnership):
    enquiry, _, review = asked(deciding)
    assert decide(deciding, review["id"], permit=True)["state"] == "PERMITTED"
    view = viewed(deciding, enquiry)
    assert answer_of(view, YOT)["state"] == "KNOWN"
    assert [one for one in view["findings"] if one["source"] == YOT]
    assert review["id"] not in {one["id"] for one in waiting(deciding)}


def test_what_the_holder_declines_stays_withheld_with_the_reason(deciding: RunningPartnership):
    enquiry, _, review = asked(deciding)
    words = "Phone us first: the family does not know"
    decide(deciding, review["id"], permit=False, reason="holder-more-detrimental", words=words)
    answer = answer_of(viewed(deciding, enquiry), YOT)
    assert answer["state"] == "WITHHELD"
    assert "more detrimental" in answer["explanation"]
    assert words in answer["explanation"]
    entries = [edge["node"] for edge in deciding.caller("auditor").ask(ENTRIES, {})["auditEntries"]["edges"]]
    (act,) = [one for one in entries if one["kind"] == "decideHolderReview" and one["outcome"] == "done"][:1]
    assert {"holder-denied", "holder-more-detrimental"} <= set(act["reasons"])
    assert [one["source"] for one in act["sources"]] == [YOT]


def test_the_first_decision_stands(deciding: RunningPartnership):
    _, _, review = asked(deciding)
    decide(deciding, review["id"], permit=False, reason="holder-not-relevant")
    with pytest.raises(Refused, match="first decision stands") as refusal:
        decide(deciding, review["id"], permit=True)
    assert refusal.value.code == "CONFLICT"


@pytest.mark.parametrize(
    ("who", "rules"),
    [
        (OTHER_REP, {"nobody-decides-for-another-holder"}),
        ("mash_social_worker", {"nobody-decides-for-another-holder", "nobody-decides-their-own-question"}),
        ("auditor", {"nobody-decides-for-another-holder"}),
    ],
)
def test_nobody_decides_for_another_holder(deciding: RunningPartnership, who: str, rules: set[str]):
    _, _, review = asked(deciding)
    with pytest.raises(Refused) as refusal:
        decide(deciding, review["id"], who, permit=True)
    assert set(refusal.value.reasons) == rules
    assert review["id"] in {one["id"] for one in waiting(deciding)}
    assert review["id"] not in {one["id"] for one in waiting(deciding, OTHER_REP)}


@pytest.mark.parametrize(
    "decision",
    [{"permit": False}, {"permit": True, "reason": "holder-not-relevant"}, {"permit": False, "reason": "because"}],
)
def test_a_decision_without_its_reason_is_refused(deciding: RunningPartnership, decision: dict[str, Any]):
    _, _, review = asked(deciding)
    with pytest.raises(Refused) as refusal:
        decide(deciding, review["id"], **decision)
    assert (refusal.value.code, refusal.value.reasons) == ("BAD_USER_INPUT", ("review-reason",))


def test_another_purpose_is_answered_at_once(deciding: RunningPartnership):
    assert answer_of(deciding.view(role="mash_social_worker", purpose="CIN_ASSESS"), YOT)["state"] == "KNOWN"


def test_a_decision_outlives_the_hub_that_took_it(deciding: RunningPartnership):
    enquiry, _, review = asked(deciding)
    decide(deciding, review["id"], permit=True)
    deciding.processes.kill("hub")
    deciding.start_hub(settings=PATIENT)
    assert answer_of(viewed(deciding, enquiry), YOT)["state"] == "KNOWN"
