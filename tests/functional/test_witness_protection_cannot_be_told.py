"""Somebody under witness protection cannot be told from somebody nobody knows: content, counts, requests, time.

Every sample of one is taken between samples of the other, and each kind of evidence is also shown to
tell a child whom partners do know, so that a test that can see nothing does not pass for one that
found nothing.
"""

import itertools
import json
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hub.cli.client import Caller
from hub.cli.queries import VIEW
from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()
PROTECTED = POPULATION.persons[POPULATION.stories["witness-protection"]]
KNOWN = POPULATION.persons[POPULATION.stories["near-name"]]
UNKNOWN_NUMBER = "999 123 4551"
SAMPLES = 60  # of each
FEWEST = 30  # on a machine that is busy with something else
LONGEST_SECONDS = 40.0  # of one kind of question, should the machine be loaded
SURE = 0.01  # how unlikely a difference by chance must be before it counts
ONCE = frozenset({"enquiryId", "id", "generatedAt", "asOf", "at", "elapsedMs", "receipt", "openedAt", "expiresAt"})
FIND = """query ($id: ID!) { findSubject(enquiryId: $id) { enquiryId sources { source { id } state match explanation
    steps { step found } rejected { id } candidates { id givenName familyName birthDate score probability linked
    why { attribute comparison weight } } } } }"""
ASK: dict[str, str] = {"findSubject": FIND, "combinedChildView": VIEW}
EVIDENCE = """query { auditEntries(first: 2) { edges { node { kind outcome reasons roles purpose
    sources { source state categories recordCount } } } } }"""


def by_number(person: Person) -> dict[str, Any]:
    return {"nhsNumber": person.nhs_number}


def by_name(person: Person) -> dict[str, Any]:
    assert person.birth_date
    born = person.birth_date.isoformat()
    return {"givenName": person.given_name, "familyName": person.family_name, "birthDate": born}


def by_all(person: Person) -> dict[str, Any]:
    return by_number(person) | by_name(person)


def misheard(person: Person) -> dict[str, Any]:
    """The names the other way round: found only after several steps."""
    told = by_name(person)
    return told | {"givenName": told["familyName"], "familyName": told["givenName"]}


NOBODY = {
    by_number: {"nhsNumber": UNKNOWN_NUMBER},
    by_name: {"givenName": "Zebedee", "familyName": "Quillfeather", "birthDate": "2013-05-20"},
}
NOBODY[by_all] = NOBODY[by_number] | NOBODY[by_name]
NOBODY[misheard] = NOBODY[by_name] | {"givenName": "Quillfeather", "familyName": "Zebedee"}
Described = Callable[[Person], dict[str, Any]]


def same_born(described: Described) -> dict[str, Any]:
    """Somebody nobody knows, told as fully, born on the same day: a day may have another day and month or not."""
    nobody = dict(NOBODY[described])
    if "birthDate" in nobody:
        nobody["birthDate"] = by_name(PROTECTED)["birthDate"]
    return nobody


class Asked:
    """One enquiry, asked again and again in one way; what every answer of it looked like."""

    def __init__(self, partnership: RunningPartnership, question: str, subject: dict[str, Any]) -> None:
        self.worker: Caller = partnership.caller("mash_social_worker")
        self.enquiry = partnership.open("mash_social_worker", "S47", subject=subject)
        self.query, self.question = ASK[question], question
        self.seconds: list[float] = []
        self.answers: list[Any] = []

    def again(self) -> None:
        began = time.perf_counter()
        answer = self.worker.ask(self.query, {"id": self.enquiry})[self.question]
        self.seconds.append(time.perf_counter() - began)
        self.answers.append(masked(answer))

    def contents(self) -> set[str]:
        return {json.dumps(answer, sort_keys=True) for answer in self.answers}


def masked(told: Any) -> Any:
    """An answer without what differs between any two answers: identifiers and moments."""
    if isinstance(told, dict):
        return {name: "..." if name in ONCE and name != "source" else masked(one) for name, one in told.items()}
    return [masked(one) for one in told] if isinstance(told, list) else told


def interleaved(*asked: Asked) -> None:
    """Sample each in turn, in an order that chance decides, after a few rounds that warm everything up."""
    chance = random.Random(5)
    for _ in range(3):
        for one in asked:
            one.again()
    for one in asked:
        one.seconds.clear()
    until = time.monotonic() + LONGEST_SECONDS
    while len(asked[0].seconds) < SAMPLES and time.monotonic() < until:
        for one in chance.sample(asked, len(asked)):
            one.again()
    assert len(asked[0].seconds) >= FEWEST, "too few samples to tell anything"


def mann_whitney(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The two-sided p of the rank-sum test, by its normal approximation; ties share their rank."""
    every = sorted([*((value, 0) for value in ours), *((value, 1) for value in theirs)])
    ranks, place, ties = 0.0, 1, 0.0
    for _, group in itertools.groupby(every, key=lambda pair: pair[0]):
        tied = list(group)
        rank = place + (len(tied) - 1) / 2
        ranks += rank * sum(whose == 0 for _, whose in tied)
        ties += len(tied) ** 3 - len(tied)
        place += len(tied)
    one, other = len(ours), len(theirs)
    total = one + other
    mean = one * (total + 1) / 2
    spread = math.sqrt(one * other / 12 * (total + 1 - ties / (total * (total - 1))))
    return math.erfc(abs(ranks - mean) / spread / math.sqrt(2))


def requests_made(partnership: RunningPartnership) -> dict[str, int]:
    """How many requests the health system and the social care database have answered so far."""
    health = (partnership.state / "health-access.log").read_text().count("Patient")
    database = next((partnership.state / "social-care").rglob("*.log")).read_text(errors="replace")
    return {"health": health, "social-care": database.count("hub_reader")}


@pytest.mark.parametrize("question", ASK)
@pytest.mark.parametrize("described", [by_number, by_name, by_all, misheard])
def test_no_content_tells_the_protected_child(
    partnership: RunningPartnership, described: Described, question: str
) -> None:
    protected, nobody = (
        Asked(partnership, question, subject) for subject in (described(PROTECTED), same_born(described))
    )
    for one in (protected, nobody, nobody, protected):
        one.again()
    assert protected.contents() == nobody.contents()
    assert len(nobody.contents()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("described", "question"), [(by_all, "findSubject"), (by_number, "combinedChildView")])
def test_no_latency_tells_the_protected_child_and_it_does_tell_a_known_one(
    partnership: RunningPartnership, described: Described, question: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Chance alone tells any two apart once in a hundred times: only what is told twice in a row counts."""
    for _ in range(2):
        protected = Asked(partnership, question, described(PROTECTED))
        nobody = Asked(partnership, question, same_born(described))
        known = Asked(partnership, question, described(KNOWN))
        interleaved(protected, nobody, known)
        p, p_known = (mann_whitney(one.seconds, nobody.seconds) for one in (protected, known))
        medians = ", ".join(f"{1000 * statistics.median(one.seconds):.1f}" for one in (protected, nobody, known))
        with capsys.disabled():
            sys.stdout.write(
                f"\n{question} {described.__name__}: p {p:.3f}, known {p_known:.1e}; medians {medians} ms "
            )
        if p > SURE:
            break
    assert p > SURE
    assert known.contents() != nobody.contents()
    assert p_known < SURE


@pytest.mark.parametrize("described", [by_number, by_name, by_all, misheard])
def test_neither_evidence_nor_the_number_of_requests_tells_the_protected_child(
    partnership: RunningPartnership, described: Described
) -> None:
    counted, entries = [], []
    for subject in (described(PROTECTED), same_born(described)):
        asked = Asked(partnership, "findSubject", subject)
        before = requests_made(partnership)
        for _ in range(5):
            asked.again()
        after = requests_made(partnership)
        counted.append({source: after[source] - before[source] for source in after})
        entries.append(partnership.caller("auditor").ask(EVIDENCE, {})["auditEntries"])
    assert counted[0] == counted[1]
    assert all(counted[0].values())
    assert entries[0] == entries[1]


def test_the_rank_test_tells_what_differs_and_not_what_does_not() -> None:
    chance = random.Random(11)
    same = [mann_whitney(*([chance.gauss(20, 4) for _ in range(SAMPLES)] for _ in range(2))) for _ in range(400)]
    slower = [
        mann_whitney([chance.gauss(20, 4) for _ in range(SAMPLES)], [chance.gauss(23, 4) for _ in range(SAMPLES)])
        for _ in range(50)
    ]
    assert 0.001 <= statistics.mean(one < 0.05 for one in same) - 0.02 < 0.06
    assert statistics.mean(one < SURE for one in slower) > 0.9
