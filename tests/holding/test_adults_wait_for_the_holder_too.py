"""Where a person at probation decides, nobody around the child is told of from there before that, or against it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.cli.queries import VIEW
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import PATIENT, RunningPartnership, answer_of

PROBATION = "probation"
REP = "p-partner-rep-probation"
UNLISTED = "999 100 2804"  # probation supervises the step-father, in a case that names no child
LISTED = "999 100 0003"
DECIDING = '\n[deciding]\npurposes = ["S47"]\nwho = "the probation duty desk"\n'
WAITING = "query { holderReviews { id } }"
DECIDE = "mutation ($input: DecideHolderReviewInput!) { decideHolderReview(input: $input) { state } }"


@pytest.fixture(scope="module")
def deciding(tmp_path_factory: pytest.TempPathFactory, leaks: Leaks) -> Iterator[RunningPartnership]:
    state: Path = tmp_path_factory.mktemp("adults-decided")
    with RunningPartnership(state, leaks.hear) as running:
        manifest = state / "manifests" / f"{PROBATION}.toml"
        manifest.write_text(manifest.read_text() + DECIDING)
        running.start_hub(settings=PATIENT)
        yield running


def viewed(running: RunningPartnership, enquiry: str) -> dict[str, Any]:
    view: dict[str, Any] = running.caller("mash_social_worker").ask(VIEW, {"id": enquiry})["combinedChildView"]
    return view


def of_probation(view: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything of probation anywhere in a view."""
    shown = [*view["findings"], *view["alerts"], *view["serviceEpisodes"]]
    shown += [edge["node"] for edge in view["lifeEvents"]["edges"]]
    for one in view["network"]:
        shown += [*one["findings"], *one["serviceEpisodes"]]
    return [one for one in shown if one["source"] == PROBATION]


@pytest.mark.parametrize("child", [LISTED, UNLISTED])
@pytest.mark.parametrize("permit", [True, False])
def test_the_step_father_waits_for_the_holder(deciding: RunningPartnership, child: str, *, permit: bool):
    enquiry = deciding.open("mash_social_worker", "S47", child)
    before = viewed(deciding, enquiry)
    assert answer_of(before, PROBATION)["state"] == "UNDER_REVIEW"
    assert of_probation(before) == []
    (review,) = deciding.caller(REP).ask(WAITING, {})["holderReviews"]
    decision = {"id": review["id"], "permit": permit} | ({} if permit else {"reason": "holder-more-detrimental"})
    deciding.caller(REP).ask(DECIDE, {"input": decision})
    after = viewed(deciding, enquiry)
    assert answer_of(after, PROBATION)["state"] == ("KNOWN" if permit else "WITHHELD")
    assert bool(of_probation(after)) is permit
