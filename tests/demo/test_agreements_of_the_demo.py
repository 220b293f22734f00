"""The standing agreements of the simulated partnership."""

from datetime import date
from pathlib import Path

import pytest

import hub.demo
from hub.demo.population.people import SourceName
from hub.domain.codes import Agency, PurposeCode, Role, Tier
from hub.policy.agreements import Agreement, read_agreement

FOLDER = Path(hub.demo.__file__).parent / "agreements"


@pytest.fixture(scope="module")
def agreements() -> dict[str, Agreement]:
    return {one.source: one for one in map(read_agreement, sorted(FOLDER.glob("*.json")))}


def test_every_source_has_one_agreement_in_force(agreements):
    assert agreements.keys() == set(SourceName)
    assert all(one.in_force(date(2026, 11, 1)) and one.source_agency == one.source for one in agreements.values())


def test_no_agreement_covers_restricted_information(agreements):
    assert all(category.tier is not Tier.T4 for one in agreements.values() for category in one.covers)


@pytest.mark.parametrize(
    "purpose", [PurposeCode.SCREEN, PurposeCode.CIN_ASSESS, PurposeCode.S47, PurposeCode.EMERGENCY]
)
def test_the_work_of_the_front_door_is_covered_by_all(agreements, purpose):
    worker = frozenset({Role.MASH_SOCIAL_WORKER})
    for one in agreements.values():
        terms = one.terms(PurposeCode(purpose), worker, Agency.SOCIAL_CARE, date(2026, 11, 1))
        assert terms.covers_purpose
        assert terms.covers_recipient


def test_purposes_of_one_agencys_work_stay_with_those_they_concern(agreements):
    def covering(purpose: PurposeCode) -> set[str]:
        return {source for source, one in agreements.items() if purpose in one.purposes}

    assert covering(PurposeCode.MAPPA) == {"probation", "social-care"}
    assert covering(PurposeCode.YOUTH_JUSTICE) == {"youth-justice", "social-care"}
    assert covering(PurposeCode.EARLY_HELP) == {"social-care", "health", "youth-justice"}
