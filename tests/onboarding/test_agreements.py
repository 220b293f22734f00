"""Agreements at the public door: who puts one in, who lets it count, who ends it, and what that stops."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.domain.agreements import AgreementState
from hub.keys.detached import PartyKey, make_party_key
from hub.policy.agreements import decoded
from hub.policy.agreements.signing import signed_document
from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import SCHOOLS

KEPT = "id version source state inForce origin submittedBy changedBy reason signatories { organisation signature key }"
PARTIES = (("Example Schools", "discloser", "education"), ("Example Council", "recipient", "social-care"))


@pytest.fixture
def document(tmp_path: Path):
    """A document signed for these parties."""

    def make(*signing: str, **changes: Any) -> str:
        keys = {name: _key(tmp_path / name) for name, _, _ in PARTIES}
        told = {
            "id": "schools-mash",
            "version": 1,
            "source": SCHOOLS,
            "source_agency": "education",
            "parties": [
                {"organisation": name, "role": role, "agency": agency, "keys": [keys[name].public]}
                for name, role, agency in PARTIES
            ],
            "purposes": ["SCREEN", "S47"],
            "mode": "content",
            "tiers": ["T0", "T1"],
            "recipients": {"agencies": ["social-care"]},
            "valid_from": "2026-01-01",
            "valid_until": "2026-12-31",
            "review_date": "2026-10-01",
            "signatories": [
                {"name": f"For {name}", "role": "head", "organisation": name, "signed_on": "2025-12-01"}
                for name, _, _ in PARTIES
            ],
            **changes,
        }
        content = json.dumps(told).encode()
        for name in signing:
            content = signed_document(content, f"For {name}", keys[name])
        return content.decode()

    return make


def _key(file: Path) -> PartyKey:
    return PartyKey.read(file) if file.exists() else make_party_key(file)


BOTH = ("Example Schools", "Example Council")


async def submit(hub: Joining, document: str, who: str = "school-admin") -> dict[str, Any]:
    query = f"mutation ($d: String!) {{ submitAgreement(input: {{document: $d}}) {{ {KEPT} }} }}"
    return (await hub.ask(who, query, d=document))["submitAgreement"]


async def approve(hub: Joining, who: str = "ig-lead", version: int = 1) -> dict[str, Any]:
    query = f'mutation ($v: Int!) {{ approveAgreement(id: "schools-mash", version: $v) {{ {KEPT} }} }}'
    return (await hub.ask(who, query, v=version))["approveAgreement"]


async def revoke(hub: Joining, who: str = "ig-lead", version: int = 1, reason: str = "It is over.") -> dict[str, Any]:
    query = (
        "mutation ($v: Int!, $r: String!) { "
        f'revokeAgreement(id: "schools-mash", version: $v, reason: $r) {{ {KEPT} }} }}'
    )
    return (await hub.ask(who, query, v=version, r=reason))["revokeAgreement"]


async def listed(hub: Joining, who: str = "auditor") -> list[dict[str, Any]]:
    return (await hub.ask(who, f"{{ agreements {{ {KEPT} }} }}"))["agreements"]


async def test_it_counts_from_its_approval_by_somebody_else_to_its_revocation(hub: Joining, document):
    kept = await submit(hub, document(*BOTH))
    assert (kept["id"], kept["state"], kept["inForce"]) == ("schools-mash@1", "SUBMITTED", False)
    assert [one["signature"] for one in kept["signatories"]] == ["signed", "signed"]
    assert all(one["key"] for one in kept["signatories"])
    assert decoded(await hub.services.agreements.standing()) == {}
    kept = await approve(hub)
    assert (kept["state"], kept["inForce"], kept["changedBy"]) == ("APPROVED", True, "ig-lead")
    assert set(decoded(await hub.services.agreements.standing())) == {SCHOOLS}
    kept = await revoke(hub, "school-admin")
    assert (kept["state"], kept["inForce"], kept["reason"]) == ("REVOKED", False, "It is over.")
    assert decoded(await hub.services.agreements.standing()) == {}


async def test_each_act_leaves_evidence_that_names_the_version_and_the_deciding_policy(hub: Joining, document):
    await submit(hub, document(*BOTH))
    await approve(hub)
    with pytest.raises(Refused):
        await revoke(hub, "worker")
    for kind, outcome, policy in (
        ("submitAgreement", "done", "agreement-is-submitted-by-a-party"),
        ("approveAgreement", "done", "governance-approves-agreements"),
        ("revokeAgreement", "refused", "role-does-not-revoke-this-agreement"),
    ):
        told = (await hub.evidence(kind))[-1]
        assert told.outcome == outcome
        assert {"schools-mash@1", policy} <= set(told.reasons)


@pytest.mark.parametrize(
    ("submitter", "approver", "reason"),
    [
        ("ig-lead", "ig-lead", "agreement-needs-another-approver"),
        ("school-admin", "school-admin", "role-does-not-approve-agreements"),
        ("school-admin", "hub-admin", "role-does-not-approve-agreements"),
        ("school-admin", "worker", "role-does-not-approve-agreements"),
    ],
)
async def test_somebody_else_who_may_approves_it(hub: Joining, document, submitter, approver, reason):
    await submit(hub, document(*BOTH), submitter)
    with pytest.raises(Refused) as refused:
        await approve(hub, approver)
    assert (refused.value.code, reason in refused.value.reasons) == ("FORBIDDEN", True)
    assert (await listed(hub))[0]["state"] == "SUBMITTED"


@pytest.mark.parametrize(("signing", "missing"), [((), BOTH), (BOTH[:1], BOTH[1:]), (BOTH[1:], BOTH[:1])])
async def test_nothing_is_approved_that_a_party_did_not_sign(hub: Joining, document, signing, missing):
    await submit(hub, document(*signing))
    with pytest.raises(Refused, match="Every party signs") as refused:
        await approve(hub)
    assert refused.value.reasons == ("agreement-not-signed",)
    assert all(name in refused.value.message for name in missing)


async def test_a_document_without_parties_or_that_has_ended_is_not_approved(hub: Joining, document):
    simple = json.loads(document())
    simple.pop("parties")
    await submit(hub, json.dumps(simple))
    with pytest.raises(Refused) as refused:
        await approve(hub)
    assert refused.value.reasons == ("agreement-not-signed",)
    await submit(hub, document(*BOTH, version=2, valid_until="2026-06-14", review_date="2026-06-01"))
    with pytest.raises(Refused) as refused:
        await approve(hub, version=2)
    assert refused.value.reasons == ("agreement-ended",)


@pytest.mark.parametrize("who", ["clinic-admin", "worker", "another-system", "school-rep"])
async def test_nobody_else_puts_in_an_agreement(hub: Joining, document, who):
    with pytest.raises(Refused) as refused:
        await submit(hub, document(*BOTH), who)
    assert "role-does-not-submit-this-agreement" in refused.value.reasons


async def test_a_document_with_mistakes_is_refused_with_all_of_them(hub: Joining, document):
    broken = json.loads(document(*BOTH)) | {"purposes": ["S47"]}
    with pytest.raises(Refused, match="is broken") as refused:
        await submit(hub, json.dumps(broken))
    assert (refused.value.code, refused.value.reasons) == ("BAD_USER_INPUT", ("agreement-unusable",))
    mistaken = {**broken, "surprise": 1, "version": "two"}
    with pytest.raises(Refused, match=r"surprise.*version|version.*surprise"):
        await submit(hub, json.dumps(mistaken))
    assert await listed(hub) == []


async def test_a_version_never_changes_and_the_same_again_is_no_fault(hub: Joining, document):
    told = document(*BOTH)
    assert await submit(hub, told) == await submit(hub, told)
    with pytest.raises(Refused) as refused:
        await submit(hub, document(*BOTH, conditions=["another"]))
    assert (refused.value.code, refused.value.reasons) == ("CONFLICT", ("agreement-version-taken",))


async def test_a_revocation_takes_older_versions_with_it_and_newer_ones_stay(hub: Joining, document):
    for version in (1, 2, 3):
        await submit(hub, document(*BOTH, version=version))
        await approve(hub, version=version)
    assert [one["inForce"] for one in await listed(hub)] == [False, False, True]
    await revoke(hub, version=2)
    assert [one["state"] for one in await listed(hub)] == ["REVOKED", "REVOKED", "APPROVED"]
    await revoke(hub, version=3)
    assert await hub.services.agreements.standing() == ()
    with pytest.raises(Refused) as refused:
        await approve(hub, version=1)
    assert refused.value.reasons == ("agreement-state",)


async def test_a_revocation_needs_a_reason_and_a_version_that_there_is(hub: Joining, document):
    await submit(hub, document(*BOTH))
    with pytest.raises(Refused) as refused:
        await revoke(hub, reason=" ")
    assert refused.value.code == "BAD_USER_INPUT"
    with pytest.raises(Refused) as refused:
        await revoke(hub, version=9)
    assert (refused.value.code, refused.value.reasons) == ("NOT_FOUND", ("no-such-agreement",))


async def test_an_agreement_about_another_agencys_source_is_refused(hub: Joining, document):
    await hub.register()
    parties = [
        {"organisation": "Clinic", "role": "discloser", "agency": "health"},
        *json.loads(document())["parties"][1:],
    ]
    signatories = [{"name": "N", "role": "head", "organisation": "Clinic", "signed_on": "2025-12-01"}]
    foreign = document(source_agency="health", parties=parties, signatories=signatories)
    with pytest.raises(Refused) as refused:
        await submit(hub, foreign, "clinic-admin")
    assert refused.value.reasons == ("agreement-agency",)


async def test_one_sees_the_agreements_about_ones_own_sources(hub: Joining, document):
    await submit(hub, document(*BOTH))
    for who in ("school-admin", "school-system", "auditor", "hub-admin", "guardian"):
        assert [one["id"] for one in await listed(hub, who)] == ["schools-mash@1"], who
    for who in ("clinic-admin", "another-system"):
        assert await listed(hub, who) == []
    with pytest.raises(Refused) as refused:
        await listed(hub, "worker")
    assert refused.value.reasons == ("agreements-are-for-parties-and-governance",)


async def test_an_altered_row_gives_nothing(hub: Joining, document):
    await submit(hub, document(*BOTH))
    await approve(hub)
    [record] = await hub.services.agreements.standing()
    assert record.state is AgreementState.APPROVED
    wider = record.document.replace(b'"T1"', b'"T3"')
    assert wider != record.document
    altered = type(record)(**{name: getattr(record, name) for name in record.__struct_fields__} | {"document": wider})
    assert decoded([altered]) == {}
