"""Who sees which registrations; secrets that go in and never come out; health from real calls, added up."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.domain.documents import digest
from hub.domain.health import Calls
from hub.domain.registrations import Registration, RegistrationState
from tests.onboarding.joining import Joining, Refused
from tests.onboarding.joining_samples import SCHOOLS, manifest

SET = "mutation ($i: SetSourceSecretInput!) { setSourceSecret(input: $i) { id } }"
HEALTH = """query ($source: ID!, $hours: Int!) {
  sourceHealth(source: $source, hours: $hours) {
    hour calls answered meanMs slowestMs outcomes { outcome calls }
  }
}"""


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        *((who, ["schools@1"]) for who in ("school-admin", "school-system", "school-rep")),
        *((who, ["schools@1"]) for who in ("hub-admin", "ig-lead", "auditor")),
        *((who, []) for who in ("clinic-admin", "another-system")),
    ],
)
async def test_a_registration_is_seen_by_its_side_and_the_hub(hub: Joining, who: str, seen: list[str]):
    await hub.register()
    assert [one["id"] for one in await hub.versions(who, None)] == seen
    assert (await hub.evidence("registrations"))[-1].outcome == "done"


async def test_who_works_with_children_sees_no_registrations(hub: Joining):
    with pytest.raises(Refused) as refusal:
        await hub.versions("worker")
    assert refusal.value.reasons == ("registration-is-for-its-owner-and-the-hub",)
    assert (await hub.evidence("registrations"))[-1].outcome == "refused"


@pytest.mark.parametrize("who", ["school-admin", "school-system", "hub-admin"])
async def test_a_secret_goes_in_and_nothing_of_it_comes_out(hub: Joining, who: str, capfd):
    await hub.register()
    sent = {"source": "schools", "field": "schools", "value": "CANARY-SECRET"}
    assert await hub.ask(who, SET, i=sent) == {"setSourceSecret": {"id": "schools@1"}}
    assert await hub.services.secrets.get("schools", "schools") == "CANARY-SECRET"
    lines = await hub.evidence("setSourceSecret")
    assert [one.outcome for one in lines] == ["asked", "done"]
    assert "CANARY" not in str(lines)
    told = capfd.readouterr()
    assert "CANARY" not in told.out + told.err


@pytest.mark.parametrize(
    ("who", "field", "value", "reason"),
    [
        ("clinic-admin", "schools", "CANARY", "source-is-looked-after-by-its-owner"),
        ("ig-lead", "schools", "CANARY", "source-is-looked-after-by-its-owner"),
        ("school-admin", "another", "CANARY", "secret-not-named"),
        ("school-admin", "schools", "  ", "secret-size"),
    ],
)
async def test_a_secret_is_set_by_those_who_look_after_it_under_a_name_the_manifest_gives(
    hub: Joining, who: str, field: str, value: str, reason: str
):
    await hub.register()
    with pytest.raises(Refused) as refusal:
        await hub.ask(who, SET, i={"source": "schools", "field": field, "value": value})
    assert refusal.value.reasons == (reason,)
    assert "CANARY" not in refusal.value.message
    assert await hub.services.secrets.get("schools", field) is None


async def test_a_source_declared_by_a_file_is_not_retired_or_replaced_beside_it(hub: Joining):
    await hub.agree()
    await hub.come_to("APPROVED", manifest(2))
    draft = await hub.services.register.get(SCHOOLS)
    assert draft is not None
    document = draft.manifest.replace(b'"version":2', b'"version":1')
    told = {name: getattr(draft, name) for name in draft.__struct_fields__}
    declared = Registration(
        **{
            **told,
            "version": 1,
            "origin": "file",
            "manifest": document,
            "digest": digest(document),
            "state": RegistrationState.LIVE,
        }
    )
    await hub.services.register.put(declared)
    for act, reference in (("activate", "schools@2"), ("retire", "schools@1")):
        with pytest.raises(Refused) as refusal:
            await hub.act(act, "hub-admin", reference)
        assert refusal.value.reasons == ("source-declared-by-file",)
    await hub.act("suspend", "school-admin", "schools@1")


def counted(hour: datetime, outcome: str, calls: int, slowest: int) -> Calls:
    return Calls(source=SCHOOLS, hour=hour, outcome=outcome, calls=calls, total_ms=calls * 10, slowest_ms=slowest)


async def test_health_is_added_up_over_workers_and_told_by_the_hour(hub: Joining):
    await hub.register()
    now = hub.clock().replace(minute=0, second=0, microsecond=0)
    before = now - timedelta(hours=1)
    await hub.services.health.add([counted(before, "TIMED_OUT", 2, 4000), counted(now, "answered", 8, 30)])
    await hub.services.health.add([counted(now, "TIMED_OUT", 1, 4001), counted(now, "answered", 2, 20)])
    await hub.services.health.add([counted(now - timedelta(hours=30), "answered", 1, 5)])
    told = (await hub.ask("school-system", HEALTH, source="schools", hours=24))["sourceHealth"]
    assert [(one["calls"], one["answered"], one["slowestMs"]) for one in told] == [(2, 0, 4000), (11, 10, 4001)]
    assert told[1]["outcomes"] == [{"outcome": "TIMED_OUT", "calls": 1}, {"outcome": "answered", "calls": 10}]
    assert datetime.fromisoformat(told[1]["hour"]) == now.astimezone(UTC)
    assert told[1]["meanMs"] == 10
    assert len((await hub.ask("worker", HEALTH, source="schools", hours=48))["sourceHealth"]) == 3


@pytest.mark.parametrize(
    ("who", "source", "hours", "code"),
    [
        ("another-system", "schools", 24, "FORBIDDEN"),
        ("worker", "nothing", 24, "NOT_FOUND"),
        ("worker", "schools", 0, "BAD_USER_INPUT"),
        ("worker", "schools", 10_000, "BAD_USER_INPUT"),
    ],
)
async def test_health_is_for_those_who_see_the_register(hub: Joining, who: str, source: str, hours: int, code: str):
    await hub.register()
    with pytest.raises(Refused) as refusal:
        await hub.ask(who, HEALTH, source=source, hours=hours)
    assert refusal.value.code == code
