"""Who lets a partner's system in, who shuts it out, and what is refused with a sentence that helps."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from partner_hub import IG_LEAD, Hub

from hub.authentication.proofs import new_key_pair
from hub.clients import EnrolClient, enrol_client, partner_clients, revoke_client
from hub.domain.codes import Agency, Role
from hub.domain.principals import Principal
from hub.errors import AccessDenied, BadInput, NotFound

HEALTH_ADMIN = Principal("p-admin", "Admin", Agency.HEALTH, frozenset({Role.CONNECTOR_ADMIN}))
WORKER = Principal("p-worker", "Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
_, KEYS = new_key_pair()


def request(**changes: Any) -> EnrolClient:
    told = {"id": "health-system", "agency": Agency.HEALTH, "organisation": "Derwent Health"}
    return EnrolClient(**told | {"sources": frozenset({"clinic"}), "jwks": KEYS} | changes)


async def test_an_enrolment_is_decided_and_recorded_before_and_after(hub: Hub) -> None:
    client = await enrol_client(IG_LEAD, request(), hub.services)
    assert (client.organisation, client.enrolled_by) == ("Derwent Health", "p-ig-lead")
    told = [(one.outcome, one.reasons) for one in await hub.evidence(kind="enrolClient")]
    assert told == [
        ("asked", ("client:health-system", "clients-are-enrolled-by-the-hub")),
        ("done", ("client:health-system", "clients-are-enrolled-by-the-hub")),
    ]


@pytest.mark.parametrize("who", [WORKER, HEALTH_ADMIN])
async def test_nobody_else_lets_a_system_in(who: Principal, hub: Hub) -> None:
    with pytest.raises(AccessDenied) as refused:
        await enrol_client(who, request(), hub.services)
    assert refused.value.reasons == ("enrolment-is-not-for-partners",)
    assert await hub.services.clients.all() == ()
    (told,) = await hub.evidence(kind="enrolClient")
    assert told.outcome == "refused"


async def test_its_own_agency_shuts_a_system_out_and_another_does_not(hub: Hub) -> None:
    await hub.enrolled()
    other = Principal("p-2", "Admin", Agency.PROBATION, frozenset({Role.CONNECTOR_ADMIN}))
    with pytest.raises(AccessDenied):
        await revoke_client(other, "health-system", "Lost", hub.services)
    revoked = await revoke_client(HEALTH_ADMIN, "health-system", "Lost", hub.services)
    assert (revoked.state, revoked.reason) == ("REVOKED", "Lost")
    with pytest.raises(NotFound):
        await revoke_client(HEALTH_ADMIN, "nobody", "Lost", hub.services)
    with pytest.raises(BadInput):
        await revoke_client(HEALTH_ADMIN, "health-system", " ", hub.services)


async def test_everybody_sees_the_systems_that_are_theirs_to_see(hub: Hub) -> None:
    await hub.enrolled()
    await hub.enrolled("probation-system", agency=Agency.PROBATION, sources=frozenset())
    assert [one.id for one in await partner_clients(IG_LEAD, hub.services)] == ["health-system", "probation-system"]
    assert [one.id for one in await partner_clients(HEALTH_ADMIN, hub.services)] == ["health-system"]
    with pytest.raises(AccessDenied):
        await partner_clients(WORKER, hub.services)


def keys(*made: Any, private: bool = False) -> dict[str, Any]:
    return {"keys": [one.as_dict(private=private) for one in made]}


EC = ECKey.generate_key("P-256", {"kid": "one"})
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an id in capitals": ({"id": "Health"}, "client-id"),
    "an id with a space": ({"id": "health system"}, "client-id"),
    "an id of two letters": ({"id": "hs"}, "client-id"),
    "no organisation": ({"organisation": " "}, "organisation-blank"),
    "another agency's source": ({"sources": frozenset({"clinic", "care"})}, "client-sources"),
    "too many sources": ({"sources": frozenset(map(str, range(51)))}, "client-sources"),
    "a private key": ({"jwks": keys(EC, private=True)}, "client-key-private"),
    "a shared secret": ({"jwks": keys(OctKey.generate_key(256, {"kid": "s"}), private=True)}, "client-key-private"),
    "no key": ({"jwks": {"keys": []}}, "client-keys"),
    "no key set": ({"jwks": {}}, "client-keys"),
    "a key without a kid": ({"jwks": {"keys": [{**EC.as_dict(private=False), "kid": 7}]}}, "client-keys"),
    "two keys of one kid": ({"jwks": keys(EC, EC)}, "client-keys"),
    "a key of another curve": ({"jwks": keys(ECKey.generate_key("P-384", {"kid": "p"}))}, "client-keys"),
    "a good key and one that is none": ({"jwks": {"keys": [*keys(EC)["keys"], {"kty": "EC"}]}}, "client-keys"),
    "eleven keys": (
        {"jwks": keys(*(ECKey.generate_key("P-256", {"kid": str(n)}) for n in range(11)))},
        "client-keys",
    ),
}


async def test_what_cannot_be_enrolled_is_refused_in_words_that_say_what_to_send(hub: Hub) -> None:
    for what, (changes, reason) in BAD.items():
        with pytest.raises(BadInput) as refused:
            await enrol_client(IG_LEAD, request(**changes), hub.services)
        assert refused.value.reasons == (reason,), what
    assert await hub.services.clients.all() == ()


async def test_keys_of_each_kind_are_taken(hub: Hub) -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "two"})
    client = await enrol_client(IG_LEAD, request(jwks=keys(EC, rsa)), hub.services)
    assert [one["kid"] for one in client.jwks["keys"]] == ["one", "two"]
