"""Agreements as data: rules, exceptions, days, versions; every mistake told at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from agreement_samples import HEALTH, ONE, document, encoded

from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role, SubjectKind
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.errors import AccessDenied
from hub.policy.agreements import Unusable, decode, decoded
from hub.policy.policies import Policies, shipped_policies


def record(told: dict[str, Any], **changes: Any) -> AgreementRecord:
    now, content = datetime(2026, 1, 1, tzinfo=UTC), encoded(told)
    plain = {
        "id": told["id"],
        "version": told["version"],
        "source": HEALTH,
        "state": AgreementState.APPROVED,
        "digest": digest(content),
        "origin": "registered",
        "document": content,
        "submitted_by": "p-1",
        "submitted_at": now,
        "changed_by": "p-2",
        "changed_at": now,
    }
    return AgreementRecord(**{**plain, **changes})


@pytest.fixture
def standing(shipped: Policies, source):
    """The policies over what the register holds."""

    def over(*told: dict[str, Any]) -> Policies:
        return shipped.standing_with([source(HEALTH, Agency.HEALTH)], decoded(record(one) for one in told))

    return over


def shown(policies: Policies, question) -> set[Category]:
    verdicts = policies.permit(question).verdicts(HEALTH, SubjectKind.CHILD)
    return {category for category, verdict in verdicts.items() if verdict.permitted}


def test_rules_give_by_purpose_and_recipient(standing, question):
    policies = standing(document())
    worker = shown(policies, question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47))
    manager = shown(policies, question(Role.MASH_MANAGER, purpose=PurposeCode.S47))
    assert Category.HEALTH_SUMMARY in worker
    assert {one.tier for one in manager} == {"T0", "T1"}
    assert {one.tier for one in shown(policies, question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.SCREEN))} == {
        "T0",
        "T1",
    }


def test_an_exception_gives_what_no_rule_does_until_its_own_day(standing, question):
    allows = {
        "effect": "ALLOW",
        "reason": "CP-IS is national.",
        "purposes": ["SCREEN"],
        "categories": ["health.cp-is"],
        "recipients": {"roles": ["mash_social_worker"]},
        "valid_until": "2026-06-15",
    }
    policies = standing(document(exceptions=[allows]))
    ask = {"purpose": PurposeCode.SCREEN}
    assert Category.HEALTH_CP_IS in shown(policies, question(Role.MASH_SOCIAL_WORKER, **ask))
    later = question(Role.MASH_SOCIAL_WORKER, **ask, asked_at=datetime(2026, 6, 16, 12, tzinfo=UTC))
    assert Category.HEALTH_CP_IS not in shown(policies, later)
    assert Category.HEALTH_GP in shown(policies, later)


def test_a_deny_wins_over_every_rule_and_exception_and_is_named(standing, question):
    denies = {"effect": "DENY", "reason": "By phone only.", "categories": ["health.summary"]}
    allows = {
        "effect": "ALLOW",
        "reason": "wanted",
        "purposes": ["S47"],
        "categories": ["health.summary"],
        "recipients": {"roles": ["mash_social_worker"]},
    }
    policies = standing(document(exceptions=[allows, denies]))
    asked = question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47)
    verdict = policies.permit(asked).verdicts(HEALTH, SubjectKind.CHILD)[Category.HEALTH_SUMMARY]
    assert (verdict.permitted, verdict.policies) == (False, ("agreement-denies",))
    assert policies.grounds(verdict.policies) == ("agreement",)


def test_a_deny_of_another_agreement_with_the_source_wins_as_well(standing, question):
    denies = {"effect": "DENY", "reason": "Never.", "categories": ["health.summary"]}
    policies = standing(document(), document(id="second", exceptions=[denies]))
    asked = question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47)
    assert policies.permit(asked).agreements == {HEALTH: "example-health@1"}
    assert Category.HEALTH_SUMMARY not in shown(policies, asked)


def test_a_newer_version_that_gives_less_is_not_got_round_by_the_older_one(standing, question):
    narrower = document(version=2, purposes=["SCREEN"], rules=[document()["rules"][0]])
    policies = standing(document(), narrower)
    with pytest.raises(AccessDenied) as refused:
        policies.permit(question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47))
    assert refused.value.reasons == ("agreement-does-not-cover-purpose",)


def test_what_a_newer_version_replaced_does_not_come_back_when_that_ends(standing, question):
    short = document(version=2, valid_until="2026-06-14", review_date="2026-06-01")
    with pytest.raises(AccessDenied) as refused:
        standing(document(), short).permit(question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47))
    assert refused.value.reasons == ("agreement-not-in-force",)


@pytest.mark.parametrize(
    ("organisation", "given", "denied"),
    [(ONE, False, False), ("Example Council", True, False), (None, False, True), ("Somebody Else", False, False)],
)
def test_an_organisation_is_the_one_that_the_token_names(organisation, given, denied):
    """Nobody whose organisation is unknown is given what one organisation gets, or spared what it is denied."""
    rules = [{"mode": "content", "tiers": ["T0"], "recipients": {"organisations": ["Example Council"]}}]
    exceptions = [{"effect": "DENY", "reason": "no", "recipients": {"organisations": [ONE]}, "tiers": ["T0"]}]
    agreement = decode(encoded(document(rules=rules, exceptions=exceptions))).agreement
    day, roles = datetime(2026, 6, 15, tzinfo=UTC).date(), frozenset({Role.MASH_MANAGER})
    terms = agreement.terms(PurposeCode.S47, roles, Agency.SOCIAL_CARE, day, organisation)
    assert terms.covers_recipient == given
    health = agreement.terms(PurposeCode.S47, roles, Agency.HEALTH, day, organisation)
    assert bool(health.denies) == (denied or organisation == ONE)


def test_a_day_is_a_day_of_the_united_kingdom(shipped, source):
    policies = shipped.standing_with([source(HEALTH, Agency.HEALTH)], decoded([record(document())]))
    assert policies.agreed(HEALTH, datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert not policies.agreed(HEALTH, datetime(2027, 1, 1, tzinfo=UTC))
    summer = document(valid_from="2026-06-15", valid_until="2026-06-15", review_date="2026-06-15")
    policies = shipped.standing_with([source(HEALTH, Agency.HEALTH)], decoded([record(summer)]))
    told = {
        at: policies.agreed(HEALTH, datetime(2026, 6, *at, tzinfo=UTC))
        for at in ((14, 22), (14, 23), (15, 22), (15, 23))
    }
    assert told == {(14, 22): False, (14, 23): True, (15, 22): True, (15, 23): False}


def test_a_permit_can_be_decided_again_at_another_moment(standing, question):
    policies = standing(document(valid_until="2026-06-15", review_date="2026-06-15"))
    asked = question(Role.MASH_SOCIAL_WORKER, purpose=PurposeCode.S47)
    assert policies.permit(asked).agreements
    with pytest.raises(AccessDenied) as refused:
        policies.permit(asked, datetime(2026, 6, 15, 23, tzinfo=UTC))
    assert refused.value.reasons == ("agreement-not-in-force",)


def test_a_record_that_is_not_what_it_says_it_is_gives_nothing():
    told = document()
    good = record(told)
    for bad in (
        record(told, digest="0" * 64),
        record(told, version=2),
        record(told, source=SourceId("elsewhere")),
        record(told, document=b"{}", digest=digest(b"{}")),
    ):
        assert decoded([bad]) == {}
    assert [one.reference for one in decoded([good])[HEALTH]] == ["example-health@1"]


def test_every_mistake_is_told_in_one_run_with_its_place():
    told = document(
        id="Not Kebab",
        version=0,
        purposes=["S48", "S47"],
        valid_from="2026-13-01",
        surprise=1,
        parties=[{"organisation": ONE, "role": "discloser", "agency": "helth"}],
        rules=[{"mode": "content", "recipients": {}, "tiers": ["T9"], "purposes": ["MAPPA"]}, 5],
        exceptions=[
            {"effect": "ALLOW", "reason": " "},
            {"effect": "DENY", "reason": "x", "valid_until": "2031-01-01", "recipients": {"organisations": ["Nobody"]}},
        ],
        signatories=[{"nam": "A", "role": "B", "organisation": "Nowhere", "signed_on": "2026-01-01"}],
    )
    with pytest.raises(Unusable) as refused:
        decode(encoded(told))
    places = [fault.path for fault in refused.value.faults]
    assert len(places) == len(set(places))
    assert set(places) >= {
        *("id", "version", "purposes[0]", "valid_from", "surprise", "parties[0].agency", "parties"),
        *("rules[0].recipients", "rules[0].tiers[0]", "rules[1]"),
        *("exceptions[0].reason", "exceptions[0].purposes", "exceptions[0].recipients", "exceptions[0].categories"),
        *("exceptions[1].valid_from", "exceptions[1].recipients.organisations"),
        *("signatories[0].nam", "signatories[0].name", "signatories[0].organisation"),
    }
    assert all(fault.says and fault.fix for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"id": 1, "id": 2}', "a key twice"),
        (b'{"version": 1.0}', "not whole"),
        (b'{"version": NaN}', "not whole"),
        (b'{"title": "\\ud800"}', "JSON in UTF-8"),
        (b"\xff", "JSON in UTF-8"),
        (b"[" * 100_000, "JSON in UTF-8"),
        (b"[]", "not a JSON object"),
    ],
)
def test_json_that_could_be_read_in_two_ways_is_refused(content, says):
    with pytest.raises(Unusable, match=says):
        decode(content)


def test_the_new_documented_example_is_a_usable_agreement_with_rules_and_exceptions(shipped):
    readme = (shipped_policies() / "agreements" / "README.md").read_text()
    examples = [part.split("```")[0] for part in readme.split("```json\n")[1:]]
    agreement = decode(examples[1].encode()).agreement
    assert agreement.rules
    assert {one.effect for one in agreement.exceptions} == {"ALLOW", "DENY"}
