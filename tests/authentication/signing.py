"""A clock that moves when told, and a way to sign anything with anything."""

import json
import warnings
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://sign-in.example.test", "partnership-hub"


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).decode()


def sign(header: Any, claims: Any, key: Any, algorithm: str | None = None) -> str:
    """A token over exactly these bytes, signed by the algorithm of the header or by another one."""
    signed = f"{b64(header)}.{b64(claims)}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signature = JWSRegistry.algorithms[algorithm or header["alg"]].sign(signed.encode(), key)
    return f"{signed}.{b64(signature)}"


def claims(**changes: Any) -> dict[str, Any]:
    at = NOW.timestamp()
    told: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "worker-7",
        "jti": "one",
        "iat": at,
        "nbf": at,
        "exp": at + 3600,
        "name": "Sam Worker",
        "agency": "social-care",
        "roles": ["mash_social_worker"],
    }
    told.update(changes)
    return {name: value for name, value in told.items() if value is not ...}
