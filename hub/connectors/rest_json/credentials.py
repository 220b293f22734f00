"""How the hub proves itself to a partner. A secret stands in no error, and a token goes to its own host only."""

import base64
import re
import time
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote

import anyio
import msgspec

from hub.connectors.manifest import Authentication
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.errors import ConfigurationError
from hub.outbound import PartnerHttp, carrying, refuse_unless_ok

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*\Z")
_EARLY = 30.0  # seconds before its expiry that a token is no longer used


class Credentials(Protocol):
    """Headers that prove who calls."""

    async def headers(self) -> Mapping[str, str]:
        """Headers for one request."""
        ...

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Other headers after a 401 to these; None when there can be no others."""
        ...


class Fixed:
    """No credentials, a bearer token or an API key: the same headers always."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    async def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._headers

    async def renewed(self, refused: Mapping[str, str]) -> None:
        """There are no others."""


class _TokenReply(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 0.0


class ClientCredentials:
    """OAuth2 client credentials: one token for all questions, renewed by one of them at a time."""

    def __init__(
        self,
        http: PartnerHttp,
        authentication: Authentication,
        secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        pair = f"{quote(authentication.client_id or '', safe='')}:{quote(secret, safe='')}"
        self._basic = "Basic " + base64.b64encode(pair.encode()).decode()
        self._http, self._path = http, authentication.token_path or ""
        self._form = {"grant_type": "client_credentials"}
        if authentication.scope:
            self._form["scope"] = authentication.scope
        self._clock, self._lock = clock, anyio.Lock()
        self._current: Mapping[str, str] = {}
        self._until = float("-inf")

    async def headers(self) -> Mapping[str, str]:
        """The token in hand while it is good for thirty seconds more, else a new one."""
        if self._clock() < self._until:
            return self._current
        async with self._lock:
            if self._clock() >= self._until:
                await self._renew()
            return self._current

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str]:
        """A token other than the refused one."""
        async with self._lock:
            if self._current is refused:
                await self._renew()
            return self._current

    async def _renew(self) -> None:
        asked_at = self._clock()
        with carrying(None):  # a token serves every question: none of them is why it is fetched
            reply = await self._http.send("POST", self._path, form=self._form, headers={"Authorization": self._basic})
        if reply.status in {400, 401, 403}:
            raise SourceFailed(AnswerState.UNAVAILABLE, "refused the hub's credentials")
        refuse_unless_ok(reply.status)
        try:
            token = msgspec.json.decode(reply.body, type=_TokenReply)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            raise SourceFailed(AnswerState.BAD_DATA, "gave no usable access token") from fault
        if not _TOKEN.match(token.access_token):
            raise SourceFailed(AnswerState.BAD_DATA, "gave no usable access token")
        self._current = {"Authorization": f"Bearer {token.access_token}"}
        self._until = asked_at + token.expires_in - _EARLY


def credentials(http: PartnerHttp, authentication: Authentication, secret: str | None) -> Credentials:
    """What a manifest asks for. Raises ConfigurationError when a part is missing; never shows the secret."""
    if authentication.kind == "none":
        return Fixed({})
    if not secret:
        raise ConfigurationError(f"Authentication by {authentication.kind} needs the secret that its manifest names.")
    if authentication.kind == "bearer":
        return Fixed({"Authorization": f"Bearer {secret}"})
    if authentication.kind == "api-key":
        return Fixed({authentication.header: secret})
    if not authentication.client_id or not (authentication.token_path or "").startswith("/"):
        raise ConfigurationError("OAuth2 client credentials need client_id and a token_path below the endpoint.")
    return ClientCredentials(http, authentication, secret)
