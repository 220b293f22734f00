"""A stand-in for the partner on loopback: passes calls on, counts them, and spoils replies where a check says how.

Only who knows the word in its path is served. It carries the partner's credential no further than to the partner.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from hub.domain.answers import SourceFailed
from hub.outbound import PartnerHttp, Reply

_LONGEST_HEAD = 64 * 1024
_OURS = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding"})
Spoil = Callable[[Reply, asyncio.StreamWriter], Awaitable[None]]
Rewrite = Callable[[str], str]


class Passing(msgspec.Struct):
    """What is done with calls now, and what was seen since it was last set."""

    spoil: Spoil | None = None
    after: int = 0  # calls that still pass whole
    calls: int = 0
    largest: int = 0  # bytes of one reply


class Between:
    """One partner's stand-in. ``endpoint`` takes the place of the partner's own in a manifest."""

    # ``spared`` is the path that tokens come from: no reply of the partner's own system.
    def __init__(self, http: PartnerHttp, theirs: str, rewrite: Rewrite, spared: str) -> None:
        self._http, self._theirs, self._rewrite = http, theirs.rstrip("/"), rewrite
        self._word, self._spared = secrets.token_urlsafe(16), spared
        self._tasks: set[asyncio.Task[None]] = set()
        self.now = Passing()
        self.endpoint = ""

    def spoiling(self, spoil: Spoil | None, after: int = 0) -> None:
        """From the next call on, spoil replies so, once so many calls have passed whole."""
        self.now = Passing(spoil, after)

    def listening(self, port: int) -> None:
        """Where it is reached."""
        self.endpoint = f"http://127.0.0.1:{port}/{self._word}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one call."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Cancelled by ``leave`` alone; a task that ends so would be reported by asyncio's streams as a fault.
        with contextlib.suppress(asyncio.CancelledError, OSError, EOFError, asyncio.LimitOverrunError, ValueError):
            await self._answer(await _request(reader), writer)
        writer.close()

    async def leave(self) -> None:
        """End what is open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, asked: "_Request", writer: asyncio.StreamWriter) -> None:
        prefix = f"/{self._word}"
        if not asked.path.startswith(prefix + "/"):
            await send(writer, 404, b"")
            return
        now, path = self.now, self._rewrite(asked.path.removeprefix(prefix))
        reply = await self._passed_on(asked, path)
        counts = path != self._spared
        now.calls += counts
        now.largest = max(now.largest, len(reply.body))
        if now.spoil is None or not counts or now.calls <= now.after:
            await send(writer, reply.status, reply.body)
        else:
            await now.spoil(reply, writer)

    async def _passed_on(self, asked: "_Request", path: str) -> Reply:
        try:
            reply = await self._http.send(asked.method, path, headers=asked.headers, **asked.body)
        except SourceFailed:
            return Reply(502, b"")
        ours, theirs = self.endpoint.encode(), self._theirs.encode()
        whole = reply.body.replace(theirs, ours).replace(theirs.replace(b"/", rb"\/"), ours)
        return Reply(reply.status, whole)


@asynccontextmanager
async def between(
    endpoint: str, max_bytes: int, *, rewrite: Rewrite = str, spared: str | None = None
) -> AsyncIterator[Between]:
    """Stand between the hub and this endpoint while the context lasts."""
    http = PartnerHttp(endpoint, max_bytes=max_bytes)
    made = Between(http, endpoint, rewrite, spared or "")
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
    try:
        made.listening(server.sockets[0].getsockname()[1])
        yield made
    finally:
        server.close()
        await made.leave()
        await http.close()


async def send(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    headers: Mapping[str, str] = {"Content-Type": "application/json"},
    *,
    length: int | None = None,
) -> None:
    """One reply, of the length that is said, or of its own."""
    told = {**headers, "Content-Length": str(len(body) if length is None else length), "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"HTTP/1.1 {status} Spoken\r\n{head}\r\n".encode() + body)
    await writer.drain()


class _Request(msgspec.Struct, frozen=True):
    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]  # as ``PartnerHttp.send`` takes it


async def _request(reader: asyncio.StreamReader) -> _Request:
    """A request of our own connector. Raises ValueError for one that is none."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ")
    told = {name.strip().casefold(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    sent = await reader.readexactly(int(told.get("content-length", "0")))
    headers = {name: value for name, value in told.items() if name not in _OURS}
    return _Request(method, path, headers, _body(sent, told.get("content-type", "")))


def _body(sent: bytes, kind: str) -> Mapping[str, Any]:
    if not sent:
        return {}
    if kind.startswith("application/x-www-form-urlencoded"):
        return {"form": dict(parse_qsl(sent.decode(), keep_blank_values=True))}
    return {"json": msgspec.json.decode(sent)}
