"""A caller at the door: whole HTTP requests, in one process and without a socket."""

import asyncio
import json
from typing import Any

import msgspec

from hub.schema.endpoint import GraphQLDoor
from hub.services import Services


class Reply(msgspec.Struct):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["errors"][0]["extensions"]["code"]

    @property
    def reasons(self) -> list[str]:
        return self.json["errors"][0]["extensions"]["reasons"]


class Caller:
    """Sends whole HTTP requests to a door, in one process and without a socket."""

    def __init__(self, door: GraphQLDoor, obeying: Any, services: Services) -> None:
        self.door, self.obeying, self.services = door, obeying, services
        self.left = asyncio.Event()

    async def ask(self, query: str, **request: Any) -> Reply:
        return await self.send(json.dumps({"query": query, **request}).encode())

    async def data(self, query: str, **variables: Any) -> Any:
        reply = await self.ask(query, variables=variables)
        assert reply.status == 200, reply.body
        assert "errors" not in reply.json, reply.json
        return reply.json["data"]

    async def send(
        self,
        body: bytes | list[bytes],
        *,
        method: str = "POST",
        headers: list[tuple[bytes, bytes]] | None = None,
        token: str | None = "good",  # noqa: S107  what the stand-in verifier knows
        pause: float = 0,
    ) -> Reply:
        sent = [(b"content-type", b"application/json")] if headers is None else headers
        if token is not None:
            sent = [*sent, (b"authorization", f"Bearer {token}".encode())]
        chunks = [body] if isinstance(body, bytes) else list(body)
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if chunks:
                await asyncio.sleep(pause)
                return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self.door({"type": "http", "method": method, "path": "/graphql", "headers": sent}, receive, send)
        if not messages:
            return Reply(0, {}, b"")
        told = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        return Reply(messages[0]["status"], told, b"".join(one["body"] for one in messages[1:]))

    async def evidence(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Stage, kind, outcome and reasons of every leaf."""
        from hub.audit.reader import EntryQuery

        page = await self.services.audit.entries(EntryQuery(), 500)
        return [(one.stage, one.kind, one.outcome, one.reasons) for one in page.entries]
