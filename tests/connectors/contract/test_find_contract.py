"""Every connector kind finds exactly whom ``in_memory`` finds, by every key, in every step of widening."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from searched_people import KINDS, Everybody, everybody, manifest_of, told

from hub.connectors.in_memory import InMemory
from hub.domain.deadline import Deadline
from hub.domain.people import Name, PersonReference
from hub.domain.searching import Probe, SearchKey, Step, TooManyFound
from hub.identity.finding.widening import probes
from tests.fixtures.loopback import Serve

ASKED = 40  # people of whom something is told, right or wrong
# FHIR's phonetic search does not say which part of a name it compares: it may find more.
LOOSER = frozenset({("fhir_r4", Step.HOMOPHONE)})
WIDENING = frozenset({Step.WILDCARD, Step.SWAPPED_NAMES, Step.TRANSPOSED_DATE, Step.NO_GIVEN_NAME})


def references(people: Everybody, seed: int = 3) -> list[PersonReference]:
    """What somebody might say of these people: as they are, swapped, transposed, in capitals, in part."""
    chance, asked = random.Random(seed), []
    for held in chance.sample(list(people.values()), ASKED):
        known = held.attributes
        born, given, family = known.birth_date or date(2012, 1, 1), known.given_name, str(known.family_name)
        if chance.random() < 0.3:
            born = born.replace(month=born.day, day=born.month)
        if chance.random() < 0.3:
            given, family = family, str(given)
        in_part = chance.random() < 0.3
        asked.append(
            PersonReference(
                nhs_number=known.nhs_number if chance.random() < 0.3 else (known.former_nhs_numbers or (None,))[0],
                upn=known.upn if chance.random() < 0.3 else None,
                given_name=str(given).upper() if chance.random() < 0.2 and str(given).isascii() else given,
                family_name=family,
                birth_date=None if in_part else born,
                born_from=born - timedelta(2) if in_part else None,
                born_to=born + timedelta(2) if in_part else None,
                postcode=known.postcode,
                aliases=known.aliases or (Name("Rhys"),),
            )
        )
    return asked


@pytest.mark.parametrize("kind", KINDS)
async def test_every_step_of_every_kind_finds_whom_the_reference_finds(kind: str, tmp_path: Path, serve: Serve) -> None:
    make, name, parts = KINDS[kind]
    people, search = told(everybody(), *parts), manifest_of(name).search
    connector, reference_kind = await make(people, 200, tmp_path, serve), InMemory(search, people, most=200)
    made: dict[Step, int] = {}
    for reference in references(people):
        for probe in probes(reference, search):
            expected = {one.local_id: one for one in await reference_kind.find(probe, Deadline.after(5))}
            found = {one.local_id: one for one in await connector.find(probe, Deadline.after(5))}
            assert found.keys() >= expected.keys(), f"{probe.step} by {sorted(probe.keys)}"
            if (kind, probe.step) not in LOOSER:
                assert found.keys() == expected.keys(), f"{probe.step} by {sorted(probe.keys)}"
            assert all(_alike(found[one].attributes, expected[one].attributes) for one in expected)
            made[probe.step] = made.get(probe.step, 0) + len(expected)
    await connector.close()
    assert made.keys() >= WIDENING | {Step.EXACT}
    assert all(made.values()), "each step finds somebody somewhere, or it compares nothing"


@pytest.mark.parametrize("kind", [*KINDS, "in_memory"])
async def test_every_kind_says_when_more_fit_than_the_manifest_takes(kind: str, tmp_path: Path, serve: Serve) -> None:
    make, name, parts = KINDS.get(kind, KINDS["sql"])
    people, search = told(everybody(), *parts), manifest_of(name).search
    ours = kind == "in_memory"
    connector = InMemory(search, people, most=2) if ours else await make(people, 2, tmp_path, serve)
    smiths = PersonReference(family_name="Smith", born_from=date(2012, 1, 1), born_to=date(2013, 1, 1))
    (probe,) = [one for one in probes(smiths, search) if one.step is Step.EXACT]
    with pytest.raises(TooManyFound):
        await connector.find(probe, Deadline.after(5))
    later = Probe(Step.EXACT, {**probe.values, SearchKey.BORN_FROM: date(2013, 1, 1)})
    assert await connector.find(later, Deadline.after(5)) == ()
    await connector.close()


def _alike(one: object, other: object) -> bool:
    names = ("given_name", "family_name", "birth_date", "nhs_number")
    return all(getattr(one, name) == getattr(other, name) for name in names)
