"""A FHIR server that says what a test tells it to, and what stands for the demo's running one."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.connectors.fhir_r4 import FhirR4
from hub.connectors.manifest import Limits, Manifest
from hub.demo import partners
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson

MANIFEST = msgspec.toml.decode(
    (Path(partners.__file__).parents[1] / "manifests" / "health.toml").read_bytes(), type=Manifest
)
TOKEN = "a-token-of-the-test"

Reply = dict[str, Any] | str | web.Response
Script = Callable[[web.Request], Reply | Awaitable[Reply]]


def manifest_for(endpoint: str, **limits: int) -> Manifest:
    """The demo's manifest, pointed somewhere else."""
    return msgspec.structs.replace(MANIFEST, endpoint=endpoint, limits=Limits(**limits))


def linked(local_id: str) -> LinkedPerson:
    return LinkedPerson(SourceId("health"), LocalId(local_id), b"")


def soon() -> Deadline:
    return Deadline.after(5.0)


def bundle(*resources: Any, following: str | None = None, **more: Any) -> dict[str, Any]:
    """One page of a search."""
    link = [{"relation": "next", "url": following}] if following else []
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entries, **more}


class ScriptedFhir:
    """A server on loopback that answers by type of resource. ``asked`` holds every request's path and query."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        app = web.Application()
        app.router.add_route("GET", "/fhir/{kind:[A-Za-z]*}", self._answer)
        app.router.add_route("GET", "/fhir/{kind}/{id}", self._answer)
        app.router.add_route("POST", "/fhir/{kind}/{id}", self._answer)
        self.server = TestServer(app)

    @property
    def endpoint(self) -> str:
        return str(self.server.make_url("/fhir"))

    def says(self, kind: str, reply: Reply | Script) -> None:
        self.scripts[kind] = reply if callable(reply) else lambda _request: reply

    def connector(self, **limits: int) -> FhirR4:
        return FhirR4(manifest_for(self.endpoint, **limits), TOKEN)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(str(request.rel_url))
        self.headers.append(dict(request.headers))
        said = self.scripts.get(request.match_info["kind"], lambda _request: bundle(total=0))(request)
        reply = await said if isinstance(said, Awaitable) else said
        if isinstance(reply, web.Response):
            return reply
        return web.json_response(reply) if isinstance(reply, dict) else web.Response(text=reply)


class DemoHealth(msgspec.Struct, frozen=True):
    """The running health system of the simulated partnership."""

    state: Path
    endpoint: str

    def accesses(self) -> list[str]:
        """What the server itself noted: a resource type and the parameters of each request."""
        return (self.state / "health-access.log").read_text().splitlines()

    def connector(self) -> FhirR4:
        return FhirR4(manifest_for(self.endpoint), TOKEN)
