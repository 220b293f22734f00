"""``GET /log/...``: the log's newest checkpoint, its hashes and its keys, for everybody who follows it.

C2SP tlog-tiles, read only. There are no entry bundles: what entries say is nobody's to fetch, and an auditor
gets it by ``auditProof``, which is decided and recorded. Hashes alone are neither.
"""

import asyncio
import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub import proving
from hub.errors import HubError, TooManyRequests
from hub.exchange.problems import problem
from hub.proving import TILE_WIDTH
from hub.services import Services

AT_ONCE = 8  # reads under way or waiting for the one thread that reads: nobody signs in here
_TILE = re.compile(r"/log/tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_HIGHEST = 63  # level
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_NEVER = {"Cache-Control": "no-cache"}
_NOT_KEPT = {"Cache-Control": "no-store"}  # of what is not there yet


class LogDoor:
    """Its routes stand from the beginning; ``open`` it once the services stand."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._places = asyncio.Semaphore(AT_ONCE)
        self.routes = [
            Route("/log/checkpoint", self._checkpoint, methods=["GET"]),
            Route("/log/keys", self._keys, methods=["GET"]),
            Route("/log/tile/{place:path}", self._tile, methods=["GET"]),
        ]

    def open(self, services: Services) -> None:
        """Let everybody in."""
        self._services = services

    async def _checkpoint(self, _request: Request) -> Response:
        return await self._told(_checkpoint)

    async def _keys(self, _request: Request) -> Response:
        return await self._told(_keys)

    async def _tile(self, request: Request) -> Response:
        place = _place(request.scope["path"])  # as it was sent: a URL leaves out line breaks
        if place is None:
            return _nothing()
        return await self._told(lambda services: _tile(services, *place))

    async def _told(self, read: Any) -> Response:
        if self._services is None:
            return Response(status_code=503, headers={"Retry-After": "5"})
        if self._places.locked():
            return problem(TooManyRequests(), TooManyRequests())
        async with self._places:
            try:
                told: Response = await read(self._services)
            except HubError as refusal:
                return problem(refusal, refusal)
        return told


async def _checkpoint(services: Services) -> Response:
    note = await proving.followed_checkpoint(services)
    return _nothing() if note is None else Response(note, headers=_NEVER, media_type="text/plain")


async def _keys(services: Services) -> Response:
    found = await proving.log_keys(services)
    if found is None:
        return _nothing()
    return Response(msgspec.json.encode(found), headers=_NEVER, media_type="application/json")


async def _tile(services: Services, level: int, number: int, width: int) -> Response:
    hashes = await proving.tile(level, number, width, services)
    if hashes is None:
        return _nothing()
    return Response(hashes, headers=_FOR_EVER, media_type="application/octet-stream")


def _nothing() -> Response:
    return Response("There is nothing here.", 404, _NOT_KEPT)


def _place(path: str) -> tuple[int, int, int] | None:
    """Level, number and width of a tile; None where the path names none, or not in the one way it is written."""
    found = _TILE.fullmatch(path)
    if found is None:
        return None
    level, parts = int(found[1]), found[2].replace("x", "").split("/")
    width = int(found[3]) if found[3] else TILE_WIDTH
    if (
        level > _HIGHEST
        or width > TILE_WIDTH
        or (found[3] and width == TILE_WIDTH)
        or (len(parts) > 1 and parts[0] == "000")
    ):
        return None
    return level, int("".join(parts)), width
