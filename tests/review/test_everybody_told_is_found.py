"""Evidence is found by everybody it tells of; somebody under witness protection leaves what nobody leaves."""

import sqlite3
from collections import Counter

import pytest

from hub.cli.queries import FIND, VIEW
from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()
PROTECTED = POPULATION.persons[POPULATION.stories["witness-protection"]]
KNOWN = POPULATION.persons[POPULATION.stories["near-name"]]
HASHES = """
SELECT leaves.stage, count(*) FROM audit_also AS also JOIN audit_leaves AS leaves ON leaves.idx = also.idx
WHERE leaves.enquiry = ? GROUP BY leaves.idx, leaves.stage ORDER BY leaves.idx
"""


def by_number(person: Person) -> dict[str, object]:
    return {"nhsNumber": person.nhs_number}


def by_name(person: Person) -> dict[str, object]:
    assert person.birth_date
    born = person.birth_date.isoformat()
    return {"givenName": person.given_name, "familyName": person.family_name, "birthDate": born}


NOBODY = {"nhsNumber": "999 123 4551"}
NOBODY_NAMED = {"givenName": "Zebedee", "familyName": "Quillfeather", "birthDate": by_name(PROTECTED)["birthDate"]}


def left_by(partnership: RunningPartnership, subject: dict[str, object], query: str) -> list[tuple[str, int]]:
    """How many further keyed hashes each entry of an enquiry about somebody is found by."""
    enquiry = partnership.open("mash_social_worker", "S47", subject=subject)
    partnership.caller("mash_social_worker").ask(query, {"id": enquiry})
    with sqlite3.connect(f"file:{partnership.state}/hub-audit.db?mode=ro", uri=True) as connection:
        found = connection.execute(HASHES, (enquiry,)).fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("query", [FIND, VIEW])
@pytest.mark.parametrize(
    ("protected", "nobody", "known"),
    [(by_number(PROTECTED), NOBODY, by_number(KNOWN)), (by_name(PROTECTED), NOBODY_NAMED, by_name(KNOWN))],
)
def test_a_protected_child_is_found_by_no_more_than_nobody_is(
    partnership: RunningPartnership,
    query: str,
    protected: dict[str, object],
    nobody: dict[str, object],
    known: dict[str, object],
) -> None:
    assert left_by(partnership, protected, query) == left_by(partnership, nobody, query)
    assert Counter(dict(left_by(partnership, known, query)))["outcome"] >= 1
