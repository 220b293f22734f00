"""A hub that proves: real log, keys, policies and doors, in this process; a role is a token of somebody in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from starlette.applications import Starlette

from hub.audit.reader import AuditEntry, EntryQuery
from hub.cli.audit_prove import bundle_of
from hub.exchange.log_door import LogDoor
from hub.keys import FileKeys
from hub.services import Services
from tests.audit.audit_samples import act
from tests.reporting.reporting_hub import ReportingHub, reporting_hub

PROOF = """
query ($index: Int!, $against: Int) { auditProof(index: $index, against: $against) {
  index treeSize leafHash path checkpoint leaf origin
  keys { vkey former signature agreed } consistency { checkpoint path }
} }
"""


class Reply(NamedTuple):
    """What a door sent."""

    status: int
    headers: dict[str, str]
    body: bytes


class ProvingHub:
    """The doors, and what stands behind them."""

    def __init__(self, hub: ReportingHub) -> None:
        self._hub = hub
        self.services: Services = hub.services
        log = LogDoor()
        log.open(hub.services)
        self._app = Starlette(routes=log.routes)

    async def write(self, *batches: int) -> None:
        """Entries, so many at once."""
        for batch in batches:
            first = self.services.audit.size
            await asyncio.gather(*(self.services.audit.record(act(f"written-{first + n}")) for n in range(batch)))

    async def proof(self, index: int, against: int | None = None, role: str = "auditor") -> dict[str, Any]:
        """What the GraphQL door answers."""
        return await self._hub.ask(role, PROOF, index=index, against=against)

    async def bundle(self, index: int, against: int | None = None) -> dict[str, Any]:
        """The proof as `hub audit prove` writes it."""
        told = await self.proof(index, against)
        assert "errors" not in told, told
        return bundle_of(told["data"]["auditProof"])

    async def entries(self) -> tuple[AuditEntry, ...]:
        """What the log says, oldest first."""
        return (await self.services.audit.entries(EntryQuery(), 500)).entries

    async def get(self, path: str) -> Reply:
        """One request to the log's own door, which asks nobody who they are."""
        told: list[Any] = []
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [], "scheme": "http", "server": ("hub", 80), "client": ("1", 1), "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def keep(message: Any) -> None:
            told.append(message)

        await self._app(scope, receive, keep)
        headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return Reply(told[0]["status"], headers, b"".join(one.get("body", b"") for one in told[1:]))


@asynccontextmanager
async def proving_hub(url: str, keys: FileKeys) -> AsyncIterator[ProvingHub]:
    """A hub over a log at ``url``."""
    async with reporting_hub(url, keys) as hub:
        yield ProvingHub(hub)
