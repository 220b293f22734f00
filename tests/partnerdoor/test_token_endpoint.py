"""A system proves itself and is given a token; anybody else is told one word, and the evidence why."""

import asyncio
from typing import Any

import pytest
from partner_hub import HUB, IG_LEAD, Hub, opened
from signing_of_clients import changed

from hub.authentication.client_tokens import KEPT_SECONDS, ClientTokens
from hub.authentication.proofs import token_request
from hub.clients import revoke_client
from hub.db.store import Store
from hub.domain.codes import Agency, Role
from hub.errors import Unauthenticated
from hub.exchange.tokens import PATH
from hub.keys import FileKeys, rotate_keys

AT = HUB + PATH


async def refusal(hub: Hub, token: str) -> tuple[str, ...]:
    with pytest.raises(Unauthenticated) as refused:
        await hub.verifier.principal(token)
    return refused.value.reasons


async def test_a_token_names_the_system_and_what_it_speaks_for(hub: Hub) -> None:
    key = await hub.enrolled()
    reply = await hub.post(PATH, token_request("health-system", key, AT, hub.now()))
    assert (reply.status, reply.json["token_type"], reply.json["expires_in"]) == (200, "Bearer", 600)
    assert (reply.headers["cache-control"], reply.headers["pragma"]) == ("no-store", "no-cache")
    who = await hub.verifier.principal(reply.json["access_token"])
    assert (who.id, who.name, who.organisation) == ("client:health-system", "Derwent Health", "Derwent Health")
    assert (who.agency, who.roles, who.sources) == (Agency.HEALTH, {Role.PARTNER_SYSTEM}, {"clinic"})
    (issued,) = await hub.evidence(kind="issueToken")
    assert (issued.principal, issued.outcome) == ("client:health-system", "done")


async def test_a_used_assertion_gives_no_second_token(hub: Hub) -> None:
    form = token_request("health-system", await hub.enrolled(), AT, hub.now())
    assert (await hub.post(PATH, form)).status == 200
    again = await hub.post(PATH, form)
    assert (again.status, again.json) == (401, {"error": "invalid_client"})
    (told,) = await hub.evidence(kind="signIn")
    assert (told.outcome, told.reasons, told.principal) == ("refused", ("assertion-used",), "")


async def test_of_many_who_send_one_assertion_at_once_one_is_given_a_token(hub: Hub) -> None:
    form = token_request("health-system", await hub.enrolled(), AT, hub.now())
    replies = await asyncio.gather(*(hub.post(PATH, form) for _ in range(12)))
    assert sorted(one.status for one in replies) == [200] + [401] * 11


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "another grant": ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    "no grant": ({"grant_type": ...}, 400, "invalid_request"),
    "a shared secret": ({"client_secret": "s3cret"}, 400, "invalid_request"),
    "another kind of assertion": ({"client_assertion_type": "saml"}, 401, "invalid_client"),
    "no assertion": ({"client_assertion": ...}, 401, "invalid_client"),
    "something else for an assertion": ({"client_assertion": "a.b.c"}, 401, "invalid_client"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_refusal_is_one_word_of_the_standard(what: str, hub: Hub) -> None:
    changes, status, error = REFUSED[what]
    form = token_request("health-system", await hub.enrolled(), AT, hub.now()) | changes
    reply = await hub.post(PATH, {name: value for name, value in form.items() if value is not ...})
    assert (reply.status, reply.json) == (status, {"error": error})


async def test_a_form_is_read_strictly(hub: Hub) -> None:
    for body in (
        b"",
        b"grant_type",
        b"grant_type=a&grant_type=b",
        b"\xff=1",
        b"&".join(b"a%d=1" % n for n in range(20)),
    ):
        assert (await hub.post(PATH, body)).json == {"error": "invalid_request"}
    assert (await hub.post(PATH, b"a=" + b"x" * 20_000)).status == 413
    assert (await hub.post(PATH, b"grant_type=client_credentials", authorization="Basic eDp5")).status == 400
    assert (await hub.send("GET", PATH, b"", {})).status == 405
    assert (await hub.send("POST", PATH, b"{}", {"content-type": "application/json"})).status == 415


async def test_refusals_do_not_fill_the_log(hub: Hub) -> None:
    form = token_request("nobody", await hub.enrolled(), AT, hub.now())
    for _ in range(40):
        assert (await hub.post(PATH, form)).status == 401
    assert 1 <= len(await hub.evidence(kind="signIn")) <= 20


async def test_a_revoked_systems_tokens_stop_within_a_second_on_every_worker(hub: Hub, clock: Any) -> None:
    token = await hub.token(await hub.enrolled())
    other = ClientTokens(hub.services.signing, hub.services.clients, HUB, clock, clock.monotonic)
    assert await other.principal(token)
    await revoke_client(IG_LEAD, "health-system", "The laptop was lost", hub.services)
    clock.move(seconds=KEPT_SECONDS)
    with pytest.raises(Unauthenticated) as refused:
        await other.principal(token)
    assert refused.value.reasons == ("client-revoked",)
    assert KEPT_SECONDS < 1


async def test_other_keys_end_the_tokens_that_the_former_ones_were_given(hub: Hub, clock: Any) -> None:
    token = await hub.token(await hub.enrolled())
    clock.move(seconds=5)
    key = await hub.enrolled()
    fresh = ClientTokens(hub.services.signing, hub.services.clients, HUB, clock)
    with pytest.raises(Unauthenticated) as refused:
        await fresh.principal(token)
    assert refused.value.reasons == ("client-changed",)
    assert await fresh.principal(await hub.token(key))


async def test_a_token_ends_and_outlives_the_key_that_signed_it(hub: Hub, clock: Any, tmp_path: Any) -> None:
    token = await hub.token(await hub.enrolled())
    rotate_keys(tmp_path / "keys.json", "signing")
    assert await hub.verifier.principal(token)
    assert await hub.verifier.principal(await hub.token(await hub.enrolled("other-system"), "other-system"))
    clock.move(seconds=600)
    assert await refusal(hub, token) == ("token-expired",)


async def test_nobody_else_makes_a_token_of_this_hub(hub: Hub, keys: FileKeys) -> None:
    token = await hub.token(await hub.enrolled())
    assert await refusal(hub, changed(token, roles=["ig_lead"])) == ("token-signature",)
    assert await refusal(hub, changed(token, keys.signing, aud="https://elsewhere.example")) == ("token-audience",)
    assert await refusal(hub, changed(token, keys.signing, sub="nobody")) == ("client-unknown",)
    assert await refusal(hub, changed(token, keys.signing, typ="hub-request+jwt")) == ("token-signature",)


async def test_what_a_token_says_of_its_bearer_counts_for_nothing(hub: Hub, keys: FileKeys) -> None:
    """The store says what a client is: a token made by mistake gives nobody more."""
    token = changed(await hub.token(await hub.enrolled()), keys.signing, roles=["ig_lead"], agency="police", sources=[])
    who = await hub.verifier.principal(token)
    assert (who.agency, who.roles, who.sources) == (Agency.HEALTH, {Role.PARTNER_SYSTEM}, {"clinic"})


async def test_an_assertion_used_before_a_restart_stays_used(
    hub: Hub, store: Store, keys: FileKeys, tmp_path: Any
) -> None:
    form = token_request("health-system", await hub.enrolled(), AT, hub.now())
    assert (await hub.post(PATH, form)).status == 200
    (tmp_path / "again").mkdir()
    async with opened(tmp_path / "again", store, keys, hub.now) as restarted:
        assert (await restarted.post(PATH, form)).status == 401


async def test_without_evidence_there_is_no_token(hub: Hub) -> None:
    form = token_request("health-system", await hub.enrolled(), AT, hub.now())
    await hub.services.audit.close()
    reply = await hub.post(PATH, form)
    assert (reply.status, reply.json) == (503, {"error": "temporarily_unavailable"})


async def test_the_published_keys_are_for_everybody_and_may_be_kept_for_a_while(hub: Hub, tmp_path: Any) -> None:
    rotate_keys(tmp_path / "keys.json", "signing")
    reply = await hub.send("GET", "/.well-known/jwks.json", b"", {})
    assert (reply.status, reply.headers["cache-control"]) == (200, "public, max-age=300")
    assert [sorted(one) for one in reply.json["keys"]] == [["alg", "crv", "kid", "kty", "use", "x"]] * 2
