"""Labels as the demo's partners mark them, through the doors of a running hub."""

import json

import pytest

from hub.cli.client import Refused
from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()
FIND = """query ($id: ID!) { findSubject(enquiryId: $id) { sources { source { id } state match explanation
    candidates { givenName familyName birthDate score why { attribute comparison } } rejected { id } } } }"""


def somebody(story: str) -> Person:
    return POPULATION.persons[POPULATION.stories[story]]


def everything(partnership: RunningPartnership, story: str, purpose: str = "S47") -> str:
    """A view and a find, as text."""
    number = somebody(story).nhs_number
    enquiry = partnership.open("mash_social_worker", purpose, number)
    found = partnership.caller("mash_social_worker").ask(FIND, {"id": enquiry})
    return json.dumps([found, partnership.view(purpose=purpose, nhs_number=number)])


@pytest.mark.parametrize("purpose", ["S47", "SCREEN"])
def test_a_clinicians_note_does_not_tell_where_a_fleeing_child_is(partnership: RunningPartnership, purpose) -> None:
    child = somebody("fleeing-child")
    told = everything(partnership, "fleeing-child", purpose)
    street = child.address.line.partition(" ")[2]
    for secret in (child.address.line, street, child.postcode, child.school):
        assert secret not in told
    if purpose == "S47":  # the note is there, without the places
        assert "Mother says they now live at [place withheld]" in told
    assert "label-location-at-risk" in told


def test_a_former_name_is_nowhere(partnership: RunningPartnership) -> None:
    child = somebody("gender-history")
    told = everything(partnership, "gender-history")
    assert not any(alias.given_name in told for alias in child.aliases)
    assert "gender" not in told.casefold().replace("health.gender-history", "")  # withheld from everybody, of anybody


def test_an_adoption_is_named_by_no_source_and_no_rule(partnership: RunningPartnership) -> None:
    child = somebody("adoption")
    told = everything(partnership, "adoption")
    assert child.given_name not in told
    assert child.birth_date.isoformat() not in told
    assert child.address.line not in told
    assert "label-adoption" not in told
    assert "restricted-by-its-owner" in told


def test_sexual_health_is_released_by_its_owner_alone(partnership: RunningPartnership) -> None:
    told = everything(partnership, "sexually-exploited")
    assert "hlamydia" not in told
    assert "label-sexual-health" in told


PAST = """query ($id: ID!, $sources: [ID!]) { findSubject(enquiryId: $id, sources: $sources) { sources {
    source { id } state match candidates { givenName familyName } } } }"""
CONFIRM = """mutation ($input: MatchDecisionInput!) { confirmMatch(input: $input) { sources { state } } }"""
SOURCES = [["social-care"], ["probation", "social-care"]]


def named(child: Person, **otherwise: str) -> dict[str, str]:
    assert child.birth_date
    told = {"givenName": child.given_name, "familyName": child.family_name, "birthDate": child.birth_date.isoformat()}
    return told | otherwise


def past_health(partnership: RunningPartnership, subject: dict[str, str], sources: list[str]) -> list[dict]:
    enquiry = partnership.open("mash_social_worker", "S47", subject=subject)
    told = partnership.caller("mash_social_worker").ask(PAST, {"id": enquiry, "sources": sources})
    return told["findSubject"]["sources"]


@pytest.mark.parametrize("sources", SOURCES)
def test_protection_holds_where_the_source_that_knows_of_it_was_not_selected(
    partnership: RunningPartnership, sources: list[str]
) -> None:
    child = somebody("witness-protection")
    nobody = named(child, givenName="Zebedee", familyName="Quillfeather")
    assert past_health(partnership, named(child), sources) == past_health(partnership, nobody, sources)


def test_a_mistyped_name_does_not_get_round_an_adoption(partnership: RunningPartnership) -> None:
    enquiry = partnership.open("mash_social_worker", "S47", subject=named(somebody("adoption"), givenName="Zed"))
    worker = partnership.caller("mash_social_worker")
    found = worker.ask(FIND.replace("candidates {", "candidates { id"), {"id": enquiry})["findSubject"]["sources"]
    candidates = [one for source in found for one in source["candidates"]]
    assert candidates
    for one in candidates:
        with pytest.raises(Refused) as refused:
            worker.ask(CONFIRM, {"input": {"enquiryId": enquiry, "candidateId": one["id"], "reason": "It is they"}})
        assert refused.value.code == "FORBIDDEN"
