"""The council's education system: pupils over REST with a bearer token. Nobody has connected it to a hub yet.

``python -m hub.demo.partners.education --port 0 --state DIR --seed 2019`` puts its token into DIR/education/token.
"""

import argparse
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.demo.behaviour import wrong_child
from hub.demo.partners.education_records import Pupil, pupils
from hub.demo.partners.serving import serve
from hub.demo.population import populate

Endpoint = Callable[[Request], Awaitable[Response]]
_PAGE = 10


class Education:
    """What the system holds."""

    def __init__(self, held: dict[str, Pupil], token: str) -> None:
        self._pupils, self._token = held, token

    def app(self) -> Starlette:
        """The API."""
        base = "/api/v1/pupils"
        return Starlette(
            routes=[
                Route(base, self._guarded(self.search)),
                Route(base + "/{pupil}", self._guarded(self.record)),
                Route(base + "/{pupil}/attendance", self._guarded(self.attendance)),
                Route(base + "/{pupil}/exclusions", self._guarded(self.exclusions)),
            ]
        )

    async def search(self, request: Request) -> Response:
        """Pupils by UPN, or by surname and birth date, with or without forename; a page at a time."""
        asked = request.query_params
        if "upn" in asked:
            found = [one for one in self._pupils.values() if one.person.upn == asked["upn"]]
        elif "surname" in asked and "dateOfBirth" in asked:
            found = [one for one in self._pupils.values() if _is(one, asked)]
        else:
            return _json({"error": "Give upn, or surname with dateOfBirth."}, 400)
        number = int(asked.get("page", "1"))
        shown = found[(number - 1) * _PAGE : number * _PAGE]
        pages = max(1, -(-len(found) // _PAGE))
        return _json({"data": [one.summary() for one in shown], "meta": {"page": number, "pages": pages}})

    async def record(self, request: Request) -> Response:
        """One pupil."""
        pupil = self._asked(request)
        if pupil is None:
            return _unknown()
        return _json({**pupil.record(), "id": request.path_params["pupil"]})

    async def attendance(self, request: Request) -> Response:
        """One pupil's registers."""
        pupil = self._asked(request)
        return _unknown() if pupil is None else _json(pupil.attendance())

    async def exclusions(self, request: Request) -> Response:
        """One pupil's suspensions and exclusions."""
        pupil = self._asked(request)
        return _unknown() if pupil is None else _json({"data": pupil.exclusions()})

    def _asked(self, request: Request) -> Pupil | None:
        """Whose record is given: who was asked for, or the next one."""
        asked: str = request.path_params["pupil"]
        if asked not in self._pupils or not wrong_child(request.scope):
            return self._pupils.get(asked)
        keys = tuple(self._pupils)
        return self._pupils[keys[(keys.index(asked) + 1) % len(keys)]]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            sent = request.headers.get("Authorization", "").encode()
            if not secrets.compare_digest(sent, f"Bearer {self._token}".encode()):
                return _json({"error": "Token missing or unknown"}, 401)
            return await endpoint(request)

        return answer


def main() -> None:
    """Run the system as a process of its own."""
    parser = argparse.ArgumentParser(description="The demo's education system.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2019)
    given = parser.parse_args()
    held = pupils(populate(given.seed), given.seed)
    app = Education(held, _token(given.state)).app()
    serve(app, given.port or _port_before(given.state), given.state, "education")


def _port_before(state: Path) -> int:
    """Where it listened last in this folder, so that a hub it joined still finds it; 0 where that is taken, or new."""
    try:
        port = int((state / "education" / "endpoint").read_text().rpartition(":")[2])
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, ValueError):
        return 0
    return port


def _token(state: Path) -> str:
    """The token that this system gives its callers, made once."""
    file = state / "education" / "token"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()


def _is(pupil: Pupil, asked: Any) -> bool:
    who = pupil.person
    forename = asked.get("forename")
    return (
        who.family_name.casefold() == asked["surname"].casefold()
        and str(who.birth_date) == asked["dateOfBirth"]
        and (forename is None or who.given_name.casefold() == forename.casefold())
    )


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _unknown() -> Response:
    return _json({"error": "Not found"}, 404)


if __name__ == "__main__":
    main()
