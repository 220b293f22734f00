"""The demo's probation and youth justice systems, as processes of their own, through the connector."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.demo.behaviour import set_behaviour
from hub.demo.population import Population, populate
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId, Upn
from hub.domain.people import Found, LinkedPerson
from hub.domain.records import Finding, RelatedPerson, ServiceEpisode
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)


@pytest.fixture(scope="module")
def people() -> Population:
    return populate(2019)


@pytest.fixture
async def probation(start_partner: Any, connect: Any, demo_manifest: Any) -> RestJson:
    made: RestJson = connect(demo_manifest("probation"), start_partner("probation", "s3 cret/x"), "s3 cret/x")
    return made


@pytest.fixture
async def youth_justice(start_partner: Any, connect: Any, demo_manifest: Any) -> RestJson:
    made: RestJson = connect(demo_manifest("youth-justice"), start_partner("youth-justice", "key"), "key")
    return made


def soon() -> Deadline:
    return Deadline.after(10)


async def found(connector: RestJson, people: Population, story: str) -> Found:
    child = people.persons[people.stories[story]]
    assert child.birth_date
    offered = await connector.find(probe(family_name=child.family_name, birth_date=child.birth_date), soon())
    return next(one for one in offered if one.attributes.given_name == child.given_name)


async def fetched(connector: RestJson, one: Found, asked: frozenset[Category] = EVERYTHING) -> Fetched:
    answer = await connector.fetch(LinkedPerson(SourceId("any"), one.local_id, b""), asked, soon())
    assert answer is not None
    return answer


async def test_probation_knows_the_main_child_by_the_adult_who_is_a_risk(
    probation: RestJson, people: Population
) -> None:
    child = await found(probation, people, "main-child")
    answer = await fetched(probation, child)
    assert answer.local_id == child.local_id
    assert answer.attributes == child.attributes
    assert answer.unmapped == {}
    assert {record.category for record in answer.records} == {
        Category.IDENTITY_NAME,
        Category.IDENTITY_BIRTH_DATE,
        Category.IDENTITY_WHEREABOUTS,
        Category.PROBATION_SUPERVISION,
        Category.PROBATION_MAPPA,
        Category.PROBATION_CHILD_CONTACT,
        Category.PROBATION_DOMESTIC_ABUSE,
        Category.PROBATION_RISK_OF_HARM,
        Category.PROBATION_SENTENCE,
        Category.PROBATION_LICENCE,
        Category.PROBATION_FAMILY,
    }
    about_the_child = [
        one for one in answer.records if isinstance(one, Finding) and one.about.kind is SubjectKind.CHILD
    ]
    assert [(one.type, one.severity, one.labels) for one in about_the_child] == [
        ("hub:child-at-risk-from-adult", 8, frozenset({Label.THIRD_PARTY}))
    ]
    (adult,) = [one for one in answer.records if isinstance(one, RelatedPerson)]
    assert adult.name == people.persons[people.stories["main-step-father"]].full_name
    assert {one.about.key for one in answer.records if one.about.kind is SubjectKind.NETWORK_ADULT} == {adult.about.key}
    crns = {facts.crn for facts in people.probation.values()}
    assert not any(crn in str(record) for record in answer.records for crn in crns)


async def test_a_limited_access_case_is_not_read_and_its_message_is_passed_on(
    probation: RestJson, people: Population
) -> None:
    answer = await fetched(probation, await found(probation, people, "limited-access-child"))
    adults = [one for one in answer.records if one.about.kind is not SubjectKind.CHILD]
    (only,) = adults
    assert isinstance(only, ServiceEpisode)
    assert (only.category, only.labels) == (Category.PROBATION_SUPERVISION, frozenset({Label.LIMITED_ACCESS}))
    (sentence,) = answer.withheld
    access = people.probation[people.stories["limited-access-adult"]].limited_access
    assert access is not None
    assert sentence == access.restriction_message


async def test_youth_justice_knows_the_main_child(youth_justice: RestJson, people: Population) -> None:
    child = await found(youth_justice, people, "main-child")
    answer = await fetched(youth_justice, child)
    assert answer.attributes == child.attributes
    assert answer.unmapped == {}
    counts = Counter(record.category for record in answer.records)
    assert counts[Category.YOUTH_JUSTICE_JUDGEMENTS] == 3  # of the latest assessment only
    assert set(counts) == {
        Category.IDENTITY_NAME,
        Category.IDENTITY_BIRTH_DATE,
        Category.IDENTITY_NUMBER,
        Category.YOUTH_JUSTICE_INVOLVEMENT,
        Category.YOUTH_JUSTICE_JUDGEMENTS,
        Category.YOUTH_JUSTICE_EXPLOITATION,
        Category.YOUTH_JUSTICE_OFFENCES,
        Category.YOUTH_JUSTICE_ORDERS,
        Category.YOUTH_JUSTICE_NEEDS,
        Category.YOUTH_JUSTICE_FAMILY,
    }
    victims = [offence.victim for offence in people.youth_justice[child_key(people)].offences if offence.victim]
    assert victims
    assert not any(victim in str(record) for record in answer.records for victim in victims)


def child_key(people: Population) -> str:
    return people.stories["main-child"]


def test_each_manifest_serves_exactly_what_its_mapping_can_make(demo_manifest: Any) -> None:
    for name, mapping in (("probation", "hmpps_probation"), ("youth-justice", "youth_justice")):
        served = set(tomllib.loads(demo_manifest(name))["categories"])
        assert served == {category.value for category in read_mapping(mapping).categories}


@pytest.mark.parametrize("partner", ["probation", "youth-justice"])
async def test_misbehaviour_is_a_typed_state_and_never_nobody(
    partner: str, people: Population, probation: RestJson, youth_justice: RestJson, tmp_path: Path
) -> None:
    connector = probation if partner == "probation" else youth_justice
    child = await found(connector, people, "main-child")
    for word, state in (("garbage", AnswerState.BAD_DATA), ("down", AnswerState.UNAVAILABLE)):
        set_behaviour(tmp_path, partner, word)
        with pytest.raises(SourceFailed) as failed:
            await fetched(connector, child)
        assert failed.value.state is state
    set_behaviour(tmp_path, partner, "wrong-child")
    answer = await fetched(connector, child)
    assert answer.attributes != child.attributes
    assert (await found(connector, people, "main-child")) == child
    set_behaviour(tmp_path, partner, "ok")
    assert (await fetched(connector, child)).attributes == child.attributes


async def test_probation_serves_nobody_without_a_token_that_it_gave(
    start_partner: Any, connect: Any, demo_manifest: Any
) -> None:
    address = start_partner("probation", "right")
    with pytest.raises(SourceFailed, match="refused the hub's credentials"):
        await connect(demo_manifest("probation"), address, "wrong").find(
            probe(family_name="A", birth_date=populate(2019).main_child.birth_date), soon()
        )


async def test_youth_justice_serves_nobody_without_its_key(
    start_partner: Any, connect: Any, demo_manifest: Any
) -> None:
    address = start_partner("youth-justice", "right")
    with pytest.raises(SourceFailed, match="refused the hub's credentials"):
        await connect(demo_manifest("youth-justice"), address, "wrong").find(probe(upn=Upn("A831999900001")), soon())


async def test_tokens_that_expire_are_renewed_while_questions_go_on(
    start_partner: Any, connect: Any, demo_manifest: Any, people: Population
) -> None:
    address = start_partner("probation", "x", "--token-seconds", "0.2")
    connector: RestJson = connect(demo_manifest("probation"), address, "x")
    child = await found(connector, people, "main-child")
    for _ in range(5):
        assert (await fetched(connector, child)).unmapped == {}
