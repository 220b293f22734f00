"""What the hub takes agreements to give, compared with a plain reading: deny wins, exceptions override."""

import json
import os
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest
from agreement_reference import Asked, given

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, Tier
from hub.policy.agreements import Unusable, current, decode, strongest
from hub.policy.facts import DECIDABLE

CASES = int(os.environ.get("HUB_AGREEMENTS", "2000"))
# Few of everything, so that clauses meet.
PURPOSES = ["SCREEN", "S47", "EARLY_HELP"]
ROLES = ["screening_officer", "mash_social_worker", "partner_rep"]
AGENCIES = ["social-care", "health", "police"]
ORGANISATIONS = ["Example Trust", "Example Council"]
PARTIES = [
    {"organisation": "Example Trust", "role": "discloser", "agency": "health"},
    {"organisation": "Example Council", "role": "recipient", "agency": "social-care"},
]
DAYS = [f"2026-0{month}-01" for month in range(1, 8)]
CATEGORIES = ["existence", "identity.name", "health.cp-is", "health.pregnancy", "health.summary", "narrative"]
SIGNATORIES = [{"name": "A", "role": "B", "organisation": "Example Trust", "signed_on": "2025-12-01"}]


def some(rng: Random, values: list[str], likely: float = 0.5) -> list[str]:
    return [one for one in values if rng.random() < likely]


def recipients(rng: Random) -> dict[str, list[str]]:
    told = {"roles": some(rng, ROLES), "agencies": some(rng, AGENCIES), "organisations": some(rng, ORGANISATIONS, 0.2)}
    return told if any(told.values()) else {"roles": [rng.choice(ROLES)]}


def clause(rng: Random, whole: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"purposes": some(rng, whole["purposes"]), "recipients": recipients(rng)}
    for day in ("valid_from", "valid_until"):
        wanted = rng.choice(DAYS)
        if rng.random() < 0.3 and whole["valid_from"] <= wanted <= whole["valid_until"]:
            told[day] = wanted
    return told | {"tiers": some(rng, list(Tier)), "categories": some(rng, CATEGORIES)}


def rule(rng: Random, whole: dict[str, Any]) -> dict[str, Any]:
    told = clause(rng, whole)
    if rng.random() < 0.2:
        return told | {"mode": "existence", "tiers": [], "categories": []}
    return told | {"mode": "content", "excluding": some(rng, CATEGORIES, 0.2)}


def exception(rng: Random, whole: dict[str, Any]) -> dict[str, Any]:
    told = clause(rng, whole) | {"effect": rng.choice(["ALLOW", "DENY"]), "reason": "because"}
    if rng.random() < 0.3:
        del told["recipients"]
    return told


def document(rng: Random) -> dict[str, Any]:
    first, last = sorted((rng.choice(DAYS), rng.choice(DAYS)))
    whole: dict[str, Any] = {
        "id": rng.choice(["first", "second"]),
        "version": rng.randint(1, 3),
        "source": "example-health",
        "source_agency": "health",
        "purposes": some(rng, PURPOSES, 0.7) or ["S47"],
        "parties": PARTIES,
        "valid_from": first,
        "valid_until": last,
        "review_date": "2026-03-01",
        "signatories": SIGNATORIES,
    }
    whole["rules"] = [rule(rng, whole) for _ in range(rng.randint(1, 3))]
    whole["exceptions"] = [exception(rng, whole) for _ in range(rng.randint(0, 3))]
    return whole


def asked_of(rng: Random) -> Asked:
    organisation = rng.choice([None, *ORGANISATIONS])
    return Asked(rng.choice(PURPOSES), rng.choice(ROLES), rng.choice(AGENCIES), organisation, rng.choice(DAYS))


def shown(read: list[Any], asked: Asked) -> set[Category]:
    """Everything that the hub takes to be given."""
    day, roles = date.fromisoformat(asked.day), frozenset({Role(asked.role)})
    newest = sorted(read, key=lambda one: (-one.version, one.id))
    terms = strongest(
        one.terms(PurposeCode(asked.purpose), roles, Agency(asked.agency), day, asked.organisation)
        for one in current(newest, day)
    )
    stands = terms.in_force and terms.covers_purpose and terms.covers_recipient
    return set(terms.covers - terms.denies) if stands else set()


@pytest.mark.timeout(3600)
def test_the_hub_and_a_plain_reading_give_the_same() -> None:
    compared: Counter[bool] = Counter()
    for seed in range(CASES):
        rng = Random(seed)
        documents = list({(one["id"], one["version"]): one for one in (document(rng) for _ in range(4))}.values())
        try:
            read = [decode(json.dumps(one).encode()).agreement for one in documents]
        except Unusable:
            continue
        for asked in (asked_of(rng) for _ in range(3)):
            by_the_hub = shown(read, asked)
            for category in DECIDABLE:
                plainly = given(documents, asked, category)
                assert (category in by_the_hub) == plainly, (seed, category, asked)
                compared[plainly] += 1
    assert min(compared[True], compared[False]) > CASES  # or the comparison would prove nothing
