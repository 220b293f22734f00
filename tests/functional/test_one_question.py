"""One question about one child, answered live by four partner systems."""

import pytest

from tests.fixtures.partnership import RunningPartnership, states

ALL_FOUR = {"social-care", "health", "youth-justice", "probation"}


def test_the_main_child_is_known_to_all_four_sources_with_records_from_each(partnership: RunningPartnership):
    view = partnership.view()
    assert states(view) == dict.fromkeys(ALL_FOUR, "KNOWN")
    assert all(one["recordCount"] > 0 for one in view["sources"])
    assert view["withheld"]
    assert view["receipt"]["outcomeIndex"] > view["receipt"]["intentIndex"] >= 0
    assert view["alerts"]


def test_records_of_every_kind_come_from_where_they_live(partnership: RunningPartnership):
    view = partnership.view()
    said = {one["source"] for part in ("serviceEpisodes", "findings") for one in view[part]}
    happened = {edge["node"]["source"] for edge in view["lifeEvents"]["edges"]}
    around = {one["source"] for person in view["network"] for one in person["findings"]}
    assert {"social-care", "health", "youth-justice"} <= said
    assert "health" in happened
    assert "probation" in around


def test_identity_keeps_its_sources(partnership: RunningPartnership):
    child = partnership.view()["child"]
    assert {told["source"] for told in child["names"]} == ALL_FOUR
    assert {told["value"] for told in child["nhsNumber"]} == {"9991000003"}


def test_an_unknown_child_is_not_known_and_nothing_is_implied(partnership: RunningPartnership):
    view = partnership.view(nhs_number="999 123 4551")
    assert set(states(view).values()) <= {"NOT_KNOWN", "NOT_ASKED"}
    assert states(view)["health"] == "NOT_KNOWN"


def test_the_same_question_twice_gives_the_same_records(partnership: RunningPartnership):
    first, second = partnership.view(), partnership.view()
    for part in ("child", "alerts", "serviceEpisodes", "findings", "lifeEvents", "network", "withheld"):
        assert untimed(first[part]) == untimed(second[part]), part


def untimed(told):
    """What was told, without when and how fast."""
    if isinstance(told, dict):
        return {name: untimed(value) for name, value in told.items() if name not in {"asOf", "elapsedMs", "cursor"}}
    return [untimed(one) for one in told] if isinstance(told, list) else told


OTHERS_NAMED = ("mash_social_worker", "S47", '(sources: ["social-care"])', "serviceEpisodes { source }")

NO_HEALTH_DATA = {
    "no source is named": (
        "mash_social_worker",
        "S47",
        "(sources: [])",
        "child { names { value } } findings { label }",
    ),
    "findings, of which a screening officer may have none": ("screening_officer", "SCREEN", "", "findings { label }"),
    "alerts, of which a screening officer may have none": ("screening_officer", "SCREEN", "", "alerts { label }"),
    "events, of which a screening officer may have none": (
        "screening_officer",
        "SCREEN",
        "",
        "lifeEvents { edges { node { label } } }",
    ),
}


def asked(
    partnership: RunningPartnership, role: str, purpose: str, named: str, selection: str
) -> tuple[dict, list[str]]:
    """The view that a selection gives, and the requests that reached the health system meanwhile."""
    enquiry, log = partnership.open(role, purpose), partnership.state / "health-access.log"
    arguments = f"(enquiryId: $id, {named.strip('()')})" if named else "(enquiryId: $id)"
    query = f"query ($id: ID!) {{ combinedChildView{arguments} {{ sources {{ source {{ id }} state }} {selection} }} }}"
    before = len(log.read_text().splitlines())  # the health system notes each request in a line before it answers
    view = partnership.caller(role).ask(query, {"id": enquiry})["combinedChildView"]
    return view, log.read_text().splitlines()[before:]


def test_naming_other_sources_asks_health_for_no_record_but_whether_the_child_must_not_be_found(
    partnership: RunningPartnership,
):
    view, requests = asked(partnership, *OTHERS_NAMED)
    assert {one.split()[0] for one in requests} <= {"Patient"}  # a search for marks: docs/adr/0013
    assert states(view)["health"] == "NOT_ASKED"


@pytest.mark.parametrize("what", NO_HEALTH_DATA)
def test_a_query_that_selects_no_health_data_makes_no_health_call(partnership: RunningPartnership, what: str):
    role, purpose, named, selection = NO_HEALTH_DATA[what]
    view, requests = asked(partnership, role, purpose, named, selection)
    assert requests == []
    assert states(view).keys() == ALL_FOUR
    assert states(view)["health"] == "NOT_ASKED"
    _, requests = asked(partnership, role, purpose, "", "serviceEpisodes { label }")
    assert requests, "health would have been heard if it had been asked"


def test_naming_one_source_asks_that_one_alone(partnership: RunningPartnership):
    view, _ = asked(partnership, *OTHERS_NAMED)
    assert states(view) == dict.fromkeys(ALL_FOUR - {"social-care"}, "NOT_ASKED") | {"social-care": "KNOWN"}
    assert {one["source"] for one in view["serviceEpisodes"]} == {"social-care"}


def test_find_says_who_knows_the_child_and_nothing_more(partnership: RunningPartnership):
    enquiry = partnership.open("screening_officer", "SCREEN")
    query = """query ($id: ID!) { findSubject(enquiryId: $id) { sources {
        source { id } state match explanation
        candidates {
            id givenName familyName birthDate score probability linked why { attribute comparison weight } } } } }"""
    found = partnership.caller("screening_officer").ask(query, {"id": enquiry})["findSubject"]["sources"]
    assert {one["source"]["id"]: one["match"] for one in found} == dict.fromkeys(ALL_FOUR, "MATCH")
    assert all(one["candidates"][0]["why"] for one in found)


def test_sources_purposes_and_viewer_answer_without_an_enquiry(partnership: RunningPartnership):
    query = (
        "{ viewer { id agency roles } purposes { code legalBasis tiers } sources { id kind state coverage contact } }"
    )
    told = partnership.caller("mash_social_worker").ask(query, {})
    assert told["viewer"]["roles"] == ["mash_social_worker"]
    assert "S47" in {one["code"] for one in told["purposes"]}
    assert {one["id"] for one in told["sources"]} == ALL_FOUR
