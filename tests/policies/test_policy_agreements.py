from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.domain.identifiers import SourceId
from hub.errors import AccessDenied, ConfigurationError
from hub.policy.agreements import read_agreement
from hub.policy.policies import Policies, shipped_policies
from tests.fixtures.compiled import policies_over

HEALTH = SourceId("example-health")


@pytest.fixture
def load(source):
    def with_agreements(folder: Path | None) -> Policies:
        return policies_over([source(HEALTH, Agency.HEALTH)], folder)

    return with_agreements


def refusal(policies: Policies, question) -> tuple[str, ...]:
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question)
    return refused.value.reasons


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"valid_until": "2026-06-14"}, "agreement-not-in-force"),
        ({"valid_from": "2026-06-16"}, "agreement-not-in-force"),
        ({"purposes": ["SCREEN"]}, "agreement-does-not-cover-purpose"),
        ({"recipients": {"roles": ["mash_manager"]}}, "agreement-does-not-cover-recipient"),
        ({"recipients": {"agencies": ["police"]}}, "agreement-does-not-cover-recipient"),
        ({"tiers": ["T2"]}, "agreement-does-not-cover-category"),
    ],
)
def test_an_agreement_stops_a_question_by_name(load, agreement, question, changes, reason):
    policies = load(agreement("health", HEALTH, Agency.HEALTH, **changes))
    assert refusal(policies, question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47)) == (reason,)


def test_no_agreement_is_no_disclosure(load, question):
    assert refusal(load(None), question(Role.MASH_MANAGER, purpose=PurposeCode.S47)) == ("agreement-missing",)


def test_an_agreement_expires_between_two_questions(load, agreement, question):
    policies = load(agreement("health", HEALTH, Agency.HEALTH, valid_until="2026-06-15"))
    ask = {"purpose": PurposeCode.S47}
    last = question(Role.MASH_SOCIAL_WORKER, **ask, asked_at=datetime(2026, 6, 15, 22, 59, 59, tzinfo=UTC))
    assert policies.permit(last).agreements == {HEALTH: "health@1"}
    late = question(Role.MASH_SOCIAL_WORKER, **ask, asked_at=datetime(2026, 6, 15, 23, tzinfo=UTC))  # summer time
    assert refusal(policies, late) == ("agreement-not-in-force",)


def test_an_agreement_to_existence_shows_nothing_else(load, agreement, question):
    policies = load(agreement("health", HEALTH, Agency.HEALTH, mode="existence", tiers=[]))
    verdicts = policies.permit(question(Role.MASH_MANAGER, purpose=PurposeCode.S47)).verdicts(HEALTH, SubjectKind.CHILD)
    assert [category for category, verdict in verdicts.items() if verdict.permitted] == [Category.EXISTENCE]
    assert "agreement-does-not-cover-category" in verdicts[Category.IDENTITY_NAME].policies


def test_categories_add_to_tiers_and_exclusions_take_away(agreement):
    folder = agreement(
        "health",
        HEALTH,
        Agency.HEALTH,
        tiers=["T0", "T2"],
        categories=["health.summary"],
        excluding=["health.pregnancy"],
    )
    covers = read_agreement(next(folder.iterdir())).covers
    assert {Category.EXISTENCE, Category.HEALTH_CP_IS, Category.HEALTH_SUMMARY} <= covers
    assert not covers & {Category.HEALTH_PREGNANCY, Category.HEALTH_GP, Category.HEALTH_PARENTAL}


def test_a_recipient_is_a_role_that_acts_for_the_purpose(load, agreement, question):
    """An auditor who also screens is no recipient under screening because auditors are."""
    policies = load(agreement("health", HEALTH, Agency.HEALTH, recipients={"roles": ["auditor"]}))
    asked = question(Role.SCREENING_OFFICER, Role.AUDITOR, purpose=PurposeCode.SCREEN)
    assert refusal(policies, asked) == ("agreement-does-not-cover-recipient",)


def test_one_document_decides_and_it_is_the_newest_of_those_that_fit_best(load, agreement, question):
    agreement("health", HEALTH, Agency.HEALTH, version=1)
    agreement("health", HEALTH, Agency.HEALTH, version=2, tiers=["T0", "T1"])
    folder = agreement("health", HEALTH, Agency.HEALTH, version=3, valid_from="2026-12-01")
    permit = load(folder).permit(question(Role.MASH_MANAGER, purpose=PurposeCode.S47))
    assert permit.agreements == {HEALTH: "health@2"}
    verdict = permit.verdicts(HEALTH, SubjectKind.CHILD)[Category.HEALTH_CP_IS]
    assert verdict.policies == ("agreement-does-not-cover-category",)


def test_an_agreement_with_a_source_that_is_not_registered_is_left_out(load, agreement, question):
    folder = agreement("police", "example-police", Agency.POLICE)
    assert refusal(load(folder), question(Role.MASH_MANAGER, purpose=PurposeCode.S47)) == ("agreement-missing",)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"surprise": 1}, r"unknown field `surprise`"),
        ({"version": "two"}, r"Expected `int`"),
        ({"purposes": ["S48"]}, r"Invalid enum value"),
        ({"purposes": []}, r"names its purposes"),
        ({"signatories": []}, r"who signed it"),
        ({"valid_until": "2025-01-01"}, r"before valid_from"),
        ({"valid_until": "whenever"}, r"valid_until"),
        ({"recipients": {}}, r"name roles, agencies, or both"),
        ({"tiers": []}, r"lists tiers, categories, or both"),
        ({"mode": "existence"}, r"lists no tiers"),
        ({"source_agency": "police"}, r"belongs to another agency"),
        ({"signatories": [{"name": "A", "role": "B", "organisation": "C"}]}, r"signed_on"),
    ],
)
def test_a_document_with_a_fault_is_refused_with_its_file(load, agreement, changes, complaint):
    folder = agreement("health", HEALTH, Agency.HEALTH, **changes)
    with pytest.raises(ConfigurationError, match=complaint) as refused:
        load(folder)
    assert "health-" in refused.value.message


def test_a_folder_with_two_documents_of_one_version_is_refused(load, agreement):
    folder = agreement("health", HEALTH, Agency.HEALTH)
    (folder / "again.json").write_bytes((folder / "health-1.json").read_bytes())
    with pytest.raises(ConfigurationError, match=r"is health@1 already"):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"\xff\xfe{}", b" " * 300_000, b"null"])
def test_a_document_that_is_no_agreement_is_refused(load, tmp_path, content):
    (tmp_path / "odd.json").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"odd\.json"):
        load(tmp_path)


def test_a_folder_that_does_not_exist_is_refused(load, tmp_path):
    with pytest.raises(ConfigurationError, match=r"does not exist"):
        load(tmp_path / "nowhere")


def test_the_documented_example_is_a_usable_agreement(tmp_path):
    readme = (shipped_policies() / "agreements" / "README.md").read_text()
    example = readme.split("```json\n")[1].split("```")[0]
    (tmp_path / "example.json").write_text(example)
    agreement = read_agreement(tmp_path / "example.json")
    assert agreement.reference == "example-health-agreement@2"
    assert Category.HEALTH_SUMMARY in agreement.covers
    assert Category.HEALTH_PREGNANCY not in agreement.covers
