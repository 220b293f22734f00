"""The connector on the demo's health system, running as a process of its own."""

from collections.abc import Iterator

import pytest
from fhir_servers import DemoHealth, linked, manifest_for, soon

from hub.connectors.fhir_r4 import FhirR4
from hub.demo.behaviour import set_behaviour
from hub.demo.population import Population, populate
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label
from hub.domain.identifiers import nhs_number
from hub.domain.people import Found
from hub.domain.records import IdentityAttribute, ServiceEpisode
from tests.fixtures.probing import probe

EVERYTHING = frozenset(Category)


@pytest.fixture(scope="module")
def people() -> Population:
    return populate()


@pytest.fixture
def behaving(demo_health: DemoHealth) -> Iterator[DemoHealth]:
    """The health system, put right again after the test."""
    yield demo_health
    set_behaviour(demo_health.state, "health", "ok")


async def find(health: DemoHealth, number: str) -> tuple[Found, ...]:
    connector = health.connector()
    try:
        return await connector.find(probe(nhs_number=nhs_number(number)), soon())
    finally:
        await connector.close()


async def fetch(health: DemoHealth, local_id: str, categories: frozenset[Category] = EVERYTHING) -> Fetched:
    connector = health.connector()
    try:
        answer = await connector.fetch(linked(local_id), categories, soon())
    finally:
        await connector.close()
    assert answer is not None
    return answer


async def test_the_main_child_is_known_in_every_category_that_health_holds(demo_health: DemoHealth) -> None:
    (one,) = await find(demo_health, "999 100 0003")
    answer = await fetch(demo_health, one.local_id)
    assert answer.attributes == one.attributes
    assert {record.category for record in answer.records} == {
        Category.IDENTITY_NAME,
        Category.IDENTITY_BIRTH_DATE,
        Category.IDENTITY_NUMBER,
        Category.IDENTITY_WHEREABOUTS,
        Category.HEALTH_GP,
        Category.HEALTH_INVOLVEMENT,
        Category.HEALTH_CP_IS,
        Category.HEALTH_WAS_NOT_BROUGHT,
        Category.HEALTH_AE_ATTENDANCES,
        Category.HEALTH_SAFEGUARDING_FLAG,
        Category.HEALTH_SUMMARY,
        Category.HEALTH_FAMILY,
        Category.HEALTH_SEXUAL,
    }
    assert answer.unmapped == {}
    assert max(getattr(record, "severity", 0) for record in answer.records) == 9
    episodes = [record for record in answer.records if isinstance(record, ServiceEpisode)]
    camhs = next(record for record in episodes if record.type == "CAMHS-plan")
    assert camhs.professionals[0].contact


async def test_results_really_come_in_pages(demo_health: DemoHealth) -> None:
    (one,) = await find(demo_health, "999 100 0003")
    before = len(demo_health.accesses())
    await fetch(demo_health, one.local_id, frozenset({Category.HEALTH_AE_ATTENDANCES}))
    noted = [access for access in demo_health.accesses()[before:] if access.startswith("Encounter")]
    assert noted == ["Encounter _count,class,patient", "Encounter _count,_offset,class,patient"]


@pytest.mark.parametrize(
    ("category", "asked"),
    [
        (Category.IDENTITY_NAME, {"Patient"}),
        (Category.HEALTH_GP, {"Patient", "Organization"}),
        (Category.HEALTH_FAMILY, {"Patient", "RelatedPerson"}),
        (Category.HEALTH_WAS_NOT_BROUGHT, {"Patient", "Appointment"}),
        (Category.HEALTH_PREGNANCY, {"Patient", "Condition"}),
        (Category.HEALTH_AE_ATTENDANCES, {"Patient", "Encounter", "Organization"}),
        (
            Category.HEALTH_INVOLVEMENT,
            {"Patient", "CarePlan", "CareTeam", "EpisodeOfCare", "Organization", "Practitioner"},
        ),
    ],
)
async def test_only_what_the_categories_need_is_asked_of_the_server(
    demo_health: DemoHealth, category: Category, asked: set[str]
) -> None:
    (one,) = await find(demo_health, "999 100 0003")
    before = len(demo_health.accesses())
    answer = await fetch(demo_health, one.local_id, frozenset({category}))
    assert {record.category for record in answer.records} <= {category}
    assert {access.split()[0] for access in demo_health.accesses()[before:]} == asked


async def test_the_server_notes_types_and_parameters_and_never_whom(
    demo_health: DemoHealth, people: Population
) -> None:
    await find(demo_health, "999 100 0003")
    noted = "\n".join(demo_health.accesses())
    assert noted
    assert not any(value in noted for value in people.personal_values())


async def test_every_child_that_health_knows_can_be_found_and_fetched(
    demo_health: DemoHealth, people: Population
) -> None:
    connector = demo_health.connector()
    unmapped: dict[str, int] = {}
    for facts in list(people.health.values())[:40]:
        answer = await connector.fetch(linked(facts.id), EVERYTHING, soon())
        assert answer is not None
        assert answer.local_id == facts.id
        for name, count in answer.unmapped.items():
            unmapped[name] = unmapped.get(name, 0) + count
    await connector.close()
    assert unmapped == {}


async def test_a_restricted_child_is_labelled_and_nothing_tells_where_they_are(
    demo_health: DemoHealth, people: Population
) -> None:
    hidden = [key for key in people.health if people.persons[key].restricted]
    assert hidden
    for key in hidden:
        answer = await fetch(demo_health, people.health[key].id)
        assert Label.LOCATION_AT_RISK in answer.labels
        assert not any(record.category.reveals_location for record in answer.records)
        assert people.persons[key].address.postcode not in repr(answer)


async def test_witness_protection_is_told_by_the_first_find(demo_health: DemoHealth, people: Population) -> None:
    child = people.persons[people.stories["witness-protection"]]
    (one,) = await find(demo_health, str(child.nhs_number))
    assert Label.WITNESS_PROTECTION in one.labels


async def test_a_former_name_is_nowhere_in_the_answer(demo_health: DemoHealth, people: Population) -> None:
    child = people.persons[people.stories["gender-history"]]
    answer = await fetch(demo_health, people.health[child.key].id)
    names = {record.value for record in answer.records if isinstance(record, IdentityAttribute)}
    assert child.given_name in names
    assert not any(alias.given_name in repr(answer) for alias in child.aliases)
    assert Label.GENDER_HISTORY in answer.labels


async def test_somebody_else_s_record_is_bad_data_to_a_find_and_names_itself_to_a_fetch(behaving: DemoHealth) -> None:
    (one,) = await find(behaving, "999 100 0003")
    set_behaviour(behaving.state, "health", "wrong-child")
    with pytest.raises(SourceFailed) as failed:
        await find(behaving, "999 100 0003")
    assert failed.value.state is AnswerState.BAD_DATA
    answer = await fetch(behaving, one.local_id)
    assert answer.local_id != one.local_id
    assert answer.records == ()


async def test_garbage_is_bad_data(behaving: DemoHealth) -> None:
    set_behaviour(behaving.state, "health", "garbage")
    with pytest.raises(SourceFailed) as failed:
        await find(behaving, "999 100 0003")
    assert failed.value.state is AnswerState.BAD_DATA


async def test_a_wrong_token_is_refused_and_an_unknown_number_finds_nobody(demo_health: DemoHealth) -> None:
    stranger = FhirR4(manifest_for(demo_health.endpoint), "wrong")
    with pytest.raises(SourceFailed, match="credentials"):
        await stranger.find(probe(nhs_number=nhs_number("999 100 0003")), soon())
    await stranger.close()
    assert await find(demo_health, "943 476 5919") == ()
