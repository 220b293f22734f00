"""Enquiries through the public door: idempotent, one's own, with an end, and refusals that are recorded."""

import json

import pytest

from hub.cli.client import Refused
from hub.cli.queries import GLASS, OPEN, VIEW
from tests.fixtures.command_line import Command
from tests.fixtures.partnership import RunningPartnership, enquiry_input

READ = "query ($id: ID!) { enquiry(id: $id) { id state purpose openedBy { id } brokenGlassUntil } }"
CLOSE = "mutation ($id: ID!) { closeEnquiry(id: $id) { id state } }"
BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id brokenGlassUntil } }"


REVIEW = "mutation ($id: ID!) { reviewBreakGlass(id: $id) { id reviewedAt reviewedBy } }"


def refused(caller, query, variables) -> Refused:
    with pytest.raises(Refused) as refusal:
        caller.ask(query, variables)
    return refusal.value


def test_opening_twice_under_one_key_gives_one_enquiry(partnership: RunningPartnership):
    worker, sent = partnership.caller("mash_social_worker"), {"input": enquiry_input("S47")}
    assert worker.ask(OPEN, sent)["openEnquiry"]["id"] == worker.ask(OPEN, sent)["openEnquiry"]["id"]


def test_one_key_for_two_different_enquiries_is_a_conflict(partnership: RunningPartnership):
    worker, sent = partnership.caller("mash_social_worker"), enquiry_input("S47")
    worker.ask(OPEN, {"input": sent})
    assert refused(worker, OPEN, {"input": sent | {"reason": "Another reason"}}).code == "CONFLICT"


@pytest.mark.parametrize("number", ["999 100 0004", "123", "not a number"])
def test_a_wrong_nhs_number_is_refused_with_what_to_do_and_is_not_repeated(partnership, number):
    refusal = refused(partnership.caller("mash_social_worker"), OPEN, {"input": enquiry_input("S47", number)})
    assert refusal.code == "BAD_USER_INPUT"
    assert number not in refusal.message


def test_a_closed_enquiry_lets_nobody_read(partnership: RunningPartnership):
    worker, enquiry = partnership.caller("mash_social_worker"), partnership.open("mash_social_worker", "S47")
    assert worker.ask(CLOSE, {"id": enquiry})["closeEnquiry"]["state"] == "CLOSED"
    assert refused(worker, VIEW, {"id": enquiry}).reasons == ("enquiry-closed",)


def test_somebody_elses_enquiry_is_not_ones_own_unless_the_role_may(partnership: RunningPartnership):
    enquiry = partnership.open("mash_social_worker", "S47")
    refusal = refused(partnership.caller("screening_officer"), READ, {"id": enquiry})
    assert refusal.code == "FORBIDDEN"
    assert "enquiry-is-somebody-elses" in refusal.reasons
    assert partnership.caller("mash_manager").ask(READ, {"id": enquiry})["enquiry"]["id"] == enquiry


def test_breaking_the_glass_needs_a_reason_ends_and_is_recorded(partnership: RunningPartnership):
    worker, enquiry = partnership.caller("mash_social_worker"), partnership.open("mash_social_worker", "SCREEN")
    assert refused(worker, BREAK, {"input": {"enquiryId": enquiry, "reason": " "}}).code == "BAD_USER_INPUT"
    broken = worker.ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "The child is in danger now"}})
    assert broken["breakGlass"]["brokenGlassUntil"]
    view = worker.ask(VIEW, {"id": enquiry})["combinedChildView"]
    assert "T3" in {one["tier"] for one in view["findings"] + view["serviceEpisodes"]}
    assert "T4" not in {one["tier"] for one in view["findings"] + view["serviceEpisodes"]}
    kinds = {(one["kind"], one["outcome"]) for one in entries(partnership)}
    assert ("breakGlass", "done") in kinds


def test_a_broken_glass_is_listed_with_its_reason_until_somebody_else_has_looked(partnership: RunningPartnership):
    worker, auditor = partnership.caller("mash_social_worker"), partnership.caller("auditor")
    enquiry = partnership.open("mash_social_worker", "SCREEN")
    worker.ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "Nobody answers the phone"}})

    def waiting() -> list[dict]:
        return [one for one in auditor.ask(GLASS, {})["breakGlassReviews"] if one["enquiryId"] == enquiry]

    (review,) = waiting()
    opener = worker.ask(READ, {"id": enquiry})["enquiry"]["openedBy"]["id"]
    assert (review["reason"], review["openedBy"], review["purpose"]) == ("Nobody answers the phone", opener, "SCREEN")
    assert review["at"] < review["until"]

    assert refused(worker, GLASS, {}).reasons == ("trail-is-for-reviewers",)
    assert set(refused(worker, REVIEW, {"id": review["id"]}).reasons) == {
        "broken-glass-is-for-reviewers",
        "nobody-reviews-their-own-glass",
    }
    assert waiting() == [review]

    reviewed = auditor.ask(REVIEW, {"id": review["id"]})["reviewBreakGlass"]
    assert reviewed["reviewedAt"]
    assert reviewed["reviewedBy"] not in {None, opener}
    assert auditor.ask(REVIEW, {"id": review["id"]})["reviewBreakGlass"] == reviewed
    assert waiting() == []
    recorded = [one["outcome"] for one in entries(partnership) if one["kind"] == "reviewBreakGlass"]
    assert sorted(recorded) == ["done", "done", "refused"]


def test_a_review_that_is_not_there_is_not_found(partnership: RunningPartnership):
    assert refused(partnership.caller("auditor"), REVIEW, {"id": "none"}).code == "NOT_FOUND"


def test_the_command_line_shows_the_reviewers_what_waits(partnership: RunningPartnership, command: Command):
    worker, enquiry = partnership.caller("mash_social_worker"), partnership.open("mash_social_worker", "SCREEN")
    worker.ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "[bold]No answer"}})
    asked = ("audit", "glass", "--url", partnership.url)
    auditor = partnership.caller("auditor").token
    told = command(*asked, "--json", HUB_TOKEN=auditor, COLUMNS="240")
    assert told.code == 0
    listed = [json.loads(line) for line in told.out.splitlines()]
    assert [one["reason"] for one in listed if one["enquiryId"] == enquiry] == ["[bold]No answer"]
    table = command(*asked, HUB_TOKEN=auditor)
    assert (table.code, "[bold]No answer" in table.out) == (0, True)
    told = command(*asked, HUB_TOKEN=worker.token)
    assert (told.code, told.out) == (1, "")
    assert "trail-is-for-reviewers" in told.err


def test_a_refusal_is_evidence_with_its_reasons(partnership: RunningPartnership):
    partnership.refusal("early_help_adviser", "EARLY_HELP")
    assert any("early-help-needs-agreement" in one["reasons"] for one in entries(partnership))


def test_the_log_is_read_only_by_roles_that_may(partnership: RunningPartnership):
    query = "{ auditEntries(first: 5) { edges { node { index } } } }"
    assert refused(partnership.caller("mash_social_worker"), query, {}).code == "FORBIDDEN"


def test_words_sent_in_place_of_an_enquirys_id_stand_in_no_evidence(partnership: RunningPartnership):
    words = "Orla Sampleforth, 12 Acacia Avenue"
    assert refused(partnership.caller("mash_social_worker"), READ, {"id": words}).code == "NOT_FOUND"
    latest = next(one for one in entries(partnership) if one["kind"] == "readEnquiry")
    assert (latest["outcome"], latest["reasons"], latest["enquiryId"]) == ("refused", ["no-such-enquiry"], None)


def entries(partnership: RunningPartnership) -> list[dict]:
    query = """{ auditEntries(first: 100) { edges { node {
        index kind outcome reasons principal purpose enquiryId
        sources { source state categories recordCount } } } } }"""
    told = partnership.caller("auditor").ask(query, {})["auditEntries"]
    return [edge["node"] for edge in told["edges"]]
