"""The only outgoing HTTP. Every call goes to one configured origin, follows no redirect, is bounded.

Failures leave as ``SourceFailed`` with a typed state; nothing of a reply stands in their words. A call made
while an envelope is carried bears it, so that the partner can keep who asked, why, and under which agreement.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState

REQUEST_HEADER = "Hub-Request"
_CHUNK = 64 * 1024
_carried: ContextVar[str | None] = ContextVar("hub-request", default=None)


@contextmanager
def carrying(envelope: str | None) -> Iterator[None]:
    """Every call made inside, in tasks begun inside as well, bears this envelope; None: bears none."""
    before = _carried.set(envelope)
    try:
        yield
    finally:
        _carried.reset(before)


def carried() -> str | None:
    """The envelope that calls bear here: a compact JWS."""
    return _carried.get()


class Reply(msgspec.Struct, frozen=True):
    """A complete reply within its limits."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The decoded body. Raises SourceFailed(BAD_DATA) for anything but strict JSON of bearable depth."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            raise SourceFailed(AnswerState.BAD_DATA, "sent a reply that is not valid JSON") from fault


class Streamed(msgspec.Struct, frozen=True):
    """A reply that is still arriving. ``chunks`` raises SourceFailed where it is broken off before its end."""

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]


class PartnerHttp:
    """HTTP to one partner. Holds a pool of connections; make it inside a running event loop."""

    def __init__(self, endpoint: str, *, max_bytes: int, concurrency: int = 16) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an endpoint is an http or https URL")
        self._base = endpoint.rstrip("/")
        self._origin = (parts.scheme, parts.hostname, parts.port)
        self._max_bytes = max_bytes
        self._concurrency = concurrency
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request below the endpoint. ``path`` starts with a slash, or is a full URL of the same origin."""
        url = self._inside(path)
        body = msgspec.json.encode(json) if json is not None else None
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        if (envelope := carried()) is not None:
            sent[REQUEST_HEADER] = envelope
        try:
            async with self._pool().request(
                method, url, params=params, headers=sent, data=form if form is not None else body, allow_redirects=False
            ) as response:
                return Reply(response.status, await self._read(response))
        except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError) as fault:
            raise SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached", retry=True) from fault
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            raise SourceFailed(AnswerState.UNAVAILABLE, "broke off the connection") from fault

    @asynccontextmanager
    async def streamed(
        self, path: str, *, params: Mapping[str, str], headers: Mapping[str, str]
    ) -> AsyncIterator[Streamed]:
        """GET what may be of any size, a chunk at a time."""
        sent = {"Accept-Encoding": "identity", **headers}
        try:
            async with self._pool().get(
                self._inside(path), params=params, headers=sent, allow_redirects=False
            ) as response:
                yield Streamed(response.status, response.headers, response.content.iter_chunked(_CHUNK))
        except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError) as fault:
            raise SourceFailed(AnswerState.UNAVAILABLE, "cannot be reached", retry=True) from fault
        except aiohttp.ClientError as fault:
            raise SourceFailed(AnswerState.UNAVAILABLE, "broke off the connection", retry=True) from fault

    async def get_json(self, path: str, **request: Any) -> Any:
        """GET and decode. None for 404; any other refusal raises SourceFailed."""
        reply = await self.send("GET", path, **request)
        if reply.status == 404:
            return None
        refuse_unless_ok(reply.status)
        return reply.json()

    async def close(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._concurrency, ttl_dns_cache=60),
                timeout=aiohttp.ClientTimeout(total=None),  # the question's one deadline cancels us
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    def _inside(self, path: str) -> str:
        if path.startswith("/"):
            return self._base + path
        parts = urlsplit(path)
        if (parts.scheme, parts.hostname, parts.port) != self._origin or not path.startswith(self._base + "/"):
            raise SourceFailed(AnswerState.BAD_DATA, "pointed the hub at another address, which it does not follow")
        return path

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise SourceFailed(AnswerState.BAD_DATA, "sent a compressed reply that the hub did not ask for")
        chunks, size = [], 0
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > self._max_bytes:
                raise SourceFailed(AnswerState.BAD_DATA, "sent more than the hub accepts in one reply")
            chunks.append(chunk)
        return b"".join(chunks)


def refuse_unless_ok(status: int) -> None:
    """Raise SourceFailed for a status that is not 2xx."""
    if 200 <= status < 300:
        return
    if status in {401, 403}:
        raise SourceFailed(AnswerState.UNAVAILABLE, "refused the hub's credentials")
    if status == 429:
        raise SourceFailed(AnswerState.UNAVAILABLE, "is taking no more requests at the moment")
    if 300 <= status < 400:
        raise SourceFailed(AnswerState.BAD_DATA, "pointed the hub at another address, which it does not follow")
    if status >= 500:
        raise SourceFailed(AnswerState.UNAVAILABLE, "has a fault of its own")
    raise SourceFailed(AnswerState.BAD_DATA, "did not understand the hub's request")
