"""The sql connector against the simulated social care system: PostgreSQL in processes of its own."""

import pytest
from ssd_partner import SocialCare, link, soon

from hub.connectors.sql import Sql
from hub.demo.population import Population
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, SubjectKind
from hub.domain.identifiers import NhsNumber, Upn
from hub.domain.records import Finding, IdentityAttribute, LifeEvent, RelatedPerson, ServiceEpisode
from hub.domain.searching import CannotSearch, Probe
from tests.fixtures.probing import probe

MAIN = probe(nhs_number=NhsNumber("9991000003"))
EVERYTHING = frozenset(Category)


async def everything_about(connector: Sql, reference: Probe) -> Fetched:
    (found,) = await connector.find(reference, soon())
    fetched = await connector.fetch(link(found.local_id), EVERYTHING, soon())
    assert fetched is not None
    assert fetched.local_id == found.local_id
    assert fetched.attributes == found.attributes, "find and fetch describe the same person in the same way"
    return fetched


async def test_the_main_child_is_found_by_each_key_set(connector: Sql, population: Population) -> None:
    child = population.main_child
    references = (
        MAIN,
        probe(upn=Upn(child.upn or "")),
        probe(family_name=child.family_name.upper(), birth_date=child.birth_date),
    )
    for reference in references:
        (found,) = await connector.find(reference, soon())
        assert found.attributes.nhs_number == "9991000003"
        assert found.attributes.birth_date == child.birth_date


async def test_nobody_is_found_for_a_number_that_nobody_has(connector: Sql) -> None:
    assert await connector.find(probe(nhs_number=NhsNumber("9991009999")), soon()) == ()


async def test_a_number_that_nobody_has_does_not_hide_a_child_found_by_name(
    connector: Sql, population: Population
) -> None:
    child = population.main_child
    assert child.birth_date
    assert await connector.find(probe(nhs_number=NhsNumber("9991009999")), soon()) == ()
    (found,) = await connector.find(probe(family_name=child.family_name, birth_date=child.birth_date), soon())
    assert found.attributes.nhs_number == "9991000003"


async def test_sql_in_a_name_is_only_a_name(connector: Sql, population: Population) -> None:
    hostile = probe(family_name="x' or '1'='1'; --", birth_date=population.main_child.birth_date)
    assert await connector.find(hostile, soon()) == ()


async def test_a_reference_without_a_search_key_cannot_be_searched(social_care: SocialCare) -> None:
    from msgspec.structs import replace

    from hub.connectors.mapping import read_mapping

    by_upn_only = Sql(replace(social_care.manifest, search=(("upn",),)), read_mapping("ssd"), None)
    with pytest.raises(CannotSearch):
        await by_upn_only.find(MAIN, soon())
    await by_upn_only.close()


async def test_the_main_child_has_records_of_every_kind_that_social_care_holds(connector: Sql) -> None:
    fetched = await everything_about(connector, MAIN)
    held = {record.category for record in fetched.records}
    assert held >= {
        Category.IDENTITY_NAME,
        Category.IDENTITY_BIRTH_DATE,
        Category.IDENTITY_NUMBER,
        Category.IDENTITY_WHEREABOUTS,
        Category.SOCIAL_CARE_INVOLVEMENT,
        Category.SOCIAL_CARE_CP_PLAN,
        Category.SOCIAL_CARE_CIN,
        Category.SOCIAL_CARE_REFERRALS,
        Category.SOCIAL_CARE_MISSING,
        Category.SOCIAL_CARE_CONTACTS,
        Category.SOCIAL_CARE_ASSESSMENTS,
        Category.SOCIAL_CARE_S47,
        Category.SOCIAL_CARE_PLANS,
        Category.SOCIAL_CARE_FAMILY,
    }
    assert fetched.unmapped == {}, "the demo's own codes are all known"
    assert fetched.labels == frozenset()


async def test_an_open_child_protection_plan_is_an_episode_and_the_gravest_alert(connector: Sql) -> None:
    fetched = await everything_about(connector, MAIN)
    (plan,) = [one for one in fetched.records if isinstance(one, ServiceEpisode) and one.type == "cp-plan"]
    assert plan.label == "Child protection plan: physical abuse"
    assert plan.end is None
    (alert,) = [one for one in fetched.records if isinstance(one, Finding) and one.severity == 9]
    assert alert.category is Category.SOCIAL_CARE_CP_PLAN
    assert alert.start == plan.start


async def test_the_allocated_worker_and_team_are_named(connector: Sql) -> None:
    fetched = await everything_about(connector, MAIN)
    involved = [one for one in fetched.records if one.category is Category.SOCIAL_CARE_INVOLVEMENT]
    open_now = [one for one in involved if isinstance(one, ServiceEpisode) and one.end is None]
    assert {one.professionals[0].contact for one in open_now} == {
        "Child Protection Team North",
        "Exploitation and Missing Team",
    }
    assert all(one.professionals[0].name for one in open_now)
    assert any(isinstance(one, ServiceEpisode) and one.type == "early-help" for one in involved)


async def test_missing_episodes_and_assessment_factors_come_one_by_one(connector: Sql) -> None:
    fetched = await everything_about(connector, MAIN)
    missing = [one for one in fetched.records if isinstance(one, LifeEvent) and one.type == "missing-person"]
    assert len(missing) == 5
    factors = {
        one.label
        for one in fetched.records
        if one.category is Category.SOCIAL_CARE_ASSESSMENTS and isinstance(one, Finding)
    }
    assert {"Child criminal exploitation", "Gangs", "Domestic abuse: a parent or carer is a victim"} <= factors


async def test_the_family_is_told_apart_into_adults_and_children(connector: Sql) -> None:
    fetched = await everything_about(connector, MAIN)
    family = {one.name: one for one in fetched.records if isinstance(one, RelatedPerson)}
    assert {name: (one.relationship, one.about.kind) for name, one in family.items()} == {
        "Leanne Fictworth": ("mother", SubjectKind.NETWORK_ADULT),
        "Poppy Placeholme": ("in the same family record", SubjectKind.NETWORK_CHILD),
        "Unborn Placeholme": ("in the same family record", SubjectKind.NETWORK_CHILD),
    }


async def test_a_restricted_address_is_marked_and_never_sent(connector: Sql, population: Population) -> None:
    restricted = [
        population.person(key)
        for key in population.social_care
        if population.person(key).restricted and population.person(key).nhs_number
    ]
    assert restricted
    for child in restricted:
        fetched = await everything_about(connector, probe(nhs_number=NhsNumber(child.nhs_number or "")))
        assert Label.LOCATION_AT_RISK in fetched.labels
        assert fetched.attributes.postcode is None
        told = [one for one in fetched.records if isinstance(one, IdentityAttribute)]
        (address,) = [one for one in told if one.attribute == "address"]
        assert address.value == "restricted by the source"
        assert Label.LOCATION_AT_RISK in address.labels
        assert child.postcode not in repr(fetched)
        assert child.address.line not in repr(fetched)


async def test_every_child_held_is_read_without_an_unknown_code(connector: Sql, population: Population) -> None:
    for facts in population.social_care.values():
        fetched = await connector.fetch(link(facts.person_id), EVERYTHING, soon())
        assert fetched is not None
        assert fetched.unmapped == {}


async def test_only_tables_of_the_asked_categories_are_read(social_care: SocialCare, connector: Sql) -> None:
    before = len(social_care.statements)
    await connector.fetch(link("700001"), frozenset({Category.SOCIAL_CARE_CP_PLAN}), soon())
    asked = social_care.statements[before:]
    assert "ssd_cp_plans" in asked
    for table in ("ssd_contacts", "ssd_involvements", "ssd_missing", "ssd_family", "ssd_cla_placement"):
        assert table not in asked
    # Of these only whether there is a mark of an adoption, which narrows what anybody is shown.
    for column in ("perm_adm_decision_date", "clae_cla_episode_start_date", "lapp_previous_permanence_order_date"):
        assert column not in asked


async def test_adoption_is_read_only_when_it_is_asked_for(social_care: SocialCare, connector: Sql) -> None:
    before = len(social_care.statements)
    await connector.fetch(link("700001"), EVERYTHING - {Category.SOCIAL_CARE_ADOPTION}, soon())
    assert "perm_adm_decision_date" not in social_care.statements[before:]
    await connector.fetch(link("700001"), EVERYTHING, soon())
    assert "perm_adm_decision_date" in social_care.statements[before:]


async def test_a_fetch_is_one_statement_and_parameters_stay_out_of_its_text(
    social_care: SocialCare, connector: Sql
) -> None:
    await connector.fetch(link("700001"), EVERYTHING, soon())
    before = len(social_care.statements)
    await connector.fetch(link("700002"), EVERYTHING, soon())
    asked = social_care.statements[before:]
    assert asked.count("execute ") == 1
    assert "700002" not in asked
    assert "$1" in asked


async def test_somebody_the_source_no_longer_knows_is_none(connector: Sql) -> None:
    assert await connector.fetch(link("no-such-person"), EVERYTHING, soon()) is None


async def test_a_wrong_password_is_a_refusal_that_does_not_repeat_it(social_care: SocialCare) -> None:
    connector = social_care.connector("not-the-password")
    with pytest.raises(SourceFailed) as failed:
        await connector.find(MAIN, soon())
    assert failed.value.state is AnswerState.UNAVAILABLE
    assert failed.value.happened == "refused the hub's credentials"
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    await connector.close()
