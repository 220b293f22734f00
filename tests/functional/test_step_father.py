"""The step-father: a statement of risk in a child protection enquiry, and not looked up on an offer of early help."""

import io
import json
import time

import pytest
from rich.console import Console

from hub.cli.showing import show_view
from hub.demo.behaviour import SLOW_SECONDS
from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import MAIN_CHILD, RunningPartnership, answer_of, states

POPULATION = populate()
AGREED = {
    "givenBy": "Mother",
    "givenOn": "2026-10-01",
    "scope": ["social-care", "health", "youth-justice", "probation"],
}
# What probation is asked about an adult, and never about a child.
ABOUT_HIM = ("/search/probation-cases", "/case/", "/risks/", "/licences/")


def somebody(story: str) -> Person:
    return POPULATION.persons[POPULATION.stories[story]]


LISTED = (MAIN_CHILD, somebody("main-step-father"))
UNLISTED = (somebody("unlisted-step-child").nhs_number, somebody("unlisted-step-father"))
STORIES = pytest.mark.parametrize(("child", "him"), [LISTED, UNLISTED], ids=["listed", "unlisted"])


def entry_of(view: dict, person: Person) -> dict:
    """The one entry that holds what probation knows of somebody."""
    (entry,) = [
        one
        for one in view["network"]
        if person.full_name in (one["name"] or "") and "probation" in {told["source"] for told in one["findings"]}
    ]
    return entry


def words_of(network: list[dict]) -> set[str]:
    """What a practitioner reads about people around the child."""
    told = {person["relationship"] for person in network}
    for person in network:
        told |= {one[part] for one in person["findings"] for part in ("about", "label")}
        told |= {one[part] for one in person["serviceEpisodes"] for part in ("label", "service", "organisation")}
    return told


def asked_of_probation(partnership: RunningPartnership) -> list[str]:
    return (partnership.state / "probation-access.log").read_text().splitlines()


def asked_until_now(partnership: RunningPartnership) -> int:
    """How many requests probation has had, once those that a slow partner still owes to other tests are in."""
    before, now = -1, len(asked_of_probation(partnership))
    while before != now:
        time.sleep(SLOW_SECONDS + 0.2)
        before, now = now, len(asked_of_probation(partnership))
    return now


@STORIES
def test_in_a_child_protection_enquiry_he_stands_once_as_a_risk_with_everybody_who_knows_him(
    partnership: RunningPartnership, child: str, him: Person
):
    view = partnership.view("mash_social_worker", "S47", child)
    entry = entry_of(view, him)
    assert {"probation"} < {one["source"]["id"] for one in entry["sources"]}
    assert "Safeguarding concerns: a child is at risk from this person" in {one["label"] for one in entry["findings"]}
    alerts = [one for one in view["alerts"] if one["source"] == "probation"]
    assert alerts
    assert "an adult around the child" not in {one["about"] for one in alerts}, "he is named, so they say who he is"
    assert not [words for words in words_of(view["network"]) if words.startswith("hub:")], "no code stands for words"


@STORIES
def test_on_an_offer_of_early_help_nobody_asks_probation_about_him(
    partnership: RunningPartnership, child: str, him: Person
):
    before = asked_until_now(partnership)
    view = partnership.view("early_help_adviser", "EARLY_HELP", child, familyAgreement=AGREED)
    asked = asked_of_probation(partnership)[before:]
    assert not [one for one in asked if any(part in one for part in ABOUT_HIM)]
    told = json.dumps(view)
    assert him.family_name not in told
    assert view["network"] == []
    assert [one for one in view["alerts"] if one["source"] == "probation"] == []
    withheld = {one["category"]: one for one in view["withheld"] if one["source"] == "probation"}
    assert "early-help-stays-with-the-child" in withheld["probation.supervision"]["reasons"]
    assert withheld["probation.supervision"]["contact"]


def test_probation_would_have_been_heard_if_it_had_been_asked(partnership: RunningPartnership):
    before = asked_until_now(partnership)
    partnership.view("mash_social_worker", "S47", UNLISTED[0])
    asked = asked_of_probation(partnership)[before:]
    assert [one for one in asked if "/search/probation-cases" in one]


def test_a_case_that_does_not_name_the_child_is_found_and_said_to_be(partnership: RunningPartnership):
    child, him = UNLISTED
    view = partnership.view("mash_social_worker", "S47", child)
    assert states(view)["probation"] == "KNOWN"
    answer = answer_of(view, "probation")
    assert "has no record of this child" in answer["explanation"]
    assert "one adult whom another source names" in answer["explanation"]
    assert answer["recordCount"] > 0
    entry = entry_of(view, him)
    assert {one["source"]["id"] for one in entry["sources"]} == {"social-care", "health", "probation"}
    assert {told["source"] for told in entry["relationships"]} == {"social-care", "health"}
    assert {one["about"] for one in entry["findings"]} == {"step-father"}
    assert "to this child" not in json.dumps([one for one in view["findings"] if one["source"] == "probation"])


def test_the_evidence_says_what_probation_was_asked_about_him(partnership: RunningPartnership):
    receipt = partnership.view("mash_social_worker", "S47", UNLISTED[0])["receipt"]
    entries = partnership.caller("auditor").ask(
        """query { auditEntries(first: 5) { edges { node {
            index sources { source state categories recordCount } } } } }""",
        {},
    )["auditEntries"]["edges"]
    (outcome,) = [one["node"] for one in entries if one["node"]["index"] == receipt["outcomeIndex"]]
    (told,) = [one for one in outcome["sources"] if one["source"] == "probation"]
    assert told["state"] == "KNOWN"
    assert {"existence", "probation.risk-of-serious-harm"} <= set(told["categories"])
    assert told["recordCount"] > 0


def test_a_partner_that_fails_meanwhile_is_no_reassurance(partnership: RunningPartnership):
    partnership.behave("probation", "down")
    try:
        view = partnership.view("mash_social_worker", "S47", UNLISTED[0])
    finally:
        partnership.behave("probation", "ok")
    answer = answer_of(view, "probation")
    assert answer["state"] == "UNAVAILABLE"
    assert "not reassurance" in answer["explanation"]


def test_the_mother_stands_once_with_every_source_that_names_her(partnership: RunningPartnership):
    mothers = [one for one in partnership.view()["network"] if one["relationship"] == "mother"]
    (mother,) = mothers
    assert {one["source"]["id"] for one in mother["sources"]} == {"social-care", "health", "youth-justice"}


def test_the_command_line_shows_all_of_it_in_any_terminal(partnership: RunningPartnership):
    view = partnership.view("mash_social_worker", "S47", UNLISTED[0])
    for width in (40, 80, 160):
        page = io.StringIO()
        show_view(view, Console(file=page, width=width))
        assert "…" not in page.getvalue(), f"nothing is cut at {width} columns"
        assert UNLISTED[1].family_name in page.getvalue()
    page = io.StringIO()
    show_view(view, Console(file=page, width=40))
    squeezed = "".join(page.getvalue().split())
    for told in [one["explanation"] for one in view["sources"]] + [one["label"] for one in view["alerts"]]:
        assert "".join(told.split()) in squeezed
