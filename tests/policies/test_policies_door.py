"""Questions put to the policies as the rest of the hub puts them."""

from datetime import timedelta
from itertools import product
from pathlib import Path

import msgspec
import pytest

from hub.domain.acts import Action
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, SubjectKind
from hub.domain.disclosures import RESTRICTED, shown_reasons
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal
from hub.errors import AccessDenied
from hub.policy.entities import DECIDED, about_a_partner, partner_act, person
from hub.policy.facts import DECIDABLE, Partnering
from hub.policy.policies import Policies, shipped_policies
from tests.fixtures.compiled import policies_over
from tests.policies.conftest import NOON

ABOUT_ENQUIRIES = [action for action in DECIDED if not about_a_partner(action)]
HEALTH, POLICE = SourceId("example-health"), SourceId("example-police")


@pytest.fixture
def policies(source, agreement) -> Policies:
    agreement("health", HEALTH, Agency.HEALTH)
    folder = agreement("police", POLICE, Agency.POLICE)
    return policies_over([source(HEALTH, Agency.HEALTH), source(POLICE, Agency.POLICE)], folder)


def somebody(*roles: Role, agency: Agency = Agency.SOCIAL_CARE) -> Principal:
    return Principal("p-1", "Somebody", agency, frozenset(roles))


def shown(policies: Policies, permit, source: SourceId = HEALTH, *labels: Label) -> set[Category]:
    verdicts = permit.verdicts(source, SubjectKind.CHILD, frozenset(labels))
    return {category for category, verdict in verdicts.items() if verdict.permitted}


def test_a_permit_is_total_names_its_agreements_and_keeps_the_reasons(policies, question):
    permit = policies.permit(question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47))
    assert permit.agreements == {HEALTH: "health@1", POLICE: "police@1"}
    assert permit.policy_version == policies.version
    for source in (HEALTH, POLICE):
        verdicts = permit.verdicts(source, SubjectKind.CHILD)
        assert list(verdicts) == list(DECIDABLE)
        assert all(policies.says(policy) for verdict in verdicts.values() for policy in verdict.policies)
    assert Category.HEALTH_SUMMARY in shown(policies, permit)
    assert permit.verdicts(HEALTH, SubjectKind.CHILD)[Category.HEALTH_SEXUAL].policies == (
        "restricted-needs-owner-release",
    )


def test_a_label_narrows_a_permit(policies, question):
    permit = policies.permit(question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47))
    plain = shown(policies, permit)
    assert plain - shown(policies, permit, HEALTH, Label.LOCATION_AT_RISK) >= {Category.HEALTH_GP, Category.PLACE}
    assert shown(policies, permit.narrowed_to(frozenset({Label.WITNESS_PROTECTION}))) == set()
    for label in Label:
        assert shown(policies, permit, HEALTH, label) <= plain


def test_nobody_is_asked_when_existence_is_permitted_nowhere(policies, question):
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question(Role.PERFORMANCE_ANALYST, purpose=PurposeCode.QA_PERFORMANCE))
    assert "aggregates-only" in refused.value.reasons
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question(Role.AUDITOR, purpose=PurposeCode.S47))
    assert refused.value.reasons == ("role-does-not-use-purpose",)
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question(purpose=PurposeCode.S47))
    assert "role-does-not-use-purpose" in refused.value.reasons


def test_early_help_reaches_the_agencies_that_the_family_named(policies, question, source):
    ask = {"purpose": PurposeCode.EARLY_HELP, "agency": Agency.EARLY_HELP}
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question(Role.EARLY_HELP_ADVISER, **ask))
    assert refused.value.reasons == ("early-help-needs-agreement",)
    permit = policies.permit(question(Role.EARLY_HELP_ADVISER, **ask, family=("health",)))
    assert Category.HEALTH_GP in shown(policies, permit)
    assert shown(policies, permit, POLICE) == set()
    assert {category.tier for category in permit.to_ask(source(HEALTH, Agency.HEALTH))} <= {"T0", "T1"}
    not_yet = question(Role.EARLY_HELP_ADVISER, **ask, family=("health",), asked_at=NOON - timedelta(days=30))
    with pytest.raises(AccessDenied):
        policies.permit(not_yet)


def test_broken_glass_reaches_detail_until_the_grant_ends(policies, question):
    ask = {"purpose": PurposeCode.SCREEN, "glass_until": NOON + timedelta(minutes=30)}
    during = policies.permit(question(Role.SCREENING_OFFICER, **ask))
    after = policies.permit(question(Role.SCREENING_OFFICER, **ask, asked_at=NOON + timedelta(minutes=30)))
    assert Category.HEALTH_SUMMARY in shown(policies, during)
    assert Category.HEALTH_SUMMARY not in shown(policies, after)
    assert not any(category.tier == "T4" for category in shown(policies, during))


def test_a_partner_representative_is_permitted_their_own_agency(policies, question, source):
    permit = policies.permit(question(Role.PARTNER_REP, purpose=PurposeCode.S47, agency=Agency.HEALTH))
    assert Category.HEALTH_SUMMARY in shown(policies, permit)
    assert permit.to_ask(source(POLICE, Agency.POLICE)) == frozenset()
    verdict = permit.verdicts(POLICE, SubjectKind.CHILD)[Category.EXISTENCE]
    assert verdict.policies == ("partner-rep-sees-own-agency",)


def test_a_source_that_is_not_registered_gives_nothing(policies, question):
    permit = policies.permit(question(Role.MASH_MANAGER, purpose=PurposeCode.S47))
    verdicts = permit.verdicts(SourceId("elsewhere"), SubjectKind.CHILD)
    assert set(verdicts) == set(DECIDABLE)
    assert {verdict.policies for verdict in verdicts.values()} == {("source-not-registered",)}
    assert policies.says("source-not-registered")


def test_a_hub_without_sources_refuses_by_name(shipped, question):
    with pytest.raises(AccessDenied) as refused:
        shipped.permit(question(Role.MASH_MANAGER, purpose=PurposeCode.S47))
    assert refused.value.reasons == ("no-source-registered",)
    assert shipped.says("no-source-registered")


@pytest.mark.parametrize(
    ("roles", "action", "own", "reason"),
    [
        ((Role.MASH_SOCIAL_WORKER,), Action.OPEN_ENQUIRY, True, None),
        ((Role.AUDITOR,), Action.OPEN_ENQUIRY, True, "role-does-not-use-purpose"),
        ((Role.MASH_SOCIAL_WORKER,), Action.VIEW, True, None),
        ((Role.MASH_SOCIAL_WORKER,), Action.VIEW, False, "enquiry-is-somebody-elses"),
        ((Role.DUTY_MANAGER,), Action.FIND, False, None),
        ((Role.AUDITOR,), Action.READ_ENQUIRY, False, "enquiry-is-somebody-elses"),
        ((Role.MASH_SOCIAL_WORKER,), Action.CLOSE_ENQUIRY, True, None),
        ((Role.MASH_SOCIAL_WORKER,), Action.BREAK_GLASS, True, None),
        ((Role.MASH_MANAGER,), Action.BREAK_GLASS, False, "glass-is-broken-by-the-asker"),
        ((Role.PARTNER_REP,), Action.BREAK_GLASS, True, "role-does-not-break-glass"),
        ((Role.DPO,), Action.REVIEW_GLASS, False, None),
        ((Role.MASH_MANAGER,), Action.REVIEW_GLASS, False, "broken-glass-is-for-reviewers"),
        ((Role.AUDITOR, Role.MASH_SOCIAL_WORKER), Action.REVIEW_GLASS, True, "nobody-reviews-their-own-glass"),
        ((Role.SCREENING_OFFICER, Role.MASH_SOCIAL_WORKER), Action.CONFIRM_MATCH, True, None),
        ((Role.MASH_MANAGER,), Action.REJECT_MATCH, False, "match-is-decided-by-the-asker"),
        ((Role.PARTNER_REP,), Action.CONFIRM_MATCH, True, "role-does-not-decide-matches"),
        ((Role.AUDITOR,), Action.READ_AUDIT, True, None),
        ((Role.MASH_MANAGER,), Action.READ_AUDIT, True, "trail-is-for-reviewers"),
        ((Role.CONNECTOR_ADMIN,), Action.LIST_SOURCES, True, None),
        ((Role.REFERRER,), Action.LIST_SOURCES, True, "register-is-for-professionals"),
        ((), Action.LIST_SOURCES, True, "register-is-for-professionals"),
        ((Role.MASH_MANAGER,), Action.SIGN_IN, True, "policy-error"),
    ],
)
def test_acts_are_allowed_or_refused_by_name(shipped, roles, action, own, reason):
    if reason is None:
        assert shipped.authorise(somebody(*roles), action, purpose=PurposeCode.S47, own=own).policies
        return
    with pytest.raises(AccessDenied) as refused:
        shipped.authorise(somebody(*roles), action, purpose=PurposeCode.S47, own=own)
    assert reason in refused.value.reasons


def test_a_label_of_a_match_bears_on_confirming_it_and_not_on_rejecting_it(shipped):
    worker, adopted = somebody(Role.MASH_SOCIAL_WORKER), frozenset({Label.ADOPTION, Label.LOCATION_AT_RISK})
    assert shipped.authorise(worker, Action.REJECT_MATCH, purpose=PurposeCode.S47, labels=adopted).permitted
    with pytest.raises(AccessDenied) as refused:
        shipped.authorise(worker, Action.CONFIRM_MATCH, purpose=PurposeCode.S47, labels=adopted)
    assert refused.value.reasons == ("match-never-across-adoption",)
    assert shown_reasons(refused.value.reasons) == (RESTRICTED,)


def test_every_refused_act_of_every_role_names_a_policy(shipped):
    for role in Role:
        for action in ABOUT_ENQUIRIES:
            for purpose in (None, *PurposeCode):
                for own in (True, False):
                    try:
                        named = shipped.authorise(somebody(role), action, purpose=purpose, own=own).policies
                    except AccessDenied as refused:
                        named = refused.reasons
                    assert set(named) <= set(shipped.notes), (role, action, purpose, own, named)


@pytest.mark.parametrize("action", [one for one in DECIDED if about_a_partner(one)])
def test_every_refused_act_on_a_partners_part_names_a_policy_and_a_ground(shipped, action):
    facts = [Partnering(*told) for told in product((True, False), repeat=len(msgspec.structs.fields(Partnering)))]
    for role, agency in product(Role, (Agency.SOCIAL_CARE, Agency.HEALTH)):
        for verdict in shipped.engine.decide(person([role], agency), [partner_act(action, one) for one in facts]):
            assert set(verdict.policies) <= set(shipped.notes), (role, agency, verdict)
            assert verdict.permitted or shipped.grounds(verdict.policies)


def test_usable_purposes_are_those_that_open_an_enquiry(shipped):
    codes = {role: [one.code for one in shipped.usable_by(somebody(role))] for role in Role}
    assert codes[Role.SCREENING_OFFICER] == ["SCREEN"]
    assert codes[Role.MASH_SOCIAL_WORKER] == ["SCREEN", "CIN_ASSESS", "S47"]
    assert codes[Role.DPO] == ["IG_REVIEW"]
    assert codes[Role.REFERRER] == codes[Role.CONNECTOR_ADMIN] == []
    assert not {"ADVICE", "FEEDBACK"} & {code for usable in codes.values() for code in usable}
    youth_justice = shipped.usable_by(somebody(Role.PARTNER_REP, agency=Agency.YOUTH_JUSTICE))
    assert [one.code for one in youth_justice] == ["S47", "YOUTH_JUSTICE"]


def test_a_warm_permit_and_verdict_are_looked_up_and_not_decided_again(policies, question):
    asked = question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47)
    cold = policies.permit(asked).verdicts(HEALTH, SubjectKind.CHILD)
    assert policies.permit(asked).verdicts(HEALTH, SubjectKind.CHILD) is cold
    tomorrow = question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47, asked_at=NOON + timedelta(days=1))
    assert policies.permit(tomorrow).verdicts(HEALTH, SubjectKind.CHILD) == cold


def test_shipped_policies_are_found_in_the_repository():
    assert (shipped_policies() / "purposes.toml").is_file()
    assert shipped_policies() == Path(__file__).parents[2] / "policies"
