"""A corpus of forged assertions. None lets a system in, each for its own reason; a good one lets its own in, once."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey
from signing import NOW, Clock, b64, sign

from hub.authentication.assertions import Assertions
from hub.authentication.proofs import new_key_pair, proof
from hub.domain.clients import ClientState, PartnerClient
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.errors import Unauthenticated

AT = NOW.timestamp()
HERE = "https://hub.example.test/oauth/token"
GOOD = {"alg": "ES256", "kid": "es", "typ": "JWT"}
Keys = dict[str, Any]
Forge = Callable[[Keys], str]


def client(name: str, *keys: Any, state: ClientState = ClientState.ENROLLED) -> PartnerClient:
    return PartnerClient(
        id=name,
        agency=Agency.PROBATION,
        organisation="Derwent Probation",
        sources=frozenset({SourceId("probation")}),
        jwks={"keys": [key.as_dict(private=False) for key in keys]},
        state=state,
        enrolled_by="p-1",
        enrolled_at=NOW,
        changed_at=NOW,
    )


class Enrolled:
    """Clients in a dictionary, and the ids of assertions that were used."""

    def __init__(self, *clients: PartnerClient) -> None:
        self.clients = {one.id: one for one in clients}
        self.used: set[tuple[str, str]] = set()

    async def get(self, name: str) -> PartnerClient | None:
        return self.clients.get(name)

    async def use(self, issuer: str, token: str, until: datetime, now: datetime) -> bool:
        assert until > now
        known = (issuer, token) in self.used
        self.used.add((issuer, token))
        return not known


@pytest.fixture
def enrolled(keys: Keys) -> Enrolled:
    return Enrolled(
        client("probation-system", keys["ES256"], keys["PS256"], keys["EdDSA"]),
        client("other-system", keys["other"]),
        client("gone-system", keys["ES256"], state=ClientState.REVOKED),
    )


@pytest.fixture
def desk(enrolled: Enrolled, clock: Clock) -> Assertions:
    return Assertions(enrolled, enrolled, HERE, clock)


def claims(**changes: Any) -> dict[str, Any]:
    told = {
        "iss": "probation-system", "sub": "probation-system", "aud": HERE, "jti": "one",
        "iat": AT, "nbf": AT, "exp": AT + 120,
    } | changes  # fmt: skip
    return {name: value for name, value in told.items() if value is not ...}


def es(header: dict[str, Any] | None = None, *, leave_out: str = "", **changes: Any) -> Forge:
    """Signed by the right key, with something wrong in it."""
    head = {name: value for name, value in {**GOOD, **(header or {})}.items() if name != leave_out}
    return lambda keys: sign(head, claims(**changes), keys["ES256"], "ES256")


def hs256_with_the_public_key(keys: Keys) -> str:
    signed = f"{b64({**GOOD, 'alg': 'HS256'})}.{b64(claims())}"
    return f"{signed}.{b64(hmac.digest(keys['ES256'].as_pem(private=False), signed.encode(), 'sha256'))}"


def own_key_in_the_header(keys: Keys) -> str:
    mine = ECKey.generate_key("P-256", {"kid": "es"})
    return sign({**GOOD, "jwk": mine.as_dict(private=False)}, claims(), mine)


def stitched(keys: Keys) -> str:
    head, _, signature = es()(keys).split(".")
    return f"{head}.{b64(claims(jti='two'))}.{signature}"


def by_another_client(keys: Keys) -> str:
    return sign({**GOOD, "kid": "other"}, claims(), keys["other"])


def in_anothers_name(keys: Keys) -> str:
    return sign(GOOD, claims(iss="other-system", sub="other-system"), keys["ES256"])


def anothers_key_under_our_kid(keys: Keys) -> str:
    return sign(GOOD, claims(), keys["other"])


FORGED: dict[str, tuple[Forge, str]] = {
    "no algorithm": (lambda _: f"{b64({**GOOD, 'alg': 'none'})}.{b64(claims())}.", "token-algorithm"),
    "algorithm left out": (es(leave_out="alg"), "token-algorithm"),
    "HS256 with the public key": (hs256_with_the_public_key, "token-algorithm"),
    "RS256": (lambda k: sign({**GOOD, "alg": "RS256", "kid": "ps"}, claims(), k["PS256"]), "token-algorithm"),
    "key in the header": (own_key_in_the_header, "token-own-key"),
    "address of a key in the header": (es({"jku": "https://attacker.example.test/keys"}), "token-own-key"),
    "certificate address": (es({"x5u": "https://attacker.example.test/c"}), "token-own-key"),
    "certificate": (es({"x5c": ["MII"]}), "token-own-key"),
    "unencoded payload": (es({"b64": False}), "token-own-key"),
    "unknown critical header": (es({"crit": ["exp"], "exp": 1}), "token-critical-header"),
    "an access token's type": (es({"typ": "at+jwt"}), "token-type"),
    "an envelope's type": (es({"typ": "hub-request+jwt"}), "token-type"),
    "no key id": (es(leave_out="kid"), "token-no-key-id"),
    "unknown key id": (es({"kid": "nobody"}), "token-unknown-key"),
    "another client's key and key id": (by_another_client, "token-unknown-key"),
    "another client's key under our key id": (anothers_key_under_our_kid, "token-signature"),
    "our key in another client's name": (in_anothers_name, "token-unknown-key"),
    "key of another algorithm": (es({"kid": "ps"}), "token-unknown-key"),
    "other claims": (stitched, "token-signature"),
    "no signature": (lambda k: es()(k).rpartition(".")[0] + ".", "token-signature"),
    "audience of another": (es(aud="https://elsewhere.example.test/oauth/token"), "token-audience"),
    "audience is the hub and not its door": (es(aud="https://hub.example.test"), "token-audience"),
    "audience as a list": (es(aud=[HERE]), "token-audience"),
    "no audience": (es(aud=...), "token-audience"),
    "subject is another client": (es(sub="other-system"), "assertion-subject"),
    "no subject": (es(sub=...), "token-claims"),
    "no issuer": (es(iss=...), "token-claims"),
    "issuer as a list": (es(iss=["probation-system"], sub=["probation-system"]), "token-claims"),
    "a client that nobody enrolled": (es(iss="nobody", sub="nobody"), "client-unknown"),
    "a client that was revoked": (es(iss="gone-system", sub="gone-system"), "client-revoked"),
    "expired": (es(iat=AT - 300, nbf=AT - 300, exp=AT - 1), "token-expired"),
    "expires this second": (es(exp=AT), "token-expired"),
    "no expiry": (es(exp=...), "token-claims"),
    "expiry is true": (es(exp=True), "token-claims"),
    "lives six minutes": (es(exp=AT + 360), "token-lives-too-long"),
    "not yet valid": (es(nbf=AT + 60), "token-not-yet-valid"),
    "from the future": (es(iat=AT + 60), "token-from-the-future"),
    "no id": (es(jti=...), "token-claims"),
    "blank id": (es(jti=" "), "token-claims"),
    "an endless id": (es(jti="x" * 300), "token-claims"),
    "number as id": (es(jti=7), "token-claims"),
    "two parts": (lambda k: es()(k).rpartition(".")[0], "token-malformed"),
    "empty": (lambda _: "", "token-malformed"),
    "larger than 8 KiB": (es(jti="x" * 8192), "token-too-large"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_assertion_is_refused_for_its_own_reason_and_uses_nothing_up(
    what: str, desk: Assertions, enrolled: Enrolled, keys: Keys
):
    forge, reason = FORGED[what]
    assertion = forge(keys)
    with pytest.raises(Unauthenticated) as refused:
        await desk.client(assertion)
    assert refused.value.reasons == (reason,)
    assert refused.value.__cause__ is None
    assert not enrolled.used


@pytest.mark.parametrize(("algorithm", "kid"), [("ES256", "es"), ("PS256", "ps"), ("EdDSA", "ed")])
@pytest.mark.parametrize("kind", ["JWT", "client-authentication+jwt", None])
async def test_a_good_assertion_is_its_own_systems_once(algorithm, kid, kind, desk: Assertions, keys: Keys):
    header = {"alg": algorithm, "kid": kid} | ({"typ": kind} if kind else {})
    assertion = sign(header, claims(), keys[algorithm])
    known = await desk.client(assertion)
    assert (known.id, known.principal.id) == ("probation-system", "client:probation-system")
    with pytest.raises(Unauthenticated) as refused:
        await desk.client(assertion)
    assert refused.value.reasons == ("assertion-used",)


async def test_another_client_may_use_the_same_id(desk: Assertions, keys: Keys):
    await desk.client(es()(keys))
    other = sign({**GOOD, "kid": "other"}, claims(iss="other-system", sub="other-system"), keys["other"])
    assert (await desk.client(other)).id == "other-system"


async def test_what_the_partners_desk_makes_is_believed(desk: Assertions, enrolled: Enrolled):
    private, public = new_key_pair()
    enrolled.clients["desk"] = client("desk")
    enrolled.clients["desk"] = PartnerClient(
        **{name: getattr(enrolled.clients["desk"], name) for name in PartnerClient.__struct_fields__} | {"jwks": public}
    )
    assert (await desk.client(proof("desk", private, HERE, NOW))).id == "desk"
    with pytest.raises(Unauthenticated):
        await desk.client(proof("desk", private, HERE + "/", NOW))


@given(text=st.text(max_size=200))
async def test_no_text_is_an_assertion_and_no_text_breaks_the_desk(text: str):
    enrolled = Enrolled(client("probation-system", OKPKey.generate_key("Ed25519", {"kid": "k"})))
    with pytest.raises(Unauthenticated):
        await Assertions(enrolled, enrolled, HERE, lambda: NOW).client(text)
