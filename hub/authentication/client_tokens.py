"""The short-lived tokens that this hub gives to partners' systems, and reads again.

A token says which client it is for. What that client is, and whether it may still come in, is asked of the
store at each use: a revoked client's tokens stop within a second, on every worker.
"""

import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec

from hub.authentication.assertions import Clients
from hub.authentication.claims import LEEWAY, refuse
from hub.domain.clients import NAMESPACE, ClientState, PartnerClient
from hub.domain.principals import Principal
from hub.keys import SignatureBroken

TYPE = "at+jwt"
LIFE = timedelta(minutes=10)
KEPT_SECONDS = 0.5  # how old what is known of a client may be
MOST_KEPT = 1024


class Signing(Protocol):
    """The hub's signature."""

    def sign(self, payload: bytes, *, typ: str) -> str:
        """A compact JWS."""
        ...

    def verify(self, token: str, *, typ: str) -> bytes:
        """What this hub signed with this ``typ``. Raises SignatureBroken."""
        ...


class IssuedToken(NamedTuple):
    """An access token, and how long it lives."""

    token: str
    seconds: int


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    aud: str
    sub: str
    client_id: str
    jti: str
    iat: int
    nbf: int
    exp: int
    name: str
    agency: str
    roles: tuple[str, ...]
    sources: tuple[str, ...]


_decode = msgspec.json.Decoder(_Claims).decode
_encode = msgspec.json.Encoder().encode


class ClientTokens:
    """Gives and reads tokens of one hub, by its public address."""

    namespace = NAMESPACE

    def __init__(
        self,
        signing: Signing,
        clients: Clients,
        issuer: str,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._signing, self._clients, self.issuer, self._now, self._clock = signing, clients, issuer, now, clock
        self._kept: dict[str, tuple[PartnerClient, float]] = {}

    def issue(self, client: PartnerClient) -> IssuedToken:
        """A token for a client that has proved itself. Raises ConfigurationError where the hub cannot sign."""
        at, who = int(self._now().timestamp()), client.principal
        seconds = int(LIFE.total_seconds())
        claims = _Claims(
            iss=self.issuer,
            aud=self.issuer,
            sub=client.id,
            client_id=client.id,
            jti=secrets.token_urlsafe(18),
            iat=at,
            nbf=at,
            exp=at + seconds,
            name=who.name,
            agency=who.agency.value,
            roles=tuple(sorted(who.roles)),
            sources=tuple(sorted(who.sources)),
        )
        return IssuedToken(self._signing.sign(_encode(claims), typ=TYPE), seconds)

    async def principal(self, token: str) -> Principal:
        """The client that the token is for, as it stands now. Raises Unauthenticated with one reason."""
        try:
            claims = _decode(self._signing.verify(token, typ=TYPE))
        except SignatureBroken:
            refuse("token-signature")
        except msgspec.DecodeError:
            refuse("token-claims")
        self._check(claims)
        client = await self._client(claims.sub)
        if client is None:
            refuse("client-unknown")
        if client.state is not ClientState.ENROLLED:
            refuse("client-revoked")
        if claims.iat < int(client.changed_at.timestamp()):  # its keys were replaced since
            refuse("client-changed")
        return client.principal

    def _check(self, claims: _Claims) -> None:
        instant = self._now().timestamp()
        if claims.iss != self.issuer or claims.aud != self.issuer:
            refuse("token-audience")
        if instant >= claims.exp:
            refuse("token-expired")
        if instant + LEEWAY.total_seconds() < claims.nbf:
            refuse("token-not-yet-valid")

    async def _client(self, name: str) -> PartnerClient | None:
        known = self._kept.get(name)
        if known is not None and self._clock() - known[1] < KEPT_SECONDS:
            return known[0]
        read_at = self._clock()
        client = await self._clients.get(name)
        self._kept.pop(name, None)
        if client is not None:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[name] = client, read_at
        return client
