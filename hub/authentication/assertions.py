"""How a partner's system proves itself: a short JWT signed by its own key, used once (RFC 7523, private_key_jwt)."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from hub.authentication.claims import LEEWAY, Unverified, check_header, refuse, take_apart
from hub.authentication.issuers import ALGORITHMS
from hub.authentication.keys import read_keys
from hub.authentication.tokens import signed_by
from hub.domain.clients import ClientState, PartnerClient

LONGEST_PROOF = timedelta(minutes=5)
LONGEST_ID = 256  # characters of a jti
_TYPES = frozenset({"", "jwt", "client-authentication+jwt"})
_ALGORITHMS = tuple(sorted(ALGORITHMS))


class Clients(Protocol):
    """Where clients are kept."""

    async def get(self, client: str) -> PartnerClient | None:
        """One client, as it stands now."""
        ...


class Used(Protocol):
    """Where it is kept which assertions were used."""

    async def use(self, issuer: str, token: str, until: datetime, now: datetime) -> bool:
        """True the first time."""
        ...


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str
    jti: str
    exp: int | float
    iat: int | float | None = None
    nbf: int | float | None = None


class Assertions:
    """Checks assertions meant for one token endpoint."""

    def __init__(self, clients: Clients, used: Used, audience: str, now: Callable[[], datetime]) -> None:
        """``audience`` is the endpoint's public address, which an assertion names as the one it is for."""
        self._clients, self._used, self.audience, self._now = clients, used, audience, now

    async def client(self, assertion: str) -> PartnerClient:
        """Whose system this is. The assertion is used up. Raises Unauthenticated with the first rule it breaks."""
        parts = take_apart(assertion)
        kid, algorithm = check_header(parts.header, _ALGORITHMS, _TYPES)
        told = self._told(parts)
        client = await self._clients.get(told.iss)
        if client is None:
            refuse("client-unknown")
        if client.state is not ClientState.ENROLLED:
            refuse("client-revoked")
        key = read_keys(client.jwks, _ALGORITHMS).get((kid, algorithm))
        if key is None:
            refuse("token-unknown-key")
        if not signed_by(key, algorithm, parts):
            refuse("token-signature")
        until = datetime.fromtimestamp(told.exp, UTC) + 2 * LEEWAY
        if not await self._used.use(client.id, told.jti, until, self._now()):
            refuse("assertion-used")
        return client

    def _told(self, parts: Unverified) -> _Claims:
        """Claims that may be believed once the signature is checked."""
        if parts.claims.get("aud") != self.audience:  # an array is refused even if it holds us
            refuse("token-audience")
        try:
            told = msgspec.convert(parts.claims, _Claims)
        except msgspec.ValidationError:
            refuse("token-claims")
        if told.iss != told.sub:
            refuse("assertion-subject")
        if not told.jti.strip() or len(told.jti) > LONGEST_ID:
            refuse("token-claims")
        self._check_times(told)
        return told

    def _check_times(self, told: _Claims) -> None:
        now, leeway = self._now().timestamp(), LEEWAY.total_seconds()
        if not all(math.isfinite(moment) for moment in (told.exp, told.iat or 0, told.nbf or 0)):
            refuse("token-claims")
        if now >= told.exp:
            refuse("token-expired")
        if told.exp > now + LONGEST_PROOF.total_seconds() + leeway:
            refuse("token-lives-too-long")
        if told.nbf is not None and now + leeway < told.nbf:
            refuse("token-not-yet-valid")
        if told.iat is not None and now + leeway < told.iat:
            refuse("token-from-the-future")
