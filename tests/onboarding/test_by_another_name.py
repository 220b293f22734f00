"""Ways round the second person, and round whose a source is, that a name or a number could open."""

from datetime import UTC, datetime

import pytest

from hub.domain.clients import NAMESPACE, ClientState, PartnerClient
from hub.domain.codes import Agency, Role
from hub.domain.identifiers import SourceId
from hub.domain.principals import Principal
from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import PEOPLE, SCHOOLS, manifest

ELSEWHERE, AT_HOME = "other-trust-admin", "county-admin"


@pytest.fixture(autouse=True)
def of_organisations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two administrators of the same agency, of whose tokens one names the owner of the schools' source."""
    for name, organisation in ((ELSEWHERE, "Other Academy Trust"), (AT_HOME, "Exampleshire County Council")):
        who = Principal(name, name, Agency.EDUCATION, frozenset({Role.CONNECTOR_ADMIN}), organisation=organisation)
        monkeypatch.setitem(PEOPLE, name, who)


async def test_another_organisation_of_the_same_agency_does_not_touch_the_source(hub: Joining) -> None:
    await hub.agree()
    await hub.come_to("LIVE")
    with pytest.raises(Refused) as registering:
        await hub.register(ELSEWHERE, manifest(2))
    with pytest.raises(Refused) as suspending:
        await hub.act("suspend", ELSEWHERE)
    assert {registering.value.code, suspending.value.code} == {"FORBIDDEN"}
    assert (await hub.now())["state"] == "LIVE"
    assert (await hub.register(AT_HOME, manifest(2)))["state"] == "DRAFT"


async def test_whoever_let_a_system_in_does_not_approve_what_it_registers(
    hub: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.agree()
    client = NAMESPACE + "school-system"
    system = Principal(
        client, "School", Agency.EDUCATION, frozenset({Role.PARTNER_SYSTEM}), sources=frozenset({SourceId(SCHOOLS)})
    )
    monkeypatch.setitem(PEOPLE, client, system)
    at = datetime(2026, 6, 15, tzinfo=UTC)
    await hub.services.clients.enrol(
        PartnerClient(
            id="school-system",
            agency=Agency.EDUCATION,
            organisation="School",
            sources=frozenset({SCHOOLS}),
            jwks={"keys": []},
            state=ClientState.ENROLLED,
            enrolled_by="ig-lead",
            enrolled_at=at,
            changed_at=at,
        )
    )
    await hub.come_to("TESTED", registrant=client)
    with pytest.raises(Refused) as refused:
        await hub.act("approve", "ig-lead")
    assert refused.value.reasons == ("approval-needs-another-person",)


async def test_an_older_version_does_not_take_the_place_of_a_newer(hub: Joining) -> None:
    await hub.agree()
    await hub.come_to("LIVE")
    for version in (2, 3):
        await hub.register("school-admin", manifest(version))
        for what, who in (("submit", "school-admin"), ("test", "school-admin"), ("approve", "ig-lead")):
            await hub.act(what, who, f"{SCHOOLS}@{version}")
    await hub.act("activate", "school-admin", f"{SCHOOLS}@3")
    with pytest.raises(Refused) as refused:
        await hub.act("activate", "school-admin", f"{SCHOOLS}@2")
    assert (refused.value.code, refused.value.reasons) == ("CONFLICT", ("source-version-older",))
    states = {one["version"]: one["state"] for one in await hub.versions()}
    assert (states[3], states[2]) == ("LIVE", "APPROVED")
