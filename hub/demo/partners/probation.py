"""Probation's system: REST in the shapes of the HMPPS APIs, behind OAuth2 client credentials.

``python -m hub.demo.partners.probation --port 0 --state DIR --seed 2019``. Every request is noted in
``probation-access.log`` of the state folder: what was asked for, never about whom.
"""

import argparse
import base64
import secrets
import time
from collections.abc import Awaitable, Callable, ItemsView, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.behaviour import wrong_child
from hub.demo.partners import probation_shapes as shapes
from hub.demo.partners.serving import serve
from hub.demo.population import Population, populate
from hub.demo.population.facts import ProbationFacts, SourceName

CLIENT = "partnership-hub"
TOKEN_SECONDS = 120
SOUGHT = ("crn", "firstName", "surname", "dateOfBirth")
Endpoint = Callable[[Request], Awaitable[Response]]


class Probation:
    """What the service holds, and the tokens that it has given out."""

    def __init__(
        self,
        population: Population,
        secret: str,
        token_seconds: float = TOKEN_SECONDS,
        note: Callable[[str], object] = lambda _asked: None,
    ) -> None:
        self._population, self._secret, self._token_seconds = population, secret, token_seconds
        self._note = note
        self._tokens: dict[str, float] = {}
        self._cases = {facts.crn: facts for facts in population.probation.values()}
        ties: dict[str, list[shapes.Tie]] = {}
        for facts in population.probation.values():
            for contact in facts.contacts:
                ties.setdefault(contact.child_key, []).append((contact, facts))
        self._contacts = {one["id"]: one for one in map(shapes.contact, ties.values())}

    def app(self) -> Starlette:
        """The API."""
        routes = [
            Route("/auth/oauth/token", self.token, methods=["POST"]),
            self._route("/contact/search", self.search),
            self._route("/contact/{contact_id}", self.contact),
            self._route("/search/probation-cases", self.cases, "POST"),
            self._route("/case/{crn}/access-limitations", self.access_limitations),
            self._route("/case/{crn}/supervisions", self.supervisions),
            self._route("/risks/rosh/{crn}", self.risks),
            self._route("/public/licences/crn/{crn}", self.licences),
        ]
        return Starlette(routes=routes)

    def _route(self, path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            self._note(f"{method} {path}")
            return await self._guarded(request, endpoint)

        return Route(path, answer, methods=[method])

    async def token(self, request: Request) -> Response:
        """Client credentials in, an access token out."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if kind != "Basic" or not secrets.compare_digest(_decoded(given), f"{CLIENT}:{self._secret}".encode()):
            return _json({"error": "invalid_client"}, 401)
        if form.get("grant_type") != ["client_credentials"]:
            return _json({"error": "unsupported_grant_type"}, 400)
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + self._token_seconds
        return _json({"access_token": token, "token_type": "bearer", "expires_in": self._token_seconds})

    async def search(self, request: Request) -> Response:
        """Contacts of this last name, and first name and birth date where they are given, a page at a time."""
        query = request.query_params
        name, born = query.get("lastName", "").casefold(), query.get("dateOfBirth")
        first = query.get("firstName", "").casefold()
        if not name:
            return _json({"status": 400, "userMessage": "lastName is required"}, 400)
        found = [
            one
            for one in self._contacts.values()
            if one["lastName"].casefold() == name
            and first in {"", one["firstName"].casefold()}
            and born in {None, one["dateOfBirth"]}
        ]
        return _json(_page(found, int(query.get("page", "0")), int(query.get("size", "10"))))

    async def contact(self, request: Request) -> Response:
        """One contact."""
        asked = request.path_params["contact_id"]
        if asked not in self._contacts:
            return _unknown()
        found = self._contacts[_another(tuple(self._contacts), asked) if wrong_child(request.scope) else asked]
        return _json({**found, "id": asked})

    async def cases(self, request: Request) -> Response:
        """Cases by CRN, or by first name, surname and birth date, each as far as it is given."""
        asked = msgspec.json.decode(await request.body())
        sought = {name: str(asked[name]).casefold() for name in SOUGHT if asked.get(name)}
        if not sought:
            return _json({"status": 400, "userMessage": "Nothing to search by"}, 400)
        return _json([case for case in map(self._detail, self._cases.values()) if sought.items() <= _keys(case)])

    def _detail(self, facts: ProbationFacts) -> shapes.Json:
        return shapes.case_detail(facts, self._population.person(facts.adult_key, SourceName.PROBATION))

    async def access_limitations(self, request: Request) -> Response:
        """Who may see a case."""
        facts = self._case(request)
        return _unknown() if facts is None else _json(shapes.limited_access(facts.limited_access))

    async def supervisions(self, request: Request) -> Response:
        """Manager, MAPPA, sentences and registrations of a case."""
        facts = self._case(request)
        return _unknown() if facts is None else _json(shapes.supervisions(facts))

    async def risks(self, request: Request) -> Response:
        """The risk of serious harm of a case."""
        facts = self._case(request)
        found = None if facts is None else shapes.risks(facts)
        return _unknown() if found is None else _json(found)

    async def licences(self, request: Request) -> Response:
        """Licences of a case."""
        facts = self._case(request)
        return _unknown() if facts is None else _json(shapes.licences(facts))

    def _case(self, request: Request) -> ProbationFacts | None:
        asked = request.path_params["crn"]
        if asked in self._cases and wrong_child(request.scope):
            asked = _another(tuple(self._cases), asked)
        return self._cases.get(asked)

    async def _guarded(self, request: Request, endpoint: Endpoint) -> Response:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or self._tokens.get(token, 0.0) <= time.monotonic():
            return _json({"error": "invalid_token"}, 401)
        return await endpoint(request)


def main() -> None:
    """Run the service as a process of its own."""
    parser = argparse.ArgumentParser(description="The demo's probation system.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--token-seconds", type=float, default=TOKEN_SECONDS)
    given = parser.parse_args()
    secret = (given.state / "secrets" / "probation").read_text().strip()
    with (given.state / "probation-access.log").open("a", buffering=1) as log:
        system = Probation(
            populate(given.seed), secret, given.token_seconds, note=lambda asked: log.write(f"{asked}\n")
        )
        serve(system.app(), given.port, given.state, "probation")


def _keys(case: shapes.Json) -> ItemsView[str, str]:
    told = {**case, "crn": case["otherIds"]["crn"]}
    return {name: (told[name] or "").casefold() for name in SOUGHT}.items()


def _another(keys: Sequence[str], asked: str) -> str:
    return keys[(keys.index(asked) + 1) % len(keys)]


def _page(found: list[Any], number: int, size: int) -> dict[str, Any]:
    page = {"size": size, "number": number, "totalElements": len(found), "totalPages": -(-len(found) // size)}
    return {"content": found[number * size : (number + 1) * size], "page": page}


def _decoded(given: str) -> bytes:
    """A Basic credential's ``client:secret``, each part percent-decoded."""
    try:
        return unquote_to_bytes(base64.b64decode(given))
    except ValueError:
        return b""


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _unknown() -> Response:
    return _json({"status": 404, "userMessage": "Not found"}, 404)


if __name__ == "__main__":
    main()
