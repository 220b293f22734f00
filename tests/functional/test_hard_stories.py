"""Stories that go wrong in real hubs: protected people, twins, somebody else's name, an enquiry closed meanwhile."""

import json
import threading
import time
from datetime import date

import pytest

from hub.cli.client import Refused
from hub.cli.queries import ENTRIES, VIEW
from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership, states

POPULATION = populate()
UNKNOWN = "999 123 4551"
PATIENCE_SECONDS = 20.0
BREAK = "mutation ($input: BreakGlassInput!) { breakGlass(input: $input) { id } }"
CLOSE = "mutation ($id: ID!) { closeEnquiry(id: $id) { id } }"
FIND = """query ($id: ID!) { findSubject(enquiryId: $id) { sources { source { id } state match
    candidates { id givenName familyName birthDate score probability why { attribute comparison } } } } }"""


def somebody(story: str) -> Person:
    return POPULATION.persons[POPULATION.stories[story]]


def whole(person: Person) -> dict:
    return {
        "givenName": person.given_name,
        "familyName": person.family_name,
        "birthDate": person.birth_date.isoformat(),
        "nhsNumber": person.nhs_number,
    }


def untimed(view: dict) -> dict:
    told = json.loads(json.dumps(view))
    for name in ("enquiry", "receipt", "generatedAt"):
        del told[name]
    for source in told["sources"]:
        del source["asOf"]
    return told


def test_somebody_under_witness_protection_cannot_be_told_from_somebody_nobody_knows(partnership: RunningPartnership):
    protected = partnership.view(nhs_number=somebody("witness-protection").nhs_number)
    assert untimed(protected) == untimed(partnership.view(nhs_number=UNKNOWN))


def test_nor_can_they_be_told_in_a_find(partnership: RunningPartnership):
    worker, found = partnership.caller("mash_social_worker"), []
    for number in (somebody("witness-protection").nhs_number, UNKNOWN):
        enquiry = partnership.open("mash_social_worker", "S47", number)
        found.append(worker.ask(FIND, {"id": enquiry})["findSubject"])
    assert found[0] == found[1]


@pytest.mark.parametrize("purpose", ["S47", "SCREEN"])
def test_nothing_tells_where_a_fleeing_child_is(partnership: RunningPartnership, purpose):
    for story in ("fleeing-child", "fleeing-mother"):
        person = somebody(story)
        hidden = {person.address.line, person.postcode, person.phone, person.school} - {None, ""}
        told = json.dumps(partnership.view(purpose=purpose, nhs_number=somebody("fleeing-child").nhs_number))
        assert hidden
        assert not [value for value in hidden if value in told]


def test_a_number_with_somebody_elses_name_is_nobody_certain(partnership: RunningPartnership):
    partnership.view()  # links exist for the number alone
    other = {"nhsNumber": "999 100 0003", "givenName": "Zed", "familyName": "Otherperson", "birthDate": "2018-01-01"}
    view = partnership.view(subject=other)
    assert "KNOWN" not in states(view).values()
    assert view["alerts"] == view["serviceEpisodes"] == view["findings"] == []


def test_one_view_never_holds_two_twins(partnership: RunningPartnership):
    one, other = somebody("twin"), somebody("other-twin")
    assert (one.family_name, one.birth_date) == (other.family_name, other.birth_date)
    view = partnership.view(subject=whole(other) | {"nhsNumber": one.nhs_number})
    given = {told["value"].split()[0] for told in view["child"]["names"]}
    assert len(given & {one.given_name, other.given_name}) <= 1


def test_a_broken_glass_serves_only_who_broke_it(partnership: RunningPartnership):
    worker, enquiry = partnership.caller("mash_social_worker"), partnership.open("mash_social_worker", "SCREEN")
    worker.ask(BREAK, {"input": {"enquiryId": enquiry, "reason": "In danger now"}})
    mine = worker.ask(VIEW, {"id": enquiry})["combinedChildView"]
    theirs = partnership.caller("duty_manager").ask(VIEW, {"id": enquiry})["combinedChildView"]
    assert "T3" in {one["tier"] for one in mine["findings"]}
    assert "T3" not in {one["tier"] for one in theirs["findings"]}


def _until_asked(partnership: RunningPartnership, enquiry: str) -> None:
    """That a view began is evidence before any partner is asked."""
    auditor, began = partnership.caller("auditor"), time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        edges = auditor.ask(ENTRIES, {"first": 20})["auditEntries"]["edges"]
        if any((one["node"]["enquiryId"], one["node"]["kind"]) == (enquiry, "view") for one in edges):
            return
    pytest.fail("no view began")


def test_an_enquiry_closed_while_answers_are_gathered_discloses_nothing(partnership: RunningPartnership):
    worker, enquiry = partnership.caller("mash_social_worker"), partnership.open("mash_social_worker", "S47")
    partnership.behave("youth-justice", "slow")
    outcome: list[object] = []

    def ask() -> None:
        try:
            outcome.append(worker.ask(VIEW, {"id": enquiry}))
        except Refused as refusal:
            outcome.append(refusal)

    asking = threading.Thread(target=ask)
    try:
        asking.start()
        _until_asked(partnership, enquiry)
        worker.ask(CLOSE, {"id": enquiry})
        asking.join(30)
    finally:
        partnership.behave("youth-justice", "ok")
    (refusal,) = outcome
    assert isinstance(refusal, Refused)
    assert refusal.reasons == ("enquiry-closed",)


def test_an_odd_search_does_not_close_a_source_for_everybody(partnership: RunningPartnership):
    for _ in range(6):
        with pytest.raises(Refused) as refusal:
            partnership.view(subject={"familyName": "\u0000x", "birthDate": date(2011, 5, 14).isoformat()})
        assert refusal.value.code == "BAD_USER_INPUT"
    assert states(partnership.view())["social-care"] == "KNOWN"


def test_many_questions_in_one_request_are_refused(partnership: RunningPartnership):
    enquiry = partnership.open("mash_social_worker", "S47")
    many = " ".join(f"a{n}: findSubject(enquiryId: $id) {{ enquiryId }}" for n in range(6))
    with pytest.raises(Refused) as refusal:
        partnership.caller("mash_social_worker").ask(f"query ($id: ID!) {{ {many} }}", {"id": enquiry})
    assert "graphql-disclosures" in refusal.value.reasons


@pytest.mark.parametrize("part", ["alerts { label }", "lifeEvents { edges { node { label } } }", "child { conflicts }"])
def test_asking_for_less_raises_no_false_alarm_about_codes(partnership: RunningPartnership, part):
    enquiry = partnership.open("mash_social_worker", "S47")
    query = f"query ($id: ID!) {{ combinedChildView(enquiryId: $id) {{ sources {{ explanation }} {part} }} }}"
    view = partnership.caller("mash_social_worker").ask(query, {"id": enquiry})["combinedChildView"]
    assert not [one["explanation"] for one in view["sources"] if "codes" in one["explanation"]]
