"""Good tokens are believed, for a while, and say who somebody is."""

from typing import Any

import pytest
from signing import AUDIENCE, ISSUER, NOW, Clock, claims, sign

from hub.authentication.issuers import Issuer
from hub.authentication.tokens import REMEMBERED_TOKENS, Verifier
from hub.domain.codes import Agency, Role
from hub.domain.principals import Principal
from hub.errors import ConfigurationError, Unauthenticated


@pytest.mark.parametrize(("algorithm", "kid"), [("ES256", "es"), ("PS256", "ps"), ("EdDSA", "ed")])
async def test_a_token_signed_by_each_accepted_algorithm_names_its_bearer(algorithm, kid, verifier, keys):
    header = {"alg": algorithm, "kid": kid, "typ": "JWT"}
    principal = await verifier.principal(sign(header, claims(), keys[algorithm]))
    assert (principal.id, principal.name) == ("worker-7", "Sam Worker")
    assert (principal.agency, principal.roles) == (Agency.SOCIAL_CARE, {Role.MASH_SOCIAL_WORKER})


async def test_a_second_issuer_cannot_name_a_person_of_the_first(verifier, keys):
    header = {"alg": "ES256", "kid": "other", "typ": "JWT"}
    principal = await verifier.principal(sign(header, claims(iss="https://other.example.test"), keys["other"]))
    assert principal.id == "other:worker-7"


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        ({"email": "Sam.Worker@Council.example.test"}, "sam.worker@council.example.test"),
        ({"email": "sam.worker@elsewhere.example.test"}, None),  # not a domain that this issuer may speak for
        ({"email": "sam.worker@evil.council.example.test"}, None),
        ({"email": "sam.worker@council.example.test", "email_verified": False}, None),
        ({"email": "@council.example.test"}, None),
        ({"email": "council.example.test"}, None),
        ({}, None),
    ],
)
async def test_an_address_is_believed_only_in_a_domain_that_the_issuer_may_speak_for(
    told, believed, key_set, clock: Clock, token
):
    domains = frozenset({"council.example.test"})
    vouching = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=key_set, email_domains=domains)
    assert (await Verifier((vouching,), clock).principal(token(**told))).email == believed


async def test_without_such_a_domain_no_address_is_believed(verifier, token):
    assert (await verifier.principal(token(email="sam.worker@council.example.test"))).email is None


async def test_a_remembered_token_stops_working_when_it_ends(verifier, token, clock: Clock):
    bearer = token(exp=NOW.timestamp() + 20)
    await verifier.principal(bearer)
    clock.move(seconds=21)
    with pytest.raises(Unauthenticated) as refused:
        await verifier.principal(bearer)
    assert refused.value.reasons == ("token-expired",)


async def test_leeway_is_thirty_seconds_for_clocks_that_run_ahead(verifier, token):
    at = NOW.timestamp()
    assert await verifier.principal(token(iat=at + 29, nbf=at + 29))
    with pytest.raises(Unauthenticated):
        await verifier.principal(token(iat=at + 31))


async def test_no_more_than_the_bound_is_remembered(verifier, token):
    verifier._remembered = {bytes([n % 256, n // 256]): (None, NOW) for n in range(REMEMBERED_TOKENS)}
    await verifier.principal(token())
    assert len(verifier._remembered) == REMEMBERED_TOKENS


@pytest.mark.parametrize(
    "settings",
    [
        {"algorithms": ("HS256",)},
        {"algorithms": ("none",)},
        {"algorithms": ()},
        {"jwks": None},
        {"jwks_url": "https://sign-in.example.test/keys"},
        {"jwks": None, "jwks_url": "http://sign-in.example.test/keys"},
        {"audience": ""},
    ],
)
def test_an_issuer_that_could_not_be_trusted_is_not_configured(settings: dict[str, Any], key_set):
    with pytest.raises(ConfigurationError):
        Issuer(**{"issuer": ISSUER, "audience": AUDIENCE, "jwks": key_set, **settings})


def test_two_issuers_of_one_name_or_one_namespace_are_refused(key_set, clock):
    one = Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=key_set)
    for other in (one, Issuer(issuer="https://b.example.test", audience=AUDIENCE, jwks=key_set)):
        with pytest.raises(ConfigurationError):
            Verifier((one, other), clock)


class Own:
    """Tokens that the hub gave itself."""

    issuer, namespace = "https://hub.example.test", "client:"

    async def principal(self, token: str) -> Principal:
        return Principal("client:x", "X", Agency.HEALTH, frozenset({Role.PARTNER_SYSTEM}))


@pytest.mark.parametrize(
    "posing", [{"issuer": Own.issuer}, {"issuer": "https://other.example.test", "namespace": Own.namespace}]
)
def test_no_issuer_of_peoples_tokens_bears_the_hubs_own_name(posing, key_set, clock: Clock):
    with pytest.raises(ConfigurationError):
        Verifier((Issuer(audience=AUDIENCE, jwks=key_set, **posing),), clock, own=Own())


async def test_the_hubs_own_tokens_are_read_by_the_hub_and_never_remembered(key_set, keys, clock: Clock):
    own = Own()
    verifier = Verifier((Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=key_set),), clock, own=own)
    header = {"alg": "ES256", "kid": "es", "typ": "JWT"}
    mine = sign(header, claims(iss=own.issuer), keys["ES256"])
    assert (await verifier.principal(mine)).id == "client:x"
    assert (await verifier.principal(sign(header, claims(), keys["ES256"]))).id == "worker-7"
    assert len(verifier._remembered) == 1
