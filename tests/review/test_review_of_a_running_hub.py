"""Review through the hub's public door: search, story, work list, verdicts, flags, staff and figures."""

import secrets
from typing import Any

import pytest

from hub.cli.audit_queries import FLAG, FLAGS, LIFT, NOTE_STAFF, STATISTICS, STORY, VERDICT, WORK_LIST
from hub.cli.client import Refused
from hub.cli.queries import ENTRIES, FIND, GLASS, VIEW
from hub.demo.population import populate
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()
KNOWN = POPULATION.persons[POPULATION.stories["near-name"]]
BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id } }"
CLOSE = "mutation ($id: ID!) { closeEnquiry(id: $id) { id } }"
WHY = "CANARY the school says the child is in danger tonight"


def named() -> dict[str, Any]:
    assert KNOWN.birth_date
    return {"familyName": KNOWN.family_name, "givenName": KNOWN.given_name, "birthDate": KNOWN.birth_date.isoformat()}


def numbered() -> dict[str, Any]:
    return {"nhsNumber": KNOWN.nhs_number}


def found_by(partnership: RunningPartnership, person: dict[str, Any]) -> set[str]:
    """The enquiries that an auditor finds who names somebody so."""
    given = {name: value for name, value in person.items() if name != "givenName"}
    told = partnership.caller("auditor").ask(ENTRIES, {"first": 100, "filter": {"person": given}})["auditEntries"]
    return {edge["node"]["enquiryId"] for edge in told["edges"] if edge["node"]["enquiryId"]}


def line_of(partnership: RunningPartnership, enquiry: str, **wanted: Any) -> dict[str, Any]:
    """The line about an enquiry, on whichever page it stands."""
    asked: dict[str, Any] = {"first": 100, "after": None, "filter": {"settled": None, **wanted}}
    found: list[dict[str, Any]] = []
    while True:
        told = partnership.caller("auditor").ask(WORK_LIST, asked)["auditWorkList"]
        found += [edge["node"] for edge in told["edges"] if edge["node"]["enquiryId"] == enquiry]
        if not told["pageInfo"]["hasNextPage"]:
            (line,) = found
            return line
        asked["after"] = told["pageInfo"]["endCursor"]


def rules_of(partnership: RunningPartnership, enquiry: str) -> set[str]:
    return {found["rule"] for found in line_of(partnership, enquiry)["findings"]}


def acts_of(partnership: RunningPartnership, kind: str) -> list[dict[str, Any]]:
    """The newest entries of one kind."""
    told = partnership.caller("auditor").ask(ENTRIES, {"first": 10, "filter": {"kind": kind}})["auditEntries"]
    return [one["node"] for one in told["edges"]]


def test_a_child_asked_for_by_name_is_found_by_number_and_the_other_way_round(partnership: RunningPartnership) -> None:
    worker = partnership.caller("mash_social_worker")
    by_name = partnership.open("mash_social_worker", "S47", subject=named())
    by_number = partnership.open("mash_social_worker", "S47", subject=numbered())
    for enquiry in (by_name, by_number):
        worker.ask(VIEW, {"id": enquiry})
    assert {by_name, by_number} <= found_by(partnership, numbered()) & found_by(partnership, named())


def test_what_was_searched_for_is_in_the_log_and_no_value_of_it(partnership: RunningPartnership) -> None:
    found_by(partnership, numbered())
    newest = partnership.caller("auditor").ask(ENTRIES, {"first": 2})["auditEntries"]["edges"][1]["node"]
    assert (newest["kind"], newest["reasons"][0]) == ("auditEntries", "by:person")
    assert str(KNOWN.nhs_number) not in str(newest)
    partnership.caller("auditor").ask(ENTRIES, {"first": 1, "filter": {"principal": "p-mash-social-worker"}})
    reasons = acts_of(partnership, "auditEntries")[1]["reasons"]
    assert any(one.startswith("principal:") for one in reasons)
    assert "p-mash-social-worker" not in str(reasons)


def test_filters_by_kind_agency_role_and_enquiry_go_together(partnership: RunningPartnership) -> None:
    enquiry = partnership.open("mash_social_worker", "S47")
    partnership.caller("mash_social_worker").ask(FIND, {"id": enquiry})
    ask = partnership.caller("auditor").ask
    given = {"enquiryId": enquiry, "agency": "social-care", "role": "mash_social_worker", "kind": "find"}
    told = ask(ENTRIES, {"first": 10, "filter": given})["auditEntries"]["edges"]
    assert [one["node"]["outcome"] for one in told] == ["disclosed", "asked"]
    for name, other in {"agency": "health", "role": "dsl", "kind": "view", "enquiryId": "x" * 24}.items():
        assert ask(ENTRIES, {"first": 10, "filter": given | {name: other}})["auditEntries"]["edges"] == []


def test_the_story_tells_an_enquiry_from_opening_to_closing(partnership: RunningPartnership) -> None:
    worker = partnership.caller("mash_manager")
    enquiry = partnership.open("mash_manager", "S47", urgency="RED", referralId="referral-7")
    worker.ask(FIND, {"id": enquiry})
    worker.ask(BREAK, {"input": {"enquiryId": enquiry, "reason": WHY}})
    worker.ask(VIEW, {"id": enquiry})
    worker.ask(CLOSE, {"id": enquiry})
    with pytest.raises(Refused):
        worker.ask(VIEW, {"id": enquiry})
    story = partnership.caller("auditor").ask(STORY, {"id": enquiry})["enquiryStory"]
    assert (story["purpose"], story["urgency"], story["referred"]) == ("S47", "RED", True)
    assert (story["openedBy"], story["agency"], story["differences"]) == ("p-mash-manager", "social-care", [])
    done = [(one["kind"], one["outcome"]) for one in story["steps"] if one["outcome"] != "asked"]
    assert done == [
        ("openEnquiry", "done"),
        ("find", "disclosed"),
        ("breakGlass", "done"),
        ("view", "disclosed"),
        ("closeEnquiry", "done"),
        ("combinedChildView", "refused"),
    ]
    indexes = [one["index"] for one in story["steps"]]
    assert indexes == sorted(set(indexes))
    assert [one["words"] for one in story["steps"] if one["kind"] == "breakGlass"] == [None, WHY]
    view = next(one for one in story["steps"] if (one["kind"], one["outcome"]) == ("view", "disclosed"))
    assert view["brokenGlass"]
    assert {one["state"] for one in view["sources"]} <= {"KNOWN", "NOT_KNOWN", "WITHHELD", "UNDER_REVIEW"}
    kept_back = [ruling for one in view["sources"] for back in one["withheld"] for ruling in back["rulings"]]
    assert all(one["says"] for one in kept_back)


def test_a_broken_glass_waits_until_somebody_else_gives_a_verdict(partnership: RunningPartnership) -> None:
    enquiry = partnership.open("mash_manager", "S47")
    partnership.caller("mash_manager").ask(BREAK, {"input": {"enquiryId": enquiry, "reason": WHY}})
    partnership.caller("mash_manager").ask(VIEW, {"id": enquiry})
    line = line_of(partnership, enquiry)
    assert {"break-glass", "no-referral"} <= {found["rule"] for found in line["findings"]}
    assert (line["priority"], line["waiting"], line["principal"]) == ("HIGH", True, "p-mash-manager")
    given = {"item": line["id"], "judgement": "justified", "reason": "CANARY rang the manager"}
    with pytest.raises(Refused) as refused:
        partnership.caller("mash_manager").ask(VERDICT, {"input": given})
    assert "verdicts-are-for-reviewers" in refused.value.reasons
    judged = partnership.caller("auditor").ask(VERDICT, {"input": given})["recordVerdict"]
    assert (judged["waiting"], judged["verdicts"][0]["by"]) == (False, "p-auditor")
    glasses = partnership.caller("auditor").ask(GLASS, {})["breakGlassReviews"]
    assert enquiry not in [one["enquiryId"] for one in glasses]
    waiting = partnership.caller("auditor").ask(WORK_LIST, {"first": 100, "filter": {}})["auditWorkList"]["edges"]
    assert enquiry not in [one["node"]["enquiryId"] for one in waiting]
    line_of(partnership, enquiry, judgement="justified")
    steps = partnership.caller("auditor").ask(STORY, {"id": enquiry})["enquiryStory"]["steps"]
    assert [one["outcome"] for one in steps if one["kind"] == "recordVerdict"] == ["asked", "done"]
    partnership.caller("mash_manager").ask(VIEW, {"id": enquiry})
    assert line_of(partnership, enquiry)["waiting"], "more was disclosed since the verdict"


def test_staff_and_flags_are_compared_by_keyed_hashes_alone(partnership: RunningPartnership) -> None:
    staff = [{"principal": "p-mash-social-worker", "familyNames": [KNOWN.family_name + "-Other"], "postcodes": []}]
    assert partnership.caller("dpo").ask(NOTE_STAFF, {"staff": staff})["noteStaff"] == 1
    flag = partnership.caller("auditor").ask(FLAG, {"input": {"kind": "colleague", "person": numbered()}})["flagPerson"]
    enquiry = partnership.open("mash_social_worker", "S47", subject=named(), referralId="r")
    partnership.caller("mash_social_worker").ask(VIEW, {"id": enquiry})
    assert {"same-surname", "flagged-person"} <= rules_of(partnership, enquiry)
    partnership.caller("auditor").ask(LIFT, {"id": flag["id"]})
    assert flag["id"] not in [one["id"] for one in partnership.caller("auditor").ask(FLAGS, {})["personFlags"]]
    lines = acts_of(partnership, "flagPerson")
    assert sum(f"flag-id:{flag['id']}" in one["reasons"] for one in lines) == 4  # set and lifted, each announced
    assert "principal:p-mash-social-worker" in acts_of(partnership, "noteStaff")[0]["reasons"]
    own = [{"principal": "p-dpo", "familyNames": ["Else"], "postcodes": []}]
    with pytest.raises(Refused):
        partnership.caller("dpo").ask(NOTE_STAFF, {"staff": own})
    assert "nobody-notes-their-own-marks" in acts_of(partnership, "noteStaff")[0]["reasons"]
    assert "flagged-person" in rules_of(partnership, enquiry)  # what was done while it stood is judged by it
    later = partnership.open("mash_social_worker", "S47", subject=named(), referralId="r")
    partnership.caller("mash_social_worker").ask(VIEW, {"id": later})
    assert "flagged-person" not in rules_of(partnership, later)
    partnership.caller("dpo").ask(
        "mutation ($p: String!) { forgetStaff(principal: $p) }", {"p": "p-mash-social-worker"}
    )
    for kept in partnership.state.glob("**/*.db*"):
        content = kept.read_bytes()
        assert str(KNOWN.nhs_number).encode() not in content or "hub" not in kept.name


def test_figures_tell_questions_and_refusals_by_role(partnership: RunningPartnership) -> None:
    enquiry = partnership.open("mash_social_worker", "S47")
    partnership.caller("mash_social_worker").ask(VIEW, {"id": enquiry})
    for by, name in {"ROLE": "mash_social_worker", "AGENCY": "social-care", "PURPOSE": "S47"}.items():
        told = partnership.caller("auditor").ask(STATISTICS, {"by": by})["auditStatistics"]["figures"]
        (ours,) = [one for one in told if one["of"] == name]
        assert ours["questions"] >= ours["disclosures"] >= 1
        assert ours["medianSeconds"] > 0


def test_pages_of_the_list_follow_each_other_and_count_all(partnership: RunningPartnership) -> None:
    for _ in range(3):
        enquiry = partnership.open("mash_manager", "S47")
        partnership.caller("mash_manager").ask(BREAK, {"input": {"enquiryId": enquiry, "reason": WHY}})
    ask = partnership.caller("auditor").ask
    wanted = {"rule": "break-glass", "principal": "p-mash-manager"}
    whole = ask(WORK_LIST, {"first": 100, "filter": wanted})["auditWorkList"]
    first = ask(WORK_LIST, {"first": 2, "filter": wanted})["auditWorkList"]
    after = first["pageInfo"]["endCursor"]
    second = ask(WORK_LIST, {"first": 100, "after": after, "filter": wanted})["auditWorkList"]
    assert first["total"] == second["total"] == len(whole["edges"]) >= 3
    ids = [edge["node"]["id"] for page in (first, second) for edge in page["edges"]]
    assert ids == [edge["node"]["id"] for edge in whole["edges"]]
    with pytest.raises(Refused):
        ask(WORK_LIST, {"first": 5, "filter": {"from": "2001-01-01T00:00:00Z"}})


@pytest.mark.parametrize("role", ["mash_manager", "caldicott_guardian", "performance_analyst"])
def test_the_work_list_is_for_reviewers_and_a_refusal_is_evidence(partnership: RunningPartnership, role: str) -> None:
    with pytest.raises(Refused) as refused:
        partnership.caller(role).ask(WORK_LIST, {"first": 1, "filter": {}})
    assert refused.value.reasons == ("work-list-is-for-reviewers",)
    told = partnership.caller("auditor").ask(ENTRIES, {"first": 5, "filter": {"kind": "auditWorkList"}})
    assert told["auditEntries"]["edges"][0]["node"]["outcome"] == "refused"


def test_a_story_that_nobody_wrote_is_not_found(partnership: RunningPartnership) -> None:
    for unknown in (secrets.token_urlsafe(18), "not an id", "x" * 5_000):
        with pytest.raises(Refused) as refused:
            partnership.caller("auditor").ask(STORY, {"id": unknown})
        assert refused.value.code == "NOT_FOUND"


def test_nobody_judges_their_own_access(partnership: RunningPartnership) -> None:
    staff = [{"principal": "p-x", "familyNames": ["X"], "postcodes": []}]
    for _ in range(5):
        with pytest.raises(Refused):
            partnership.caller("auditor").ask(NOTE_STAFF, {"staff": staff})
    wanted = {"first": 100, "filter": {"rule": "repeated-refusals", "principal": "p-auditor"}}
    (edge,) = partnership.caller("auditor").ask(WORK_LIST, wanted)["auditWorkList"]["edges"]
    given = {"item": edge["node"]["id"], "judgement": "justified", "reason": "CANARY I did nothing"}
    with pytest.raises(Refused) as refused:
        partnership.caller("auditor").ask(VERDICT, {"input": given})
    assert refused.value.reasons[-1] == "nobody-judges-their-own-access"
    judged = partnership.caller("dpo").ask(VERDICT, {"input": given | {"judgement": "query-raised"}})["recordVerdict"]
    assert judged["verdicts"][0]["judgement"] == "query-raised"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"item": "x" * 24, "judgement": "justified", "reason": "CANARY"}, "no-such-line"),
        ({"item": "person/nobody/999999999", "judgement": "justified", "reason": "CANARY"}, "no-such-line"),
        ({"item": "x" * 9_000, "judgement": "justified", "reason": "CANARY"}, "item"),
        ({"item": "x" * 24, "judgement": "guilty", "reason": "CANARY"}, "code-unknown"),
        ({"item": "x" * 24, "judgement": "justified", "reason": " "}, "reason-blank"),
    ],
)
def test_a_verdict_on_nothing_says_what_to_send(
    partnership: RunningPartnership, given: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        partnership.caller("auditor").ask(VERDICT, {"input": given})
    assert reason in refused.value.reasons
