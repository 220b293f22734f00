"""The synthetic people: deterministic, numbered properly, known to partners in ways that hold together."""

from collections.abc import Iterator
from datetime import date, datetime

import msgspec
import nhs_number
import pytest

from hub.demo.population import Population, populate
from hub.demo.population.calendar import ANCHOR
from hub.demo.population.people import Kinship, SourceName
from hub.domain import identifiers

# When these lie after the anchor day they are plans, not happenings.
PLANNED = {
    "review_on",
    "due_on",
    "target_on",
    "ends_on",
    "ended_on",
    "expires_on",
    "expected_birth_date",
    "referred_on",
}
PLANNED |= {"offered_on", "attended_from"}


def dates_in(facts: msgspec.Struct) -> Iterator[tuple[str, date]]:
    """Every date of a child's facts with the name of its field, without what describes other people."""
    for field in msgspec.structs.fields(facts):
        value = getattr(facts, field.name)
        if field.name in {"parents_and_carers", "related", "practice"}:
            continue
        if isinstance(value, datetime):
            yield field.name, value.date()
        elif isinstance(value, date):
            yield field.name, value
        for inner in value if isinstance(value, tuple) else ():
            if isinstance(inner, msgspec.Struct):
                yield from dates_in(inner)


def facts_of(population: Population, key: str) -> list[msgspec.Struct]:
    held = (population.social_care, population.health, population.youth_justice)
    return [facts[key] for facts in held if key in facts]


def test_the_same_seed_makes_the_same_people_and_another_seed_others(population):
    assert msgspec.json.encode(populate()) == msgspec.json.encode(population)
    assert msgspec.json.encode(populate(7)) != msgspec.json.encode(population)


def test_there_are_as_many_children_as_asked_for(population):
    assert len(population.children) >= 240
    assert 60 <= len(populate(children=60).children) <= 64


@pytest.mark.parametrize("seed", [2019, 1, 2, 3])
def test_every_number_passes_its_check_and_is_nobody_elses(seed):
    people = populate(seed).persons.values()
    numbers = [one.nhs_number for one in people if one.nhs_number]
    upns = [one.upn for one in people if one.upn]
    assert len(set(numbers)) == len(numbers) > 200
    assert len(set(upns)) == len(upns) > 100
    assert all(nhs_number.is_valid(number) for number in numbers)
    assert all(identifiers.nhs_number(number) == number and number.startswith("999") for number in numbers)
    assert all(identifiers.upn(upn) == upn and upn[4:8] == "9999" for upn in upns)


def test_case_references_are_shaped_as_probations(population):
    references = [facts.crn for facts in population.probation.values()]
    assert len(set(references)) == len(references)
    assert all(len(crn) == 7 and crn[0].isupper() and crn[1:].isdigit() for crn in references)


@pytest.mark.parametrize("seed", [2019, 5, 6])
def test_nothing_happened_before_birth_or_after_the_anchor_day(seed):
    population = populate(seed)
    for key in population.children:
        born = population.person(key).birth_date
        for facts in facts_of(population, key):
            for name, day in dates_in(facts):
                assert name in PLANNED or day <= ANCHOR, (key, name)
                assert born is None or day >= born, (key, name)


def test_mothers_are_grown_up_when_their_children_are_born(population):
    for key in population.children:
        child = population.person(key)
        for mother in population.kin(key, Kinship.MOTHER):
            due = child.birth_date or child.expected_birth_date
            assert (due - mother.birth_date).days > 16 * 365


def test_every_relationship_is_known_from_both_sides(population):
    for key, links in population.relationships.items():
        for link in links:
            assert any(back.other_key == key for back in population.relationships[link.other_key])


def test_social_cares_rows_point_at_each_other(population):
    for facts in population.social_care.values():
        referrals = {episode.referral_id for episode in facts.episodes}
        pointing = (*facts.assessments, *facts.s47_enquiries, *facts.cp_plans, *facts.cin_plans, *facts.looked_after)
        assert {one.referral_id for one in pointing} <= referrals
        assert {one.s47_id for one in facts.conferences} <= {one.id for one in facts.s47_enquiries}
        assert {one.placement_id for one in facts.looked_after} == {one.id for one in facts.placements}
        workers = {one.professional_id for one in facts.involvements} | {one.worker_id for one in facts.episodes}
        assert workers <= population.professionals.keys()
        assert {one.team_id for one in facts.episodes} <= population.teams.keys()


def test_social_cares_identifiers_are_unique(population):
    rows = [row for facts in population.social_care.values() for row in (*facts.contacts, *facts.cp_visits)]
    assert len({row.id for row in rows}) == len(rows)
    people = [facts.person_id for facts in population.social_care.values()]
    assert len(set(people)) == len(people)


def test_most_children_are_known_to_few_partners_and_some_to_many(population):
    known = [len(facts_of(population, key)) for key in population.children]
    assert known.count(1) > 60
    assert known.count(3) >= 8
    assert len(population.probation) >= 10


def test_a_person_can_be_read_as_one_partner_wrote_them_down(population):
    key = population.stories["disagreeing-sources"]
    truth = population.person(key)
    assert population.person(key, SourceName.HEALTH) == truth
    assert population.person(key, SourceName.SOCIAL_CARE).birth_date != truth.birth_date
    assert population.person(key, SourceName.YOUTH_JUSTICE).family_name != truth.family_name


def test_the_values_that_must_never_leak_hold_everybodys(population):
    values = population.personal_values()
    child = population.main_child
    assert {child.full_name, child.nhs_number, child.upn, child.phone, child.address.line} <= values
    assert {facts.crn for facts in population.probation.values()} <= values
    assert all(len(value) >= 7 for value in values)


def test_people_are_found_by_nhs_number(population):
    assert population.by_nhs_number("9991000003") is population.main_child
    assert population.by_nhs_number("9990000000") is None
