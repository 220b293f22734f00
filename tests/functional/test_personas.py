"""What each role gets or is refused for the same child, and by which policy."""

import pytest

from hub.cli.client import Refused
from hub.domain.categories import Category
from hub.domain.codes import Role
from tests.fixtures.partnership import RunningPartnership, answer_of, states

TIERS = ("serviceEpisodes", "findings", "alerts")


def tiers_of(view: dict) -> set[str]:
    told = {one["tier"] for part in TIERS for one in view[part]}
    told |= {edge["node"]["tier"] for edge in view["lifeEvents"]["edges"]}
    for person in view["network"]:
        told |= {one["tier"] for part in ("findings", "serviceEpisodes") for one in person[part]}
    return told


def test_a_social_worker_in_a_child_protection_enquiry_reaches_detail_but_not_restricted(partnership):
    view = partnership.view("mash_social_worker", "S47")
    assert tiers_of(view) == {"T1", "T2", "T3"}
    restricted = {one["category"] for one in view["withheld"] if "restricted-needs-owner-release" in one["reasons"]}
    assert Category.HEALTH_SEXUAL in restricted


def test_a_screening_officer_sees_who_is_involved_and_no_flags(partnership):
    view = partnership.view("screening_officer", "SCREEN")
    assert tiers_of(view) == {"T1"}
    assert view["alerts"] == []
    assert any("T2" in " ".join(one["reasons"]) or "tier" in " ".join(one["reasons"]) for one in view["withheld"])


def test_a_social_worker_who_screens_sees_flags_without_narrative(partnership):
    view = partnership.view("mash_social_worker", "SCREEN")
    assert tiers_of(view) == {"T1", "T2"}
    assert all(one["detail"] is None for one in view["findings"] + view["alerts"])


def test_early_help_needs_the_familys_agreement(partnership):
    assert "early-help-needs-agreement" in partnership.refusal("early_help_adviser", "EARLY_HELP").reasons


def test_early_help_with_agreement_stays_within_its_scope_and_with_the_child(partnership):
    scope = {"givenBy": "Mother", "givenOn": "2026-10-01", "scope": ["social-care", "health"]}
    view = partnership.view("early_help_adviser", "EARLY_HELP", familyAgreement=scope)
    assert tiers_of(view) <= {"T1"}
    assert states(view) == {
        "social-care": "KNOWN",
        "health": "KNOWN",
        "youth-justice": "WITHHELD",  # a rule stands in the way: the family named neither
        "probation": "WITHHELD",
    }
    for source in ("youth-justice", "probation"):
        assert "family-agreement-does-not-cover-agency" in answer_of(view, source)["explanation"]
    assert all(person["findings"] == [] for person in view["network"])


def test_a_partner_representative_sees_their_own_agency_only(partnership):
    view = partnership.view("partner_rep", "S47")
    told = states(view)
    assert told["health"] == "KNOWN"
    assert {told[other] for other in ("social-care", "youth-justice", "probation")} == {"WITHHELD"}
    reasons = {reason for one in view["withheld"] if one["source"] != "health" for reason in one["reasons"]}
    assert "partner-rep-sees-own-agency" in reasons


def test_a_performance_analyst_is_refused_by_name(partnership):
    assert partnership.refusal("performance_analyst", "S47").code == "FORBIDDEN"
    refusal = partnership.refusal("performance_analyst", "QA_PERFORMANCE")
    assert refusal.code == "FORBIDDEN"
    assert "aggregates-only" in refusal.reasons


@pytest.mark.parametrize("purpose", ["SCREEN", "S47", "IG_REVIEW", "ADVICE"])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER_SYSTEM])
def test_every_role_is_either_answered_or_refused_with_reasons(partnership: RunningPartnership, role, purpose):
    """Nobody meets an internal error, whatever their role and the purpose they try."""
    assert _refused(partnership, role.value, purpose) in {None, "FORBIDDEN"}


def _refused(partnership: RunningPartnership, role: str, purpose: str) -> str | None:
    try:
        partnership.view(role, purpose)
    except Refused as refusal:
        return refusal.code if refusal.reasons else "refused without a reason"
    return None
