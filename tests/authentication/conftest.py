"""An issuer with keys of each kind, and a verifier that trusts it."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from signing import AUDIENCE, ISSUER, Clock, claims, sign

from hub.authentication.issuers import Issuer
from hub.authentication.tokens import Verifier


@pytest.fixture(scope="session")
def keys() -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joserfc says that 1024 bits are too few; so do we
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
    return {
        "ES256": ECKey.generate_key("P-256", {"kid": "es"}),
        "PS256": RSAKey.generate_key(2048, {"kid": "ps"}),
        "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
        "weak": weak,
        "P-384": ECKey.generate_key("P-384", {"kid": "p384"}),
        "Ed448": OKPKey.generate_key("Ed448", {"kid": "ed448"}),
        "other": ECKey.generate_key("P-256", {"kid": "other"}),
        "symmetric": OctKey.generate_key(256, {"kid": "secret"}),
    }


@pytest.fixture(scope="session")
def key_set(keys: dict[str, Any]) -> dict[str, Any]:
    published = ("ES256", "PS256", "EdDSA", "weak", "P-384", "Ed448")
    return {"keys": [keys[name].as_dict(private=False) for name in published]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(key_set: dict[str, Any], keys: dict[str, Any], clock: Clock) -> Verifier:
    other = Issuer(
        issuer="https://other.example.test",
        audience=AUDIENCE,
        namespace="other:",
        jwks={"keys": [keys["other"].as_dict(private=False)]},
    )
    return Verifier((Issuer(issuer=ISSUER, audience=AUDIENCE, jwks=key_set), other), clock)


@pytest.fixture
def token(keys: dict[str, Any]) -> Callable[..., str]:
    """A good token, but for the changes asked for."""

    def make(header: dict[str, Any] | None = None, **changes: Any) -> str:
        return sign({"alg": "ES256", "kid": "es", "typ": "at+jwt", **(header or {})}, claims(**changes), keys["ES256"])

    return make
