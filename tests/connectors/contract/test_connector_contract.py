"""What every connector kind promises, each made to hold the same people. ``in_memory`` is the reference."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from contract_people import ADA, BEA, KINDS, PEOPLE, SEARCH

from hub.connectors.connector import Connector
from hub.connectors.in_memory import Held, InMemory
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from hub.domain.searching import CannotSearch, Probe, SearchKey
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)
BORN = date(2012, 2, 3)
PROBES = {
    "NHS number": probe(nhs_number="9991000003"),
    "a number of nobody": probe(nhs_number="9991000011"),
    "UPN": probe(upn="A831999900001"),
    "name in capitals and birth date": probe(family_name="CONTRACTOR", birth_date=BORN),
    "another birth date": probe(family_name="Contractor", birth_date=date(2012, 3, 2)),
    "part of the name": probe(family_name="Contract", birth_date=BORN),
    "a wildcard": probe(family_name="%", birth_date=BORN),
}


@pytest.fixture(params=KINDS)
async def connector(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Connector]:
    connector = KINDS[request.param](tmp_path)
    yield connector
    await connector.close()


@pytest.fixture
def reference_kind() -> Connector:
    return InMemory(SEARCH, PEOPLE)


def linked(local_id: str) -> LinkedPerson:
    return LinkedPerson(SourceId("contract"), LocalId(local_id), b"")


def soon() -> Deadline:
    return Deadline.after(5)


@pytest.mark.parametrize("asked", PROBES.values(), ids=PROBES)
async def test_a_find_answers_as_the_reference_does(
    connector: Connector, reference_kind: Connector, asked: Probe
) -> None:
    expected = await reference_kind.find(asked, soon())
    assert set(await connector.find(asked, soon())) == set(expected)


@pytest.mark.parametrize(
    "categories", [EVERYTHING, *(frozenset({one}) for one in sorted({r.category for r in ADA.records}))]
)
@pytest.mark.parametrize("local_id", PEOPLE)
async def test_a_fetch_answers_as_the_reference_does(
    connector: Connector, reference_kind: Connector, local_id: str, categories: frozenset[Category]
) -> None:
    expected = await reference_kind.fetch(linked(local_id), categories, soon())
    fetched = await connector.fetch(linked(local_id), categories, soon())
    assert expected is not None
    assert fetched is not None
    assert sorted(map(repr, fetched.records)) == sorted(map(repr, expected.records))
    assert (fetched.local_id, fetched.attributes, fetched.labels) == (
        expected.local_id,
        expected.attributes,
        expected.labels,
    )
    assert fetched.unmapped == expected.unmapped


async def test_only_what_is_asked_for_comes_and_nothing_when_nothing_is(connector: Connector) -> None:
    for categories in (frozenset(), frozenset({Category.SOCIAL_CARE_MISSING}), frozenset({Category.HEALTH_GP})):
        fetched = await connector.fetch(linked("1"), categories, soon())
        assert fetched is not None
        assert {record.category for record in fetched.records} <= categories


async def test_a_find_and_a_fetch_describe_a_person_alike(connector: Connector) -> None:
    for found in await connector.find(PROBES["name in capitals and birth date"], soon()):
        fetched = await connector.fetch(linked(found.local_id), frozenset(), soon())
        assert fetched is not None
        assert fetched.attributes == found.attributes
        assert fetched.labels == found.labels


async def test_somebody_who_is_not_held_is_none(connector: Connector) -> None:
    assert await connector.fetch(linked("3"), EVERYTHING, soon()) is None


async def test_a_restricted_person_has_no_postcode_to_match_on(connector: Connector) -> None:
    fetched = await connector.fetch(linked("2"), EVERYTHING, soon())
    assert fetched is not None
    assert fetched.attributes == BEA.attributes
    assert fetched.labels == {Label.LOCATION_AT_RISK}
    assert "Refuge" not in repr(fetched)


async def test_no_kind_searches_by_keys_that_its_manifest_does_not_name(connector: Connector) -> None:
    with pytest.raises(CannotSearch):
        await connector.find(probe(given_name="Ada", birth_date=BORN), soon())


async def test_a_search_by_place_does_not_confirm_somebody_whose_whereabouts_are_restricted() -> None:
    hidden = Held(ADA.attributes, labels=frozenset({Label.LOCATION_AT_RISK}))
    keys = (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE, SearchKey.POSTCODE)
    by_place = InMemory((keys,), {LocalId("1"): ADA, LocalId("2"): hidden})
    asked = probe(family_name="contractor", birth_date=BORN, postcode="zx11aa")
    assert [found.local_id for found in await by_place.find(asked, soon())] == ["1"]
