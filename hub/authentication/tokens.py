"""From a bearer token to a Principal."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from hub.authentication.claims import Unverified, check_header, principal_from, refuse, take_apart
from hub.authentication.issuers import Issuer
from hub.authentication.keys import AsymmetricKey, Fetch, KeyRing, fetch_keys
from hub.domain.principals import Principal
from hub.errors import ConfigurationError

__all__ = ["REMEMBERED_FOR", "REMEMBERED_TOKENS", "Issuer", "Verifier"]

REMEMBERED_TOKENS = 4096
REMEMBERED_FOR = timedelta(seconds=60)


class OwnTokens(Protocol):
    """What this hub signed itself."""

    issuer: str
    namespace: str

    async def principal(self, token: str) -> Principal:
        """Who the bearer is. Raises Unauthenticated."""
        ...


class Verifier:
    """Checks tokens against the configured issuers.

    A verified token is remembered by its SHA-256 for at most ``REMEMBERED_FOR``, never past its own
    end, and at most ``REMEMBERED_TOKENS`` of them: so a key that an issuer withdraws stops working
    within ``STALE_SECONDS`` + 60 s, and the cost of a signature is not paid on every request.
    Bearer tokens may be used many times until they end.
    """

    def __init__(
        self,
        issuers: Sequence[Issuer],
        now: Callable[[], datetime],
        fetch: Fetch = fetch_keys,
        own: OwnTokens | None = None,
    ) -> None:
        """``own`` reads the tokens that this hub gives to partners' systems; without it, it gives none."""
        if len({issuer.issuer for issuer in issuers}) != len(issuers):
            raise ConfigurationError("Two issuers of tokens have the same name.")
        if len({issuer.namespace for issuer in issuers}) != len(issuers):
            raise ConfigurationError(
                "Give each issuer a namespace of its own, so that they cannot name the same person."
            )
        if own is not None and any(own.issuer == one.issuer or own.namespace == one.namespace for one in issuers):
            raise ConfigurationError("An issuer of tokens bears the name of the hub itself.")
        self._own = own
        self._issuers = {issuer.issuer: (issuer, KeyRing(issuer, fetch)) for issuer in issuers}
        self._now = now
        self._remembered: dict[bytes, tuple[Principal, datetime]] = {}

    async def principal(self, token: str) -> Principal:
        """Who the token's bearer is. Raises Unauthenticated with one reason, or Unavailable."""
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        known = self._remembered.get(digest)
        if known is not None and self._now() < known[1]:
            return known[0]
        parts = take_apart(token)
        if self._own is not None and parts.claims.get("iss") == self._own.issuer:
            return await self._own.principal(token)  # never remembered: a client may be revoked at any moment
        issuer, ring = self._issuer_of(parts)
        kid, algorithm = check_header(parts.header, issuer.algorithms)
        key = await ring.key(kid, algorithm)
        if not signed_by(key, algorithm, parts):
            refuse("token-signature")
        principal = principal_from(parts.claims, issuer, self._now())
        self._remember(digest, principal, parts.claims["exp"])
        return principal

    def _issuer_of(self, parts: Unverified) -> tuple[Issuer, KeyRing]:
        name = parts.claims.get("iss")
        if not isinstance(name, str) or name not in self._issuers:
            refuse("token-unknown-issuer")
        return self._issuers[name]

    def _remember(self, digest: bytes, principal: Principal, expires: float) -> None:
        now = self._now()
        self._remembered.pop(digest, None)
        while len(self._remembered) >= REMEMBERED_TOKENS:
            del self._remembered[next(iter(self._remembered))]
        until = now + min(REMEMBERED_FOR, timedelta(seconds=expires - now.timestamp()))
        self._remembered[digest] = (principal, until)


def signed_by(key: AsymmetricKey, algorithm: str, parts: Unverified) -> bool:
    """Whether the signature is the key's. The algorithm was matched to the key when the key was read.

    joserfc's own entry point warns at each EdDSA token that RFC 9864 prefers the name Ed25519;
    issuers publish EdDSA, so its algorithm is called directly.
    """
    try:
        return bool(JWSRegistry.algorithms[algorithm].verify(parts.signed, parts.signature, key))
    except JoseError:  # the key says of itself that it is not for verifying
        return False
