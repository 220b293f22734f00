"""A corpus of forged tokens. None is accepted, and each is refused for its own reason."""

import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode
from signing import AUDIENCE, ISSUER, NOW, b64, claims, sign

from hub.authentication.issuers import Issuer
from hub.authentication.tokens import Verifier
from hub.errors import Unauthenticated

AT = NOW.timestamp()
GOOD = {"alg": "ES256", "kid": "es", "typ": "at+jwt"}
Keys = dict[str, Any]
Forge = Callable[[Keys], str]


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
    return f"{head}.{b64(claims(roles=['dpo']))}.{signature}"


def cut_short(keys: Keys) -> str:
    signed, _, signature = es()(keys).rpartition(".")
    return f"{signed}.{b64(urlsafe_b64decode(signature.encode())[:-3])}"


def repeated_claim(keys: Keys) -> str:
    text = json.dumps(claims())[:-1] + ', "aud": "partnership-hub"}'
    return sign(GOOD, text.encode(), keys["ES256"])


def endless(keys: Keys) -> str:
    text = json.dumps(claims()).replace(str(AT + 3600), "1e999")
    return sign(GOOD, text.encode(), keys["ES256"])


FORGED: dict[str, tuple[Forge, str]] = {
    "no algorithm": (lambda _: f"{b64({**GOOD, 'alg': 'none'})}.{b64(claims())}.", "token-algorithm"),
    "algorithm left out": (es(leave_out="alg"), "token-algorithm"),
    "algorithm is a list": (es({"alg": ["ES256"]}), "token-algorithm"),
    "HS256 with the public key": (hs256_with_the_public_key, "token-algorithm"),
    "RS256": (lambda k: sign({**GOOD, "alg": "RS256", "kid": "ps"}, claims(), k["PS256"]), "token-algorithm"),
    "key in the header": (own_key_in_the_header, "token-own-key"),
    "address of a key in the header": (es({"jku": "https://attacker.example.test/keys"}), "token-own-key"),
    "certificate address": (es({"x5u": "https://attacker.example.test/c"}), "token-own-key"),
    "certificate": (es({"x5c": ["MII"]}), "token-own-key"),
    "unencoded payload": (es({"b64": False}), "token-own-key"),
    "unknown critical header": (es({"crit": ["exp"], "exp": 1}), "token-critical-header"),
    "empty critical header": (es({"crit": []}), "token-critical-header"),
    "no key id": (es(leave_out="kid"), "token-no-key-id"),
    "number as key id": (es({"kid": 7}), "token-no-key-id"),
    "unknown key id": (es({"kid": "nobody"}), "token-unknown-key"),
    "another issuer's key": (lambda k: sign({**GOOD, "kid": "other"}, claims(), k["other"]), "token-unknown-key"),
    "another issuer's name": (es(iss="https://other.example.test"), "token-unknown-key"),
    "an unknown issuer": (es(iss="https://attacker.example.test"), "token-unknown-issuer"),
    "issuer as a list": (es(iss=[ISSUER]), "token-unknown-issuer"),
    "key of another algorithm": (es({"kid": "ps"}), "token-unknown-key"),
    "a weak RSA key": (
        lambda k: sign({**GOOD, "alg": "PS256", "kid": "weak"}, claims(), k["weak"]),
        "token-unknown-key",
    ),
    "another curve": (es({"kid": "p384"}), "token-unknown-key"),
    "another Edwards curve": (
        lambda k: sign({**GOOD, "alg": "EdDSA", "kid": "ed448"}, claims(), k["Ed448"]),
        "token-unknown-key",
    ),
    "another key's signature": (lambda k: sign(GOOD, claims(), k["other"]), "token-signature"),
    "other claims": (stitched, "token-signature"),
    "signature cut short": (cut_short, "token-signature"),
    "no signature": (lambda k: es()(k).rpartition(".")[0] + ".", "token-signature"),
    "ID token type": (es({"typ": "id+jwt"}), "token-type"),
    "no type": (es(leave_out="typ"), "token-type"),
    "audience as a list": (es(aud=[AUDIENCE]), "token-audience"),
    "audience of another": (es(aud="another-service"), "token-audience"),
    "no audience": (es(aud=...), "token-audience"),
    "expired": (es(iat=AT - 900, nbf=AT - 900, exp=AT - 1), "token-expired"),
    "expires this second": (es(exp=AT), "token-expired"),
    "no expiry": (es(exp=...), "token-claims"),
    "expiry as words": (es(exp="never"), "token-claims"),
    "expiry is true": (es(exp=True), "token-claims"),
    "expiry without end": (endless, "token-claims"),
    "not yet valid": (es(nbf=AT + 60), "token-not-yet-valid"),
    "no not-before": (es(nbf=...), "token-claims"),
    "from the future": (es(iat=AT + 60), "token-from-the-future"),
    "lives thirteen hours": (es(exp=AT + 13 * 3600), "token-lives-too-long"),
    "no token id": (es(jti=...), "token-claims"),
    "blank token id": (es(jti=" "), "token-claims"),
    "no subject": (es(sub=...), "token-claims"),
    "no roles": (es(roles=[]), "token-roles"),
    "roles left out": (es(roles=...), "token-claims"),
    "an unknown role": (es(roles=["mash_social_worker", "superuser"]), "token-roles"),
    "the role of a partner's system": (es(roles=["partner_system"]), "token-roles"),
    "roles as words": (es(roles="dpo"), "token-claims"),
    "an unknown agency": (es(agency="fbi"), "token-agency"),
    "no agency": (es(agency=...), "token-claims"),
    "a repeated claim": (repeated_claim, "token-malformed"),
    "not a number": (lambda k: sign(GOOD, b'{"exp": NaN}', k["ES256"]), "token-malformed"),
    "claims as a list": (lambda k: sign(GOOD, [1], k["ES256"]), "token-malformed"),
    "claims deep as a well": (lambda k: sign(GOOD, b"[" * 5000, k["ES256"]), "token-malformed"),
    "invalid UTF-8": (lambda k: sign(GOOD, b'{"iss": "\xff"}', k["ES256"]), "token-malformed"),
    "header as text": (lambda k: sign("ES256", claims(), k["ES256"], "ES256"), "token-malformed"),
    "padding": (lambda k: es()(k) + "=", "token-malformed"),
    "encrypted": (lambda k: "a.b.c.d.e", "token-malformed"),
    "two parts": (lambda k: es()(k).rpartition(".")[0], "token-malformed"),
    "empty": (lambda _: "", "token-malformed"),
    "letters outside ASCII": (lambda k: es()(k) + "é", "token-malformed"),
    "a lone surrogate": (lambda k: es()(k) + "\ud800", "token-malformed"),
    "larger than 8 KiB": (es(name="x" * 8192), "token-too-large"),
}  # fmt: skip


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_token_is_refused_for_its_own_reason(what: str, verifier: Verifier, keys: Keys):
    forge, reason = FORGED[what]
    token = forge(keys)
    with pytest.raises(Unauthenticated) as refused:
        await verifier.principal(token)
    assert refused.value.reasons == (reason,)
    assert refused.value.__cause__ is None


async def test_an_algorithm_that_this_issuer_does_not_use_is_refused(key_set, keys, clock):
    only = Verifier((Issuer(issuer=ISSUER, audience=AUDIENCE, algorithms=("PS256",), jwks=key_set),), clock)
    with pytest.raises(Unauthenticated):
        await only.principal(es()(keys))


@given(text=st.text(max_size=200))
async def test_no_text_is_a_token_and_no_text_breaks_the_verifier(text: str):
    key_set = {"keys": [ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False)]}
    verifier = Verifier((Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=key_set),), lambda: NOW)
    with pytest.raises(Unauthenticated):
        await verifier.principal(text)
