"""``GET /audit/export``: the log as FHIR AuditEvents, OCSF or CSV, streamed to whoever may have it.

A stream that the hub cannot finish is broken off and never ended as if it were whole: the receiver goes on after
its last whole line. One page of the log is in memory at a time; a receiver that reads slowly is waited for.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

import structlog
from starlette.types import Message, Receive, Scope, Send

from hub.audit_exports.export import Export, ExportAsked, audit_export
from hub.domain.principals import Principal
from hub.errors import BadInput, HubError, TooManyRequests, Unavailable
from hub.exchange.problems import problem
from hub.gate.refusals import RequestRefused
from hub.gate.sign_in import SignIn
from hub.services import Services

PATH = "/audit/export"
END = "Audit-Export-End"  # the header that tells the first index which is not in the stream
AT_ONCE = 2  # streams under way, at most
STALLED = 30.0  # seconds in which a receiver takes nothing, after which the stream is broken off
_NAMES = frozenset({"format", "after", "from", "to"})
_log = structlog.get_logger("hub.exchange")


class AuditExportDoor:
    """An ASGI application. ``open`` it once the services stand."""

    def __init__(self, at_once: int = AT_ONCE, stalled: float = STALLED) -> None:
        self._places, self._stalled = asyncio.Semaphore(at_once), stalled
        self._open: tuple[Services, SignIn] | None = None

    def open(self, services: Services, sign_in: SignIn) -> None:
        """Let readers in."""
        self._open = services, sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, or refuse before the first byte."""
        try:
            principal, services = await self._signed_in(scope)
            if self._places.locked():
                raise TooManyRequests  # noqa: TRY301  told as every refusal is
            async with self._places:
                export = await audit_export(principal, _asked(scope["query_string"]), await services.as_of_now())
                await _stream(export, receive, _patient(send, self._stalled))
        except HubError as refusal:
            await problem(refusal, refusal)(scope, receive, send)
        except Exception as fault:  # noqa: BLE001  nothing leaves this door unmasked
            await problem(HubError(), fault)(scope, receive, send)

    async def _signed_in(self, scope: Scope) -> tuple[Principal, Services]:
        """Before a place is taken: nobody without a token keeps others out."""
        if self._open is None:
            raise Unavailable
        if scope["method"] != "GET":
            raise RequestRefused("method", "Send a GET.", HTTPStatus.METHOD_NOT_ALLOWED)
        services, sign_in = self._open
        return await sign_in.principal(scope), services


def _patient(send: Send, stalled: float) -> Send:
    """Sending that waits for a slow receiver, and not for one who takes nothing."""

    async def within(message: Message) -> None:
        async with asyncio.timeout(stalled):
            await send(message)

    return within


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
