import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_reference import Situation, decide

from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.policy.facts import DECIDABLE, Facts, Terms
from hub.policy.policies import Policies

# How many decisions to compare. docs/promises.md says when to ask for a million; the default keeps the suite short.
CASES = int(os.environ.get("HUB_CASES", "25000"))
TRUTHS = ("exists", "in force", "purpose", "recipient")

mostly_agreed = st.one_of(st.just(frozenset(TRUTHS)), st.frozensets(st.sampled_from(TRUTHS)))
few_labels = st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(list(Label)), max_size=3))
mostly_covered = st.one_of(st.just(frozenset(DECIDABLE)), st.frozensets(st.sampled_from(DECIDABLE), max_size=60))
mostly_nothing = st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(DECIDABLE), max_size=20))
situations = st.builds(
    Situation,
    roles=st.frozensets(st.sampled_from(list(Role)), max_size=3),
    agency=st.sampled_from(list(Agency)),
    purpose=st.sampled_from(list(PurposeCode)),
    source_agency=st.sampled_from(list(Agency)),
    subject=st.sampled_from(list(SubjectKind)),
    labels=few_labels,
    agreed=mostly_agreed,
    covered=mostly_covered,
    denied=mostly_nothing,
    family=st.booleans(),
    family_covers=st.booleans(),
    glass=st.booleans(),
    release=st.booleans(),
)


def facts_of(now: Situation) -> Facts:
    terms = Terms(
        reference="example@1" if "exists" in now.agreed else None,
        in_force="in force" in now.agreed,
        covers_purpose="purpose" in now.agreed,
        covers_recipient="recipient" in now.agreed,
        covers=now.covered,
        denies=now.denied,
    )
    return Facts(
        roles=now.roles,
        agency=now.agency,
        purpose=now.purpose,
        source_agency=now.source_agency,
        terms=terms,
        family_agreed=now.family,
        family_agreed_to_source=now.family_covers,
        glass_broken=now.glass,
        owner_release=now.release,
    )


@pytest.mark.timeout(3600)
@given(situations)
@settings(
    max_examples=max(1, CASES // len(DECIDABLE)),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_engine_and_plain_python_agree_on_every_decision_and_every_reason(shipped: Policies, now: Situation) -> None:
    verdicts = shipped.table.verdicts(facts_of(now), now.subject, now.labels)
    assert set(verdicts) == set(DECIDABLE)
    for category, verdict in verdicts.items():
        assert (verdict.permitted, set(verdict.policies)) == decide(now, category), category
        assert all(policy in shipped.notes for policy in verdict.policies), "a policy, not a built-in, is named"
        assert verdict.policies
