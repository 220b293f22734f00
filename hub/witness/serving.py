"""The witness's door: two routes over HTTP, bounded in size. Their time is bounded by ``hub.witness.callers``."""

import asyncio
import re
from collections.abc import Callable

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hub.errors import ConfigurationError
from hub.witness.entrance import out_of_files
from hub.witness.witness import Answer, Witness

MOST_BYTES = 64 * 1024
_BUSY = "This witness has too much open at once. Ask again.\n"
_LOG_ID = re.compile(r"[0-9a-f]{64}")
_log = structlog.get_logger("hub.witness")


class Door:
    """``unsafe`` is called when something could not be remembered: the witness is to end, and to be looked at."""

    def __init__(self, witness: Witness, unsafe: Callable[[], None]) -> None:
        self._witness, self._unsafe = witness, unsafe

    async def add_checkpoint(self, request: Request) -> Response:
        """POST ``/add-checkpoint``."""
        try:
            body = await _read(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return PlainTextResponse("A request has at most 64 KiB.\n", 413)
        try:
            answer = await asyncio.to_thread(self._witness.add_checkpoint, body)
        except (OSError, ConfigurationError) as fault:
            answer = self._failed(fault)
        _log.info("add_checkpoint", status=answer.status)
        return Response(answer.text, answer.status, {"Content-Type": answer.kind})

    async def newest(self, request: Request) -> Response:
        """GET ``/<SHA-256 of the origin>/checkpoint``: what this witness would let the log continue."""
        log = request.path_params["log"]
        try:
            told = self._witness.newest(log) if _LOG_ID.fullmatch(log) else None
        except (OSError, ConfigurationError) as fault:
            if out_of_files(fault):
                return PlainTextResponse(_BUSY, 503)
            _log.error("witness_cannot_remember", fault=_named(fault))
            return PlainTextResponse("This witness cannot tell what it saw. Tell its administrator.\n", 500)
        if told is None:
            return PlainTextResponse("This witness has cosigned nothing of such a log.\n", 404)
        return PlainTextResponse(told, headers={"Cache-Control": "no-store"})

    def _failed(self, fault: OSError | ConfigurationError) -> Answer:
        """Nothing is remembered in part, so a lack of descriptors is no reason to end."""
        if out_of_files(fault) or out_of_files(fault.__cause__):
            _log.warning("witness_out_of_files")
            return Answer(503, _BUSY)
        _log.error("witness_cannot_remember", fault=_named(fault))
        self._unsafe()
        return Answer(500, "This witness cannot remember what it saw. Tell its administrator.\n")


def create_witness_app(door: Door) -> Starlette:
    """The witness as an ASGI application."""
    return Starlette(
        routes=[
            Route("/add-checkpoint", door.add_checkpoint, methods=["POST"]),
            Route("/{log}/checkpoint", door.newest, methods=["GET"]),
        ]
    )


def _named(fault: OSError | ConfigurationError) -> str:
    return fault.message if isinstance(fault, ConfigurationError) else type(fault).__name__


async def _read(request: Request) -> bytes | None:
    """The body; None where it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body
