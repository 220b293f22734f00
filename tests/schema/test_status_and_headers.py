"""Probes say in words what is wrong; every response is careful with browsers."""

import asyncio
import json
from typing import Any

import pytest
from door_caller import Caller
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub import status
from hub.domain.witnesses import NOBODY, Witnesses
from hub.errors import Unavailable
from hub.middleware import RequestId, SecurityHeaders


class State:
    """Services of which one part may fail."""

    def __init__(self, caller: Caller) -> None:
        self.policies, self.audit, self.enquiries = caller.services.policies, caller.services.audit, self
        self.witnesses: Witnesses = NOBODY
        self.fault: Exception | None = None
        self.hangs = False

    async def get(self, enquiry_id: str) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault


class Sealed:
    sealed = "The disk of the audit log is full. Make room, then start the hub again."


class Silent:
    """Witnesses of whom none has answered yet."""

    withholding = True

    def told(self) -> str:
        return "Nothing is disclosed until a witness has confirmed the audit log."


class NoPolicies:
    version = ""


async def ready(state: Any) -> JSONResponse:
    app = Starlette()
    if state is not None:
        app.state.services = state
    return await status.readyz(Request({"type": "http", "app": app, "headers": []}))


async def test_readiness_is_said_in_words(caller: Caller):
    state = State(caller)
    reply = await ready(state)
    told = {"ready": "yes", "policies": "ok", "store": "ok", "audit": "ok", "witnesses": NOBODY.told()}
    assert (reply.status_code, json.loads(reply.body)) == (200, told)
    state.fault = Unavailable()
    assert (await ready(state)).status_code == 503
    state.fault, state.audit = None, Sealed()
    sealed = await ready(state)
    assert sealed.status_code == 503
    assert b"sealed" in sealed.body
    assert b"Make room" in sealed.body
    state.audit, state.policies = caller.services.audit, NoPolicies()
    assert (await ready(state)).status_code == 503


async def test_a_hub_that_waits_for_its_witnesses_is_not_ready_and_says_so(caller: Caller):
    state = State(caller)
    state.witnesses = Silent()
    reply = await ready(state)
    assert reply.status_code == 503
    assert b"until a witness has confirmed" in reply.body


async def test_a_store_that_hangs_does_not_hang_the_probe(caller: Caller, monkeypatch: pytest.MonkeyPatch):
    state = State(caller)
    state.hangs = True
    monkeypatch.setattr(status, "PATIENCE", 0.05)
    assert b"No answer" in (await ready(state)).body


async def test_a_hub_that_is_starting_is_not_ready():
    assert (await ready(None)).status_code == 503


async def plain(request: Any) -> JSONResponse:
    return JSONResponse({"id": request.state.request_id}, headers={"Content-Security-Policy": "default-src 'self'"})


async def fetched(app: Any, path: str, headers: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], bytes]:
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return told, b"".join(message["body"] for message in messages[1:])


async def test_every_response_bears_an_id_and_careful_headers():
    app = Starlette(
        routes=[Route("/", plain), Route("/livez", status.livez)],
        middleware=[Middleware(RequestId), Middleware(SecurityHeaders)],
    )
    first, body = await fetched(app, "/", [(b"x-request-id", b"mine")])
    second, alive = await fetched(app, "/livez", [])
    missing, _ = await fetched(app, "/nowhere", [])
    assert json.loads(body)["id"] == first["x-request-id"] != "mine"
    assert second["x-request-id"] != first["x-request-id"]
    assert first["content-security-policy"] == "default-src 'self'"
    for reply in (second, missing):
        assert reply["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in reply["content-security-policy"]
        assert reply["cache-control"] == "no-store"
        assert reply["referrer-policy"] == "no-referrer"
    assert json.loads(alive) == {"alive": "yes"}
