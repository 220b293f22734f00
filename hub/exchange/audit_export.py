"""``GET /audit/export``: the log as FHIR AuditEvents, OCSF or CSV, streamed to whoever may have it.

A stream that the hub cannot finish is broken off and never ended as if it were whole: the receiver goes on after
its last whole line. One page of the log is in memory at a time; a receiver that reads slowly is waited for, but not
for ever: who asks has one stream at a time, and few have one at once.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

import structlog
from starlette.types import Message, Receive, Scope, Send

from hub.audit_exports.export import Export, ExportAsked, audit_export, turned_away
from hub.domain.principals import Principal
from hub.errors import BadInput, HubError, TooManyRequests, Unavailable
from hub.exchange.problems import problem
from hub.gate.refusals import RequestRefused
from hub.gate.sign_in import SignIn
from hub.services import Services

PATH = "/audit/export"
END = "Audit-Export-End"  # the header that tells the first index which is not in the stream
LOG = "Audit-Export-Log"  # the header that tells the name of the log
AT_ONCE = 2  # streams under way, at most
STALLED = 30.0  # seconds that a receiver is waited for, after which the stream is broken off
SLOWEST = 256 * 1024  # bytes that a receiver takes to be waited for one second more
_NAMES = frozenset({"format", "after", "from", "to"})
_log = structlog.get_logger("hub.exchange")


class AuditExportDoor:
    """An ASGI application. ``open`` it once the services stand."""

    def __init__(
        self, at_once: int = AT_ONCE, stalled: float = STALLED, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._places, self._stalled, self._clock = _Places(at_once), stalled, clock
        self._open: tuple[Services, SignIn] | None = None

    def open(self, services: Services, sign_in: SignIn) -> None:
        """Let readers in."""
        self._open = services, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, or refuse before the first byte."""
        try:
            principal, services = await self._signed_in(scope)
            try:
                with self._places.taken(principal.id):
                    asked, now = _asked(scope["query_string"]), await services.as_of_now()
                    export = await audit_export(principal, asked, now, lambda: self._again(scope))
                    await _stream(export, receive, _Patience(send, self._stalled, self._clock))
            except TooManyRequests as refusal:
                await turned_away(principal, refusal, services)
                raise
        except HubError as refusal:
            await problem(refusal, refusal)(scope, receive, send)
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            await problem(HubError(), fault)(scope, receive, send)

    async def _again(self, scope: Scope) -> tuple[Principal, Services]:
        principal, services = await self._signed_in(scope)
        return principal, await services.as_of_now()

    async def _signed_in(self, scope: Scope) -> tuple[Principal, Services]:
        """Before a place is taken: nobody without a token keeps others out."""
        if self._open is None:
            raise Unavailable
        if scope["method"] != "GET":
            raise RequestRefused("method", "Send a GET.", HTTPStatus.METHOD_NOT_ALLOWED)
        services, sign_in = self._open
        return await sign_in.principal(scope), services


class _Places:
    """Who has a stream under way: each of them one, and so many at once."""

    def __init__(self, at_once: int) -> None:
        self._at_once, self._taken = at_once, set[str]()

    @contextlib.contextmanager
    def taken(self, principal: str) -> Iterator[None]:
        """A place, for as long as the block runs. Raises TooManyRequests."""
        if principal in self._taken:
            told = "You have an export under way. Wait for its end, or stop it."
            raise TooManyRequests(told, ("export-under-way",))
        if len(self._taken) >= self._at_once:
            raise TooManyRequests(reasons=("exports-at-once",))
        self._taken.add(principal)
        try:
            yield
        finally:
            self._taken.remove(principal)


class _Patience:
    """Sending that waits for a slow receiver, but only so long; what the receiver takes makes it wait longer again."""

    def __init__(self, send: Send, most: float, clock: Callable[[], float]) -> None:
        self._send, self._most, self._left, self._clock = send, most, most, clock

    async def __call__(self, message: Message) -> None:
        began = self._clock()
        async with asyncio.timeout(self._left):
            await self._send(message)
        gained = len(message.get("body", b"")) / SLOWEST
        self._left = min(self._most, self._left + gained - (self._clock() - began))


async def _stream(export: Export, receive: Receive, send: Send) -> None:
    sending = asyncio.ensure_future(_send_all(export, send))
    leaving = asyncio.ensure_future(_left(receive))
    await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await leaving
    try:
        await sending
    except asyncio.CancelledError:
        _log.info("export_left")
    except Exception as fault:  # noqa: BLE001  the server breaks off what is not ended
        _log.warning("export_broken_off", fault=type(fault).__name__)


async def _send_all(export: Export, send: Send) -> None:
    headers = [
        (b"content-type", export.format.media_type.encode()),
        (b"cache-control", b"no-store"),
        (END.lower().encode(), str(export.end).encode()),
        (LOG.lower().encode(), export.log.encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    async for chunk in export.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _asked(query: bytes) -> ExportAsked:
    """What the address asks for. Raises BadInput."""
    try:
        told = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        raise BadInput("Give format, after, from and to as they are documented.", ("export-query",)) from None
    if unknown := sorted(told.keys() - _NAMES):
        known = ", ".join(sorted(_NAMES))
        raise BadInput(f"There are {known}; {len(unknown)} of what you sent is something else.", ("export-query",))
    after = told.get("after")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 16):
        raise BadInput("after is the index of the last entry that you have: a whole number.", ("export-after",))
    return ExportAsked(
        told.get("format", ""),
        None if after is None else int(after),
        _moment(told.get("from")),
        _moment(told.get("to")),
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        zoned = at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        zoned = None
    if zoned is None:
        raise BadInput("Give a time with its zone, for example 2026-11-02T09:00:00Z.", ("time-zone",))
    return zoned
