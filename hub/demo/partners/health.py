"""The health system of the simulated partnership: a FHIR R4 server with UK Core resources.

Run as ``python -m hub.demo.partners.health --port N --state DIR --seed S``. Every request is noted
in ``health-access.log`` of the state folder: what was asked for, never about whom.
"""

import argparse
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.behaviour import wrong_child
from hub.demo.partners.health_fhir import Json, outcome
from hub.demo.partners.health_store import BadSearch, HealthStore, stored
from hub.demo.partners.serving import serve
from hub.demo.population import populate

_PAGE, _LARGEST_PAGE = 20, 50  # resources on a page when nobody says, and at most
_PAGING = frozenset({"_count", "_offset"})


class FhirSystem:
    """The endpoints of one FHIR server."""

    def __init__(self, store: HealthStore, token: str, note: Callable[[str], object], largest_page: int) -> None:
        self._store, self._token, self._note, self._largest_page = store, token, note, largest_page

    def application(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/fhir/metadata", self.capabilities),
                Route("/fhir/{kind}", self.search),
                Route("/fhir/{kind}/{id}", self.read),
            ]
        )

    async def capabilities(self, _request: Request) -> Response:
        """What this server can do."""
        types = [
            {"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}]}
            for kind in sorted(self._store.types)
        ]
        statement = {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": "2026-11-01",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": types}],
        }
        return _fhir(statement)

    async def read(self, request: Request) -> Response:
        """One resource by id."""
        kind, id_ = request.path_params["kind"], request.path_params["id"]
        self._note(f"{kind} read")
        if not self._admits(request):
            return _refused()
        found = self._store.read(kind, id_)
        if kind == "Patient" and wrong_child(request.scope):
            found = self._store.somebody_else(id_)
        return _fhir(found) if found else _fhir(outcome("not-found", "There is no such resource."), 404)

    async def search(self, request: Request) -> Response:
        """A page of a search."""
        kind, query = request.path_params["kind"], request.query_params.multi_items()
        self._note(f"{kind} {','.join(sorted(name for name, _ in query))}")
        if not self._admits(request):
            return _refused()
        if kind not in self._store.types:
            return _fhir(outcome("not-supported", "This server does not hold that resource type."), 404)
        try:
            found = self._found(kind, query, request)
            return _fhir(_page(request, found, query, self._largest_page))
        except (BadSearch, ValueError) as fault:
            return _fhir(outcome("value", str(fault)), 400)

    def _found(self, kind: str, query: list[tuple[str, str]], request: Request) -> list[Json]:
        wanted = [(name, value) for name, value in query if name not in _PAGING]
        if not wrong_child(request.scope):
            return self._store.search(kind, wanted)
        if kind == "Patient":
            return [self._store.somebody_else(one["id"]) for one in self._store.search(kind, wanted)]
        other = self._store.somebody_else(dict(wanted).get("patient", "").removeprefix("Patient/"))
        return self._store.search(kind, [(n, other["id"] if n == "patient" else v) for n, v in wanted])

    def _admits(self, request: Request) -> bool:
        sent = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(sent, f"Bearer {self._token}".encode())


def _page(request: Request, found: list[Json], query: list[tuple[str, str]], largest: int) -> Json:
    """One page of a searchset, with a link to the next while there is more."""
    paging = dict(query)
    size = min(int(paging.get("_count", _PAGE)), largest)
    start = int(paging.get("_offset", 0))
    base = str(request.url.replace(query=""))
    links = [{"relation": "self", "url": str(request.url)}]
    if start + size < len(found):
        following = [(name, value) for name, value in query if name != "_offset"] + [("_offset", str(start + size))]
        links.append({"relation": "next", "url": f"{base}?{urlencode(following)}"})
    root = base.rsplit("/", 1)[0]
    entries = [
        {"fullUrl": f"{root}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found[start : start + size]
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links, "entry": entries}


def _fhir(body: Json, status: int = 200) -> Response:
    return Response(json.dumps(body), status, media_type="application/fhir+json")


def _refused() -> Response:
    return _fhir(outcome("login", "A valid bearer token is needed."), 401)


def main() -> None:
    """Serve the health system of one simulated partnership."""
    parser = argparse.ArgumentParser(description="The simulated partnership's health system (FHIR R4).")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--page", type=int, default=_LARGEST_PAGE, help="resources that it sends on one page, at most")
    chosen = parser.parse_args()
    token = (chosen.state / "secrets" / "health").read_text().strip()
    with (chosen.state / "health-access.log").open("a", buffering=1) as log:
        system = FhirSystem(stored(populate(chosen.seed)), token, lambda asked: log.write(f"{asked}\n"), chosen.page)
        serve(system.application(), chosen.port, chosen.state, "health")


if __name__ == "__main__":
    main()
