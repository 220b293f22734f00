import re
from pathlib import Path

import pytest

from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind, Tier
from hub.policy.cases import CaseResult, run_cases, unshown
from hub.policy.explain import check
from hub.policy.policies import Policies, shipped_policies
from hub.policy.texts import read_texts
from tests.fixtures.compiled import compiled

SHIPPED = shipped_policies()
RESULTS = run_cases(SHIPPED / "cases", compiled().engine)


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: f"{one.file}: {one.name}")
def test_case_is_decided_as_written(result: CaseResult) -> None:
    assert not result.fault, result.policies


def test_every_policy_decides_a_case_each_way(shipped: Policies) -> None:
    assert list(unshown(shipped.notes, RESULTS)) == []


def test_a_policy_without_a_near_miss_is_named(shipped: Policies) -> None:
    without = [one for one in RESULTS if "label-adoption" not in one.case.near]
    assert list(unshown(shipped.notes, without)) == [
        "label-adoption has no near miss in cases/ALLOW that differs in one fact from a case it decides."
    ]


def test_every_policy_states_its_legal_basis_and_says_one_sentence(shipped: Policies) -> None:
    for note in shipped.notes.values():
        assert note.basis
        assert note.says.endswith(".")
        assert len(note.says) < 160


def test_every_label_has_a_policy_of_its_own(shipped: Policies) -> None:
    assert {f"label-{label.lower().replace('_', '-')}" for label in Label} <= set(shipped.notes)


def test_every_purpose_has_a_row_and_every_role_stands_somewhere(shipped: Policies) -> None:
    assert set(shipped.purposes) == set(PurposeCode)
    everywhere = " ".join(read_texts(SHIPPED).cedar.values()) + read_texts(SHIPPED).purposes
    assert [role for role in Role if role not in everywhere] == []


@pytest.mark.parametrize(
    ("entity", "codes"),
    [("Role", Role), ("Tier", Tier), ("Agency", Agency), ("Label", Label), ("SubjectKind", SubjectKind)],
)
def test_schema_lists_exactly_the_codes_of_the_domain(entity: str, codes: type) -> None:
    listed = re.search(rf"entity {entity} enum \[(.*?)\]", read_texts(SHIPPED).schema, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r'"([^"]+)"', listed[1])) == {str(code) for code in codes}


def test_check_reports_a_case_that_is_decided_otherwise(copied: Path) -> None:
    cases = copied / "cases" / "ALLOW" / "early-help.toml"
    cases.write_text(cases.read_text().replace("early_help_adviser", "auditor"))
    report = check(copied)
    assert any("is denied: role-does-not-use-purpose" in fault for fault in report.faults)


def test_check_of_the_shipped_policies_finds_nothing() -> None:
    report = check(SHIPPED)
    assert report.faults == ()
    assert report.policies == len(compiled().notes)
