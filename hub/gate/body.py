"""The HTTP side of the gate: method, content type, size and patience."""

import asyncio
import re
from http import HTTPStatus
from typing import Protocol

from starlette.types import Receive, Scope

from hub.gate.refusals import RequestRefused

_UTF_8 = rb"(?:[ \t]*;[ \t]*charset=\"?utf-8\"?)?"


class BodyLimits(Protocol):
    """How much a door takes, and how long it waits for it."""

    @property
    def body_bytes(self) -> int:
        """Of one body, at most."""
        ...

    @property
    def body_seconds(self) -> float:
        """For the whole of it to arrive."""
        ...


class CallerLeft(Exception):
    """The caller closed the connection."""


def check_headers(scope: Scope, limits: BodyLimits, kind: bytes = b"application/json") -> None:
    """Refuse what is not a POST of this kind and of bearable size, before a byte of the body is read."""
    if scope["method"] != "POST":
        raise RequestRefused("method", "Send a POST.", HTTPStatus.METHOD_NOT_ALLOWED)
    types = [value for name, value in scope["headers"] if name == b"content-type"]
    if len(types) != 1 or not re.fullmatch(re.escape(kind) + _UTF_8, types[0].strip(), re.IGNORECASE):
        raise RequestRefused("content-type", f"Send {kind.decode()}.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if any(name == b"content-encoding" for name, _ in scope["headers"]):
        raise RequestRefused("content-encoding", "Send the body as it is.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    if any(not value.isdigit() or len(value) > 9 or int(value) > limits.body_bytes for value in lengths):
        raise too_large(limits)


async def read_body(receive: Receive, limits: BodyLimits) -> bytes:
    """The whole body, within its size and its time. Raises RequestRefused or CallerLeft."""
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(receive, limits)
    except TimeoutError:
        raise RequestRefused("body-too-slow", "The body took too long to arrive.", HTTPStatus.REQUEST_TIMEOUT) from None


async def _read(receive: Receive, limits: BodyLimits) -> bytes:
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerLeft
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limits.body_bytes:
            raise too_large(limits)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def too_large(limits: BodyLimits) -> RequestRefused:
    """The refusal of a body beyond the limit."""
    return RequestRefused(
        "body-too-large",
        f"The body is larger than {limits.body_bytes} bytes.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )
