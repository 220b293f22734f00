"""The youth justice service's system: its case-level documents over REST, behind an API key.

``python -m hub.demo.partners.youth_justice --port 0 --state DIR --seed 2019``
"""

import argparse
import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.behaviour import wrong_child
from hub.demo.partners import youth_justice_shapes as shapes
from hub.demo.partners.serving import serve
from hub.demo.population import Population, populate
from hub.demo.population.facts import SourceName
from hub.domain.sounds import soundex

Endpoint = Callable[[Request], Awaitable[Response]]


class YouthJustice:
    """What the service holds."""

    def __init__(self, population: Population, key: str) -> None:
        self._key = key
        self._cases = {facts.ypid: facts for facts in population.youth_justice.values()}
        self._people = {
            ypid: shapes.person_details(facts, population.person(facts.child_key, SourceName.YOUTH_JUSTICE))
            for ypid, facts in self._cases.items()
        }

    def app(self) -> Starlette:
        """The API."""
        return Starlette(
            routes=[
                Route("/people", self._guarded(self.search)),
                Route("/people/{ypid}/person_details", self._guarded(self.person)),
                Route("/people/{ypid}/{document}", self._guarded(self.documents)),
            ]
        )

    async def search(self, request: Request) -> Response:
        """People by UPN, or by names with a birth date or a range of them; a page at a time."""
        query = request.query_params
        if "upn" in query:
            found = [one for one in self._people.values() if one["upn"] == query["upn"]]
        elif _has_names(query) and ("dateOfBirth" in query or {"bornFrom", "bornTo"} <= query.keys()):
            found = [one for one in self._people.values() if _is_named(one, query) and _was_born(one, query)]
        else:
            return _json({"error": "Give upn, or a name with dateOfBirth, or with bornFrom and bornTo."}, 400)
        return _json(_page(found, request))

    async def person(self, request: Request) -> Response:
        """Who a young person is."""
        asked = request.path_params["ypid"]
        if asked not in self._people:
            return _unknown()
        return _json({**self._people[self._answered(request)], "ypid": asked})

    async def documents(self, request: Request) -> Response:
        """A young person's documents of one type, a page at a time."""
        made = shapes.DOCUMENTS.get(request.path_params["document"])
        if made is None or request.path_params["ypid"] not in self._cases:
            return _unknown()
        return _json(_page(made(self._cases[self._answered(request)]), request))

    def _answered(self, request: Request) -> str:
        """Whose record is given: who was asked for, or the next one."""
        asked: str = request.path_params["ypid"]
        keys = tuple(self._cases)
        return keys[(keys.index(asked) + 1) % len(keys)] if wrong_child(request.scope) else asked

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            if not secrets.compare_digest(request.headers.get("X-API-Key", "").encode(), self._key.encode()):
                return _json({"error": "API key missing or unknown"}, 401)
            return await endpoint(request)

        return answer


def main() -> None:
    """Run the service as a process of its own."""
    parser = argparse.ArgumentParser(description="The demo's youth justice system.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2019)
    given = parser.parse_args()
    key = (given.state / "secrets" / "youth-justice").read_text().strip()
    serve(YouthJustice(populate(given.seed), key).app(), given.port, given.state, "youth-justice")


def _has_names(query: Mapping[str, str]) -> bool:
    return "familyName" in query or "forename" in query


def _is_named(one: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whole names; their beginnings with ``nameMatch=starts``; what sounds alike with ``nameMatch=sounds``."""
    told = ((one["surname"], query.get("familyName")), (one["forename"], query.get("forename")))
    pairs = [(held.casefold(), asked.casefold()) for held, asked in told if asked is not None]
    if query.get("nameMatch") == "starts":
        return all(held.startswith(asked) for held, asked in pairs)
    if query.get("nameMatch") == "sounds":
        return all(soundex(held) == soundex(asked) for held, asked in pairs)
    return all(held == asked for held, asked in pairs)


def _was_born(one: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    born = one["dateOfBirth"]
    if "dateOfBirth" in query:
        return bool(born == query["dateOfBirth"])
    return born is not None and query["bornFrom"] <= born <= query["bornTo"]


def _page(found: list[Any], request: Request) -> dict[str, Any]:
    number, size = int(request.query_params.get("page", "0")), int(request.query_params.get("size", "10"))
    page = {"size": size, "number": number, "totalElements": len(found), "totalPages": -(-len(found) // size)}
    return {"content": found[number * size : (number + 1) * size], "page": page}


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _unknown() -> Response:
    return _json({"error": "Not found"}, 404)


if __name__ == "__main__":
    main()
