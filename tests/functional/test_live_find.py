"""A live find through the hub's door: how each source is searched, and what a view makes of it."""

from datetime import date
from typing import Any

from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership, answer_of

POPULATION = populate()
RHYS = POPULATION.persons[POPULATION.stories["disagreeing-sources"]]
AIDAN = POPULATION.persons[POPULATION.stories["near-name"]]
FIND = """query ($id: ID!, $widen: Boolean) { findSubject(enquiryId: $id, widen: $widen) { sources {
    source { id } state match explanation steps { step found }
    candidates { givenName familyName birthDate probability why { attribute comparison } } } } }"""


def named(person: Person) -> dict[str, Any]:
    assert person.birth_date
    born = person.birth_date.isoformat()
    return {"givenName": person.given_name, "familyName": person.family_name, "birthDate": born}


def found(partnership: RunningPartnership, subject: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Each source's find, by the source's id."""
    enquiry = partnership.open("mash_social_worker", "S47", subject=subject)
    answer = partnership.caller("mash_social_worker").ask(FIND, {"id": enquiry, **more})["findSubject"]
    return {one["source"]["id"]: one for one in answer["sources"]}


def steps(find: dict[str, Any]) -> dict[str, int | None]:
    return {one["step"]: one["found"] for one in find["steps"]}


def test_sources_that_wrote_a_child_down_otherwise_find_him_by_wider_steps(partnership: RunningPartnership) -> None:
    finds = found(partnership, named(RHYS))
    assert steps(finds["health"]) == {"exact": 1}
    assert steps(finds["social-care"])["transposed-date"] == 1
    assert steps(finds["youth-justice"])["homophone"] == 1
    assert finds["health"]["match"] == "MATCH"
    assert finds["youth-justice"]["match"] == "POTENTIAL"  # another given name in the same family: for a person
    told = {one["attribute"]: one["comparison"] for one in finds["social-care"]["candidates"][0]["why"]}
    assert "other way round" in told["birth date"]


def test_a_view_says_that_somebody_waits_for_a_person_and_asks_nothing_of_that_source(
    partnership: RunningPartnership,
) -> None:
    view = partnership.view(subject=named(RHYS))
    waiting = answer_of(view, "youth-justice")
    assert waiting["state"] == "WITHHELD"
    assert "1 possible match(es) that nobody has confirmed" in waiting["explanation"]
    assert waiting["recordCount"] == 0


def test_names_the_other_way_round_find_the_child(partnership: RunningPartnership) -> None:
    told = named(AIDAN)
    finds = found(partnership, told | {"givenName": told["familyName"], "familyName": told["givenName"]})
    assert steps(finds["social-care"])["swapped-names"] == 1
    assert steps(finds["health"])["homophone"] == 1  # a phonetic search does not ask which name is which
    for source in ("health", "social-care"):
        assert finds[source]["match"] in {"MATCH", "POTENTIAL"}


def test_a_birth_date_known_in_part_finds_by_its_range(partnership: RunningPartnership) -> None:
    assert AIDAN.birth_date
    year = AIDAN.birth_date.year
    in_part = {
        "givenName": AIDAN.given_name,
        "familyName": AIDAN.family_name,
        "bornFrom": date(year, 1, 1).isoformat(),
        "bornTo": date(year, 12, 31).isoformat(),
    }
    finds = found(partnership, in_part)
    for source in ("health", "social-care"):
        assert steps(finds[source])["exact"] == 1
        assert AIDAN.given_name in {one["givenName"] for one in finds[source]["candidates"]}


def test_every_source_that_knows_nobody_was_searched_to_the_end(partnership: RunningPartnership) -> None:
    finds = found(
        partnership, {"givenName": "Zebedee", "familyName": "Quillfeather", "birthDate": "2013-04-05"}, widen=True
    )
    assert {one["state"] for one in finds.values()} == {"NOT_KNOWN"}
    assert all(steps(one)["no-given-name"] == 0 for one in finds.values())


def test_no_postcode_confirms_that_a_child_at_risk_lives_there(partnership: RunningPartnership) -> None:
    """With another family name she is found by what does not tell a place, or not at all; a guess changes nothing."""
    fleeing = POPULATION.persons[POPULATION.stories["fleeing-child"]]
    stranger = {"givenName": fleeing.given_name, "familyName": "Quillfeather", "birthDate": str(fleeing.birth_date)}
    right, wrong = (found(partnership, stranger | {"postcode": one}) for one in (fleeing.postcode, "ZZ9 9ZZ"))
    assert right == wrong
    assert all(steps(right[source])["partial-postcode"] == 0 for source in ("health", "social-care"))
