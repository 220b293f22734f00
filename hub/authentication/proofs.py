"""The partner's side of signing in: a key pair of its own, and the proof that it makes with it."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

from hub.errors import BadInput

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = timedelta(minutes=2)
_OF_TYPE = {"EC": "ES256", "RSA": "PS256", "OKP": "EdDSA"}


def new_key_pair() -> tuple[dict[str, Any], dict[str, Any]]:
    """A fresh private key for ES256 as a JSON Web Key, and the key set of its public half."""
    key = ECKey.generate_key("P-256")
    told = {"kid": key.thumbprint(), "use": "sig", "alg": "ES256"}
    return key.as_dict(private=True) | told, {"keys": [key.as_dict(private=False) | told]}


def read_private_key(text: bytes) -> Mapping[str, Any]:
    """A private key with a kid. Raises BadInput, with nothing of the key in its words."""
    try:
        told = json.loads(text)
        key = import_key(told) if isinstance(told, dict) and isinstance(told.get("kid"), str) else None
    except (ValueError, TypeError, KeyError, JoseError):
        key = None
    if not isinstance(key, ECKey | RSAKey | OKPKey) or not key.is_private:
        raise BadInput("The key file holds no private JSON Web Key with a kid. Make one: hub client key FILE.")
    return dict(told)


def proof(client: str, key: Mapping[str, Any], token_url: str, now: datetime) -> str:
    """An assertion for one sign-in: to be sent at once, to this token endpoint, and never again."""
    at = int(now.timestamp())
    head = {"alg": key.get("alg") or _OF_TYPE[key["kty"]], "kid": key["kid"], "typ": "JWT"}
    claims = {
        "iss": client,
        "sub": client,
        "aud": token_url,
        "jti": secrets.token_urlsafe(24),
        "iat": at,
        "exp": at + int(LIFE.total_seconds()),
    }
    signed = _text(json.dumps(head).encode()) + "." + _text(json.dumps(claims).encode())
    signature = JWSRegistry.algorithms[head["alg"]].sign(signed.encode(), import_key(dict(key)))
    return f"{signed}.{_text(signature)}"


def token_request(client: str, key: Mapping[str, Any], token_url: str, now: datetime) -> dict[str, str]:
    """The form that a token endpoint takes."""
    return {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": proof(client, key, token_url, now),
    }


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()
