"""Where the store says otherwise than the log, the story says so and goes by the log."""

import sqlite3
from typing import Any

import pytest

from hub.cli.audit_queries import STORY
from tests.fixtures.partnership import RunningPartnership

FORGET_GLASS = "DELETE FROM break_glass_reviews WHERE enquiry_id = ?"
BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id } }"


def story(partnership: RunningPartnership, enquiry: str) -> dict[str, Any]:
    told: dict[str, Any] = partnership.caller("auditor").ask(STORY, {"id": enquiry})["enquiryStory"]
    return told


def broken(partnership: RunningPartnership, reason: str = "CANARY tonight") -> str:
    enquiry = partnership.open("mash_manager", "S47", urgency="RED")
    partnership.caller("mash_manager").ask(BREAK, {"input": {"enquiryId": enquiry, "reason": reason}})
    assert story(partnership, enquiry)["differences"] == []
    return enquiry


def alter(partnership: RunningPartnership, statement: str, *values: str) -> None:
    """What somebody with the store's database can do."""
    with sqlite3.connect(partnership.state / "hub.db", timeout=10) as connection:
        connection.execute(statement, values)
    connection.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE break_glass_reviews SET sealed = zeroblob(60) WHERE enquiry_id = ?", "was altered"),
        (FORGET_GLASS, "the store has 0 reasons"),
        ("UPDATE enquiries SET purpose = 'SCREEN' WHERE id = ?", "row in the store was altered"),
        (
            "UPDATE enquiries SET closed_at = '2026-01-01 00:00:00.000000' WHERE id = ?",
            "store says that it was closed",
        ),
    ],
)
def test_what_was_changed_in_the_store_is_said(partnership: RunningPartnership, change: str, said: str) -> None:
    enquiry = broken(partnership)
    alter(partnership, change, enquiry)
    told = story(partnership, enquiry)
    (difference,) = told["differences"]
    assert said in difference
    assert (told["purpose"], told["openedBy"], told["urgency"]) == ("S47", "p-mash-manager", "RED")


def test_an_enquiry_whose_row_is_gone_has_its_story_still(partnership: RunningPartnership) -> None:
    enquiry = broken(partnership)
    alter(partnership, FORGET_GLASS, enquiry)
    alter(partnership, "DELETE FROM enquiries WHERE id = ?", enquiry)
    told = story(partnership, enquiry)
    assert told["differences"][0] == "The enquiry's row is missing from the store."
    assert [one["kind"] for one in told["steps"] if one["outcome"] == "done"][:2] == ["openEnquiry", "breakGlass"]


def test_a_reason_put_in_anothers_place_is_not_shown_for_it(partnership: RunningPartnership) -> None:
    first, second = broken(partnership, "CANARY one"), broken(partnership, "CANARY two")
    alter(partnership, FORGET_GLASS, first)
    alter(partnership, "UPDATE break_glass_reviews SET enquiry_id = ? WHERE enquiry_id = ?", first, second)
    told = story(partnership, first)
    assert "was altered" in told["differences"][0]
    assert [one["words"] for one in told["steps"] if one["kind"] == "breakGlass"] == [None, None]
