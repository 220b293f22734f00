"""What the content of an entry tells whoever is given a proof of it: nothing of whom nobody may be told of."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.cli.queries import VIEW
from hub.demo.population import populate
from hub.domain.disclosures import RESTRICTED, shown_reasons
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()
PROTECTED = POPULATION.persons[POPULATION.stories["witness-protection"]]
KNOWN = POPULATION.persons[POPULATION.stories["near-name"]]
FIND = "query ($id: ID!) { findSubject(enquiryId: $id) { sources { state } } }"
NEWEST = """query { auditEntries(first: 4, filter: { outcome: "disclosed" }) { edges { node { index enquiryId } } } }"""
PROOF = "query ($index: Int!) { auditProof(index: $index) { leaf } }"
STATISTICS = """query ($from: DateTime!, $to: DateTime!) {
    auditStatistics(from: $from, to: $to, by: PURPOSE) { figures { withheldBy { name } } } }"""
ONCE = frozenset({"at", "request_id", "enquiry_id", "salt"})  # another in each leaf
HASHES = frozenset({"subject", "also", "others", "near", "words"})
Described = dict[str, Any]


def leaf_of(partnership: RunningPartnership, subject: Described, question: str) -> dict[str, Any]:
    """The whole content of the entry that says what was disclosed."""
    enquiry = partnership.open("mash_social_worker", "S47", subject=subject)
    partnership.caller("mash_social_worker").ask(question, {"id": enquiry})
    auditor = partnership.caller("auditor")
    nodes = [one["node"] for one in auditor.ask(NEWEST, {})["auditEntries"]["edges"]]
    (index,) = [one["index"] for one in nodes if one["enquiryId"] == enquiry]
    content = auditor.ask(PROOF, {"index": index})["auditProof"]["leaf"]
    leaf: dict[str, Any] = json.loads(base64.b64decode(content))
    return leaf


def shape(leaf: dict[str, Any]) -> dict[str, Any]:
    """Every value; of hashes how many there are, and of what is another in each leaf nothing."""
    told = {name: value for name, value in leaf.items() if name not in ONCE | HASHES}
    return told | {name: len(leaf[name] or ()) for name in HASHES}


def by_number(number: str | None) -> Described:
    return {"nhsNumber": number}


def by_name(given: str, family: str) -> Described:
    assert PROTECTED.birth_date
    return {"givenName": given, "familyName": family, "birthDate": PROTECTED.birth_date.isoformat()}


BOTH = [
    (by_number(PROTECTED.nhs_number), by_number("999 123 4551")),
    (by_name(PROTECTED.given_name, PROTECTED.family_name), by_name("Zebedee", "Quillfeather")),
]
BOTH.append((BOTH[0][0] | BOTH[1][0], BOTH[0][1] | BOTH[1][1]))


@pytest.mark.parametrize("question", [FIND, VIEW], ids=["find", "view"])
@pytest.mark.parametrize(("protected", "nobody"), BOTH, ids=["number", "name", "all"])
def test_the_leaf_of_a_protected_child_is_that_of_somebody_nobody_knows(
    partnership: RunningPartnership, protected: Described, nobody: Described, question: str
) -> None:
    told = shape(leaf_of(partnership, protected, question))
    assert told == shape(leaf_of(partnership, nobody, question))
    assert told != shape(leaf_of(partnership, by_number(KNOWN.nhs_number), question))


@pytest.mark.parametrize("story", ["gender-history", "adoption"])
def test_no_leaf_and_no_figure_names_a_rule_that_nobody_is_shown(partnership: RunningPartnership, story: str) -> None:
    leaf = leaf_of(partnership, by_number(POPULATION.persons[POPULATION.stories[story]].nhs_number), VIEW)
    kept = {reason for one in leaf["sources"] for back in one["withheld"] for reason in back["reasons"]}
    moment = datetime.fromisoformat(leaf["at"])
    period = {"from": moment.isoformat(), "to": (moment + timedelta(microseconds=1)).isoformat()}
    told = partnership.caller("auditor").ask(STATISTICS, period)["auditStatistics"]["figures"]
    counted = {one["name"] for figures in told for one in figures["withheldBy"]}
    assert RESTRICTED in kept
    assert RESTRICTED in counted
    for names in (kept, counted):
        assert set(shown_reasons(tuple(names))) == names
