"""The corruption sweep of the demo population: nobody is ever linked wrongly, and its page is true."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.sweep.asking import Outcome
from benchmarks.sweep.page import COMMAND, by_place
from benchmarks.sweep.partners import partners
from benchmarks.sweep.sweeping import DRAWN, SEED, Sweep
from benchmarks.sweep.whole import Swept, swept
from hub.demo.partners import probation_shapes, youth_justice_shapes
from hub.demo.partners.ssd_rows import tables
from hub.demo.population import populate
from hub.demo.population.facts import SourceName
from hub.domain.codes import Label
from tests.fixtures.unmeasured import unmeasured

PAGE = Path(__file__).resolve().parents[2] / "docs" / "matching-sweep.md"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def found() -> Swept:
    with unmeasured():  # thousands of finds
        return asyncio.run(swept(lambda done, of: None))


def test_no_mistake_links_a_child_to_somebody_else(found):
    everything = [*found.cases, *(one for cases in found.protected.values() for one in cases)]
    wrong = [(one.asked.slip.name, one.source) for one in everything if one.came.outcome is Outcome.WRONG]
    assert wrong == []


def test_the_checked_in_page_is_what_the_sweep_finds_today(found):
    assert PAGE.read_text(encoding="utf-8") == found.page, f"run: {COMMAND}"


def test_what_nobody_wrote_wrong_is_found(found):
    outcomes = Counter(one.came.outcome for one in found.cases if one.asked.slip.group == "Nothing wrong")
    assert outcomes[Outcome.FOUND] >= 0.9 * outcomes.total() > 0  # the rest have common names, and wait for a person


def test_every_slip_befell_as_many_children_as_the_page_says():
    asked = Counter((one.slip.group, one.slip.name, one.side) for one in Sweep().ordinary())
    assert set(asked.values()) == {DRAWN}


def test_a_protected_witness_is_answered_about_as_somebody_nobody_knows(found):
    silent, of = found.unheard
    assert silent == of > 0
    assert {one.came.outcome for one in found.protected[Label.WITNESS_PROTECTION]} == {Outcome.MISSED}


def test_a_search_by_place_offers_no_child_whose_whereabouts_are_at_risk(found):
    assert found.protected[Label.LOCATION_AT_RISK]
    assert by_place(found.protected) == []


def test_a_number_with_one_digit_wrong_is_refused_before_anybody_is_searched():
    refused, of = Sweep().refused_numbers()
    assert refused == of > 0


def test_the_sweeps_partners_hold_what_the_demos_systems_tell():
    population = populate(SEED)
    held = {
        one.manifest.id: {id_: person.attributes for id_, person in one.people.items()} for one in partners(population)
    }
    for row in tables(population)["ssd_person"]:
        if known := held["social-care"].get(row["pers_person_id"]):
            assert (row["pers_forename"], row["pers_surname"]) == (known.given_name, known.family_name)
            assert (row["pers_dob"], row["pers_common_child_id"]) == (known.birth_date, known.nhs_number)
    for facts in population.youth_justice.values():
        person = population.person(facts.child_key, SourceName.YOUTH_JUSTICE)
        told, known = youth_justice_shapes.person_details(facts, person), held["youth-justice"][facts.ypid]
        assert (told["forename"], told["surname"]) == (known.given_name, known.family_name)
        assert (told["dateOfBirth"], told["upn"]) == (str(known.birth_date), known.upn)
    for facts in population.probation.values():
        for contact in facts.contacts:
            if known := held["probation"].get(contact.id):
                told = probation_shapes.contact([(contact, facts)])
                assert (told["firstName"], told["lastName"]) == (known.given_name, known.family_name)
                assert (told["dateOfBirth"], told["postcode"]) == (str(known.birth_date), known.postcode)
    assert set(held) == set(SourceName)
    assert all(held.values())
