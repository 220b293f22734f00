"""One child as several sources describe them: everything with its source and time, and nothing preferred."""

import json

from hub.demo.population import populate
from hub.demo.population.people import Person
from tests.fixtures.partnership import RunningPartnership

POPULATION = populate()


def somebody(story: str) -> Person:
    return POPULATION.persons[POPULATION.stories[story]]


def test_every_attribute_says_who_holds_it_and_as_of_when(partnership: RunningPartnership):
    child = partnership.view()["child"]
    told = [one for part in child.values() for one in part if isinstance(one, dict)]
    assert {one["source"] for one in told} == {"social-care", "health", "youth-justice", "probation"}
    assert all(one["asOf"] for one in told)


def test_another_name_stands_beside_the_present_one(partnership: RunningPartnership):
    child = partnership.view()["child"]
    assert [(one["value"], one["source"]) for one in child["otherNames"]] == [("Ro Fictworth", "health")]
    assert "Ro Fictworth" not in {one["value"] for one in child["names"]}


def test_a_name_that_must_not_be_known_is_not_told_as_another_name(partnership: RunningPartnership):
    young = somebody("gender-history")
    assert young.aliases
    view = partnership.view(nhs_number=young.nhs_number)
    told = json.dumps({part: view[part] for part in ("child", "findings", "network", "alerts", "lifeEvents")})
    assert not [alias.given_name for alias in young.aliases if alias.given_name in told]


def test_what_sources_differ_in_stands_side_by_side_with_who_says_it(partnership: RunningPartnership):
    child = somebody("disagreeing-sources")
    view = partnership.view(nhs_number=child.nhs_number)
    names = {one["source"]["id"]: one["source"]["name"] for one in view["sources"]}
    held = {one["source"]: one["value"] for one in view["child"]["birthDates"]}
    for conflict in view["child"]["conflicts"]:
        assert conflict.count(" says ") >= 2
    if len(set(held.values())) > 1:
        (births,) = [one for one in view["child"]["conflicts"] if one.startswith("Birth date differs")]
        assert all(f"{names[source]} says {value}" in births for source, value in held.items())
