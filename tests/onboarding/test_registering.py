"""A source begins: who may hand in a manifest, which, and how often; and what testing it keeps."""

import asyncio
import json

import msgspec
import pytest

from hub.domain.conformance import Checked, Testimony
from hub.domain.documents import digest
from hub.domain.registrations import Registration
from hub.onboarding.testing import SIGNED_AS
from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import MANIFEST, SCHOOLS, manifest


async def refused(hub: Joining, *told: object, **more: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        await hub.register(*told, **more)
    return refusal.value


@pytest.mark.parametrize("who", ["school-admin", "school-system", "hub-admin"])
async def test_its_owner_and_the_hub_register_a_source(hub: Joining, who: str):
    assert await hub.register(who) == {"id": "schools", "name": "Schools of Exampleshire", "state": "DRAFT"}
    (kept,) = await hub.versions()
    assert (kept["id"], kept["registeredBy"], kept["origin"]) == ("schools@1", who, "registered")
    assert kept["digest"] == digest(kept["manifest"].encode())
    asked, done = await hub.evidence("registerSource")
    assert (asked.outcome, done.outcome) == ("asked", "done")
    assert done.reasons[0] == "schools@1"
    assert [one.source for one in done.sources] == [SCHOOLS]


@pytest.mark.parametrize("who", ["clinic-admin", "another-system", "school-rep", "worker", "ig-lead", "auditor"])
async def test_nobody_else_registers_it(hub: Joining, who: str):
    assert (await refused(hub, who)).reasons == ("source-is-looked-after-by-its-owner",)
    assert await hub.versions() == []


async def test_a_source_of_one_agency_is_not_taken_over_by_another(hub: Joining):
    await hub.register()
    theirs = manifest(2, agency='"health"', categories='["identity.name", "health.gp"]').replace(
        "education.school", "health.gp"
    )
    assert (await refused(hub, "clinic-admin", theirs)).reasons == ("source-is-looked-after-by-its-owner",)
    assert (await refused(hub, "hub-admin", theirs)).reasons == ("source-is-another-agencys",)


async def test_the_very_same_document_again_is_the_same_registration_in_either_form(hub: Joining):
    await hub.come_to("SUBMITTED")
    assert (await hub.register("school-system"))["state"] == "SUBMITTED"
    (kept,) = await hub.versions()
    assert (await hub.register("school-system", kept["manifest"]))["state"] == "SUBMITTED"
    assert (await hub.now())["registeredBy"] == "school-admin"
    assert len((await hub.now())["history"]) == 2


@pytest.mark.parametrize("version", [1, 2])
async def test_a_version_never_changes_and_the_next_is_higher(hub: Joining, version: int):
    await hub.register(document=manifest(2))
    refusal = await refused(hub, document=manifest(version, name='"Another name"'))
    assert (refusal.code, refusal.reasons) == ("CONFLICT", ("source-version-not-higher",))
    assert "Give this document version 3" in refusal.message
    await hub.register(document=manifest(3, name='"Another name"'))
    assert [one["version"] for one in await hub.versions()] == [2, 3]


async def test_mistakes_of_a_manifest_are_all_told_to_the_sender_and_none_to_the_evidence(hub: Joining):
    broken = MANIFEST.replace('agency = "education"', 'agency = "CANARY"').replace('kind = "fhir_r4"', 'kind = "soap"')
    refusal = await refused(hub, document=broken)
    assert refusal.code == "BAD_USER_INPUT"
    assert {"agency", "kind"} <= {word.rstrip(":") for reason in refusal.reasons for word in reason.split()}
    (line,) = await hub.evidence("registerSource")
    assert (line.outcome, line.reasons) == ("refused", ("manifest-unusable",))


async def test_a_manifest_that_needs_a_file_beside_it_is_refused(hub: Joining):
    alone = MANIFEST.replace('kind = "fhir_r4"', 'kind = "rest_json"\nmapping = "mapping.toml"')
    assert (await refused(hub, document=alone)).code == "BAD_USER_INPUT"


@pytest.mark.parametrize("reference", ["nothing", "schools@7", "schools@", "schools@1@2", "schools@-1", "@", ""])
async def test_what_is_not_registered_is_not_found(hub: Joining, reference: str):
    await hub.register()
    for act in ("submit", "test", "approve", "activate", "suspend", "resume", "retire"):
        with pytest.raises(Refused) as refusal:
            await hub.act(act, "ig-and-admin", reference)
        assert refusal.value.code in {"NOT_FOUND", "BAD_USER_INPUT"}


async def test_submitting_twice_is_no_fault_and_later_it_is_too_late(hub: Joining):
    await hub.come_to("SUBMITTED")
    assert (await hub.act("submit", "school-system"))["state"] == "SUBMITTED"
    await hub.act("test", "school-system")
    with pytest.raises(Refused) as refusal:
        await hub.act("submit", "school-admin")
    assert refusal.value.code == "CONFLICT"


async def test_only_what_was_submitted_is_tested_and_by_those_who_look_after_it(hub: Joining):
    await hub.register()
    with pytest.raises(Refused) as refusal:
        await hub.act("test", "school-admin")
    assert refusal.value.code == "CONFLICT"
    await hub.act("submit", "school-admin")
    for who in ("ig-lead", "clinic-admin", "another-system"):
        with pytest.raises(Refused) as refusal:
            await hub.act("test", who)
        assert refusal.value.code == "FORBIDDEN"
    assert hub.told.checked == []


async def test_a_result_is_signed_by_the_hub_and_tied_to_the_document_and_the_report(hub: Joining):
    await hub.come_to("TESTED")
    version = await hub.now()
    told = version["conformance"]
    assert (told["passed"], told["doubt"], told["digest"]) == (True, "", version["digest"])
    signed = hub.services.signing.verify(told["signature"], typ=SIGNED_AS)
    testimony = msgspec.json.decode(signed, type=Testimony)
    assert (testimony.source, testimony.version, testimony.digest, testimony.passed) == (
        SCHOOLS,
        1,
        version["digest"],
        True,
    )
    assert testimony.report_digest == digest(told["report"].encode())
    assert json.loads(told["report"]) == {"source": "schools", "passed": True}


async def test_failing_puts_a_version_back_until_it_passes(hub: Joining):
    hub.told.passes = False
    await hub.register()
    await hub.act("submit", "school-admin")
    failed = await hub.act("test", "school-admin")
    assert (failed["state"], failed["conformance"]["passed"]) == ("SUBMITTED", False)
    assert "failed" in failed["conformance"]["doubt"]
    hub.told.passes = True
    assert (await hub.act("test", "school-admin"))["state"] == "TESTED"
    hub.told.passes = False
    assert (await hub.act("test", "school-admin"))["state"] == "SUBMITTED"
    assert [one["after"] for one in (await hub.now())["history"]] == ["DRAFT", "SUBMITTED", "TESTED", "SUBMITTED"]


async def test_testing_what_is_live_changes_nothing_but_its_newest_result(hub: Joining):
    await hub.agree()
    await hub.come_to("LIVE")
    hub.told.passes = False
    tested = await hub.act("test", "hub-admin")
    assert (tested["state"], tested["conformance"]["passed"]) == ("LIVE", False)


async def test_a_test_that_takes_long_goes_on_without_whoever_asked_for_it(hub: Joining, monkeypatch):
    go_on = asyncio.Event()

    async def check(registration: Registration) -> Checked:
        await go_on.wait()
        return Checked(passed=True, report=b"{}")

    monkeypatch.setattr(hub.told, "check", check)
    monkeypatch.setattr("hub.onboarding.testing._BESIDES", -3.9)  # a tenth of a second in all
    await hub.register()
    await hub.act("submit", "school-admin")
    waiting = await hub.act("test", "school-admin")
    assert (waiting["state"], waiting["conformance"]) == ("SUBMITTED", None)
    go_on.set()
    await asyncio.gather(*hub.services.underway._tasks)
    assert (await hub.now())["state"] == "TESTED"
    assert [one.outcome for one in await hub.evidence("testSource")] == ["asked", "done"]
