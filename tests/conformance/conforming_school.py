"""A school system over REST that does everything right, until a test names what it does wrong."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.connectors.manifest import Manifest
from hub.connectors.manifests import check_manifest

TOKEN = "the-token-of-the-school"
_PUPILS: tuple[dict[str, Any], ...] = (
    {"id": "P1", "upn": "A831999900001", "forename": "Ada", "surname": "Tester", "born": "2014-03-02"},
    {"id": "P2", "upn": "C831999900012", "forename": "Bea", "surname": "Prover", "born": "2015-04-03"},
    {"id": "P3", "upn": "E831999900023", "forename": "Cal", "surname": "Hidden", "born": "2016-05-04", "hidden": True},
)
_ABSENCES = [{"day": f"2026-0{month}-01", "reason": "Illness"} for month in range(1, 8)]
MANIFEST = """
id = "school"
name = "School of <Tests> & Trials"
agency = "education"
kind = "rest_json"
endpoint = "ENDPOINT"
contact = "School office, 01632 960077"
coverage = "Pupils of one school; live"
search = [["upn"], ["family_name", "birth_date"]]
categories = ["identity.name", "identity.birth-date", "identity.whereabouts", "education.attendance"]
marks_labels = ["LOCATION_AT_RISK"]

[authentication]
kind = "bearer"
secret = "school"

[limits]
concurrency = 6
max_bytes = 4096

[[test_people]]
expect = "known"
search = { upn = "A831999900001", given_name = "Ada", family_name = "Tester", birth_date = "2014-03-02" }
categories = ["education.attendance"]

[[test_people]]
expect = "known"
search = { upn = "C831999900012", given_name = "Bea", family_name = "Prover", birth_date = "2015-04-03" }

[[test_people]]
expect = "restricted"
search = { upn = "E831999900023", given_name = "Cal", family_name = "Hidden", birth_date = "2016-05-04" }
labels = ["LOCATION_AT_RISK"]

[[test_people]]
expect = "unknown"
search = { upn = "G831999900034", family_name = "Nobodyofthisname", birth_date = "2014-03-02" }

[[mapping.find]]
keys = ["upn"]
path = "/pupils"
params = { upn = "{upn}" }
items = "results"
local_id = "id"
identity = { given_name = "forename", family_name = "surname", birth_date = "born", upn = "upn", postcode = "postcode" }
labels = [{ label = "LOCATION_AT_RISK", where = "hidden" }]

[[mapping.find]]
keys = ["family_name", "birth_date"]
path = "/pupils"
params = { surname = "{family_name}", born = "{birth_date}" }
items = "results"
local_id = "id"
identity = { given_name = "forename", family_name = "surname", birth_date = "born", upn = "upn", postcode = "postcode" }
labels = [{ label = "LOCATION_AT_RISK", where = "hidden" }]

[[mapping.requests]]
name = "pupil"
path = "/pupils/{local_id}"
local_id = "id"
optional = true

[[mapping.requests]]
name = "absences"
path = "/pupils/{local_id}/absences"
items = "results"
paging = { total = "pages", page = "page", size = "size", per_page = 50, first = 1 }

[[mapping.identity]]
from = "pupil"
attribute = "given_name"
value = "forename"

[[mapping.identity]]
from = "pupil"
attribute = "family_name"
value = "surname"

[[mapping.identity]]
from = "pupil"
attribute = "birth_date"
value = "born"

[[mapping.identity]]
from = "pupil"
attribute = "postcode"
value = "postcode"

[[mapping.labels]]
from = "pupil"
label = "LOCATION_AT_RISK"
where = "hidden"

[[mapping.records]]
from = "absences"
kind = "Finding"
category = "education.attendance"
type = "'hub:attendance'"
label = "reason"
start = "day"

[mapping.ignored]
pupil = ["id", "upn", "note"]
"""


def manifest(endpoint: str, *changes: tuple[str, str]) -> Manifest:
    """The school's manifest, with pieces of its text replaced."""
    text = MANIFEST.replace("ENDPOINT", endpoint)
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    checked = check_manifest(text)
    assert checked.manifest is not None, checked.mistakes
    return checked.manifest


class School:
    """The application. ``wrong`` names what it does wrong; ``asked`` counts requests."""

    def __init__(self, wrong: str = "") -> None:
        self._wrong, self.asked, self._under_way = wrong, 0, 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/pupils", self._guarded(self._search)),
                Route("/pupils/{pupil}", self._guarded(self._record)),
                Route("/pupils/{pupil}/absences", self._guarded(self._absences)),
            ]
        )

    async def _search(self, request: Request) -> JSONResponse:
        asked = request.query_params
        found = [one for one in _PUPILS if _fits(one, asked)]
        if self._wrong == "finds-somebody-for-nobody" and not found:
            found = [_PUPILS[1]]
        if self._wrong == "ignores-the-birth-date" and "surname" in asked:
            found = [one for one in _PUPILS if one["id"] in {"P1", *(one["id"] for one in found)}]
        if self._wrong == "knows-somebody-twice":
            found += [{**one, "id": f"{one['id']}-again"} for one in found]
        return JSONResponse({"results": [self._told(one) for one in found]})

    async def _record(self, request: Request) -> JSONResponse:
        asked = request.path_params["pupil"]
        held = {one["id"]: one for one in _PUPILS}
        if self._wrong == "any-identifier-is-somebodys" and asked not in held:
            return JSONResponse({**self._told(_PUPILS[0]), "id": asked})
        if asked not in held:
            return JSONResponse({"error": "not found"}, 404)
        pupil = held[asked]
        if self._wrong == "another-childs-record":
            pupil = _PUPILS[(_PUPILS.index(pupil) + 1) % len(_PUPILS)]
        if self._wrong == "everybody-alike":
            pupil = {**pupil, "forename": "Pupil", "surname": "Withheld", "born": "2014-03-02"}
        note = "x" * {"reply-too-big": 5000, "reply-nearly-too-big": 3000}.get(self._wrong, 0)
        return JSONResponse({**self._told(pupil), "id": asked, "note": note})

    async def _absences(self, request: Request) -> JSONResponse:
        held = _ABSENCES if request.path_params["pupil"] != "P2" else []
        number, size = int(request.query_params["page"]), int(request.query_params["size"])
        first = 0 if self._wrong == "pages-repeat" else (number - 1) * size
        return JSONResponse({"results": held[first : first + size], "pages": -(-len(held) // size)})

    def _told(self, pupil: Mapping[str, Any]) -> dict[str, Any]:
        hidden = bool(pupil.get("hidden"))
        told = {**pupil, "hidden": hidden and self._wrong != "restricted-not-marked"}
        if not hidden or self._wrong == "tells-where-the-restricted-are":
            told["postcode"] = "ZX1 1AA"
        return told

    def _guarded(self, endpoint: Callable[..., Any]) -> Callable[..., Any]:
        async def answer(request: Request) -> JSONResponse:
            self.asked += 1
            self._under_way += 1
            try:
                return await self._let_in(request, endpoint)
            finally:
                self._under_way -= 1

        return answer

    async def _let_in(self, request: Request, endpoint: Callable[..., Any]) -> JSONResponse:
        sent = request.headers.get("authorization", "")
        anybody = {"lets-anybody-in": True, "lets-any-token-in": bool(sent)}.get(self._wrong, False)
        if sent != f"Bearer {TOKEN}" and not anybody:
            if self._wrong == "knows-nobody-without-credential":
                return JSONResponse({"results": []})
            return JSONResponse({"error": "unauthorised"}, 401)
        if self._wrong == "takes-few-at-once":
            await asyncio.sleep(0.05)
            if self._under_way > 3:
                return JSONResponse({"error": "slow down"}, 429)
        answered: JSONResponse = await endpoint(request)
        return answered


def _fits(pupil: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    if "upn" in asked:
        return bool(pupil["upn"] == asked["upn"])
    return bool(pupil["surname"].casefold() == asked["surname"].casefold() and pupil["born"] == asked["born"])


def words_of_records() -> set[str]:
    """What no report may hold: every value of every pupil, the test people's own among them."""
    return {str(one[name]) for one in _PUPILS for name in ("id", "upn", "forename", "surname", "born")} | {"ZX1 1AA"}


def told(report: Any) -> str:
    """A report as text."""
    return msgspec.json.encode(report).decode()
