"""A third REST partner joins with a manifest and a mapping file, no Python: a made-up education system."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.connectors.rest_json import RestJson
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, NhsNumber, SourceId, Upn
from hub.domain.people import LinkedPerson
from hub.domain.records import ServiceEpisode
from hub.domain.searching import CannotSearch, TooManyFound
from tests.fixtures.probing import probe

FOLDER = Path(__file__).parent / "education"
PUPIL = {
    "links": {"pupil_ref": 4711},
    "legal": {"first": "Orla", "last": "Sampleforth"},
    "dob": "2017-03-04T00:00:00Z",
    "upn": "C831999900012",
    "send": {"status": "E", "since": "2024-01-08"},
    "enrolments": [
        {"establishment": {"urn": 100}, "from": "2022-09-01", "to": "2024-07-20"},
        {"establishment": {"urn": 200}, "from": "2024-09-01", "to": None},
        {"establishment": None},
    ],
}
LINK = LinkedPerson(SourceId("schools"), LocalId("4711"), b"")
SERVED = frozenset(Category)


class Schools:
    """The partner's system: what it was asked, and its answers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.school_says: int | None = None  # another establishment's number

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/v2/pupils/by-upn/{upn}", self.by_upn),
                Route("/v2/pupils/search", self.search, methods=["POST"]),
                Route("/v2/pupils/{ref}", self.pupil),
                Route("/v2/pupils/{ref}/attendance", self.attendance),
                Route("/v2/pupils/{ref}/sanctions", self.sanctions),
                Route("/v2/establishments/{urn:int}", self.school),
            ]
        )

    async def by_upn(self, request: Request) -> Response:
        self._note(request)
        return self._found(found=request.path_params["upn"] == PUPIL["upn"])

    async def search(self, request: Request) -> Response:
        self._note(request)
        body = await request.json()
        assert body["fuzzy"] is False
        page, size = int(request.query_params["p"]), int(request.query_params["n"])
        named = [{"pupil": {**PUPIL, "links": {"pupil_ref": number}}} for number in range(5)]
        found = named if body["criteria"]["surname"] == "Sampleforth" else []
        return JSONResponse({"pages": -(-len(found) // size), "results": found[(page - 1) * size : page * size]})

    async def pupil(self, request: Request) -> Response:
        self._note(request)
        return self._found(found=request.path_params["ref"] == "4711")

    async def attendance(self, request: Request) -> Response:
        self._note(request)
        return JSONResponse({"summary": {"percent": 61.4, "unauthorised": 44}})

    async def sanctions(self, request: Request) -> Response:
        self._note(request)
        return JSONResponse(
            [{"kind": "SUSP", "on": "2026-05-01", "reason": "x"}, {"kind": "LIMBO", "on": "2026-06-01"}]
        )

    async def school(self, request: Request) -> Response:
        self._note(request)
        urn = request.path_params["urn"]
        name = {100: "Wren Infants", 200: "Lapwing Academy"}[urn]
        dsl = {"name": "D. Lead", "phone": "01632 960099"}
        return JSONResponse({"urn": self.school_says or urn, "name": name, "dsl": dsl, "ofsted": 2})

    def _found(self, *, found: bool) -> Response:
        return JSONResponse(PUPIL) if found else Response(status_code=404)

    def _note(self, request: Request) -> None:
        assert request.headers["authorization"] == "Bearer let-me-in"
        self.asked.append(request.url.path)


@pytest.fixture
def schools() -> Schools:
    return Schools()


@pytest.fixture
async def connector(schools: Schools, serve: Any, connect: Any) -> RestJson:
    made: RestJson = connect((FOLDER / "manifest.toml").read_text(), await serve(schools.app()), "let-me-in", FOLDER)
    return made


def soon() -> Deadline:
    return Deadline.after(5)


async def test_its_pupils_are_found_by_number_in_one_request(connector: RestJson, schools: Schools) -> None:
    by_number = probe(upn=Upn("C831999900012"))
    (found,) = await connector.find(by_number, soon())
    assert (found.local_id, found.attributes.given_name) == ("4711", "Orla")
    assert found.attributes.birth_date == date(2017, 3, 4)
    assert schools.asked == ["/v2/pupils/by-upn/C831999900012"]


async def test_a_search_by_name_is_read_over_all_its_pages(connector: RestJson, schools: Schools) -> None:
    named = probe(family_name="Sampleforth", given_name="Orla", birth_date=date(2017, 3, 4))
    found = await connector.find(named, soon())
    assert [one.local_id for one in found] == ["0", "1", "2", "3", "4"]
    assert Counter(schools.asked) == {"/v2/pupils/search": 3}


async def test_more_than_the_manifest_takes_are_too_many_and_no_further_page_is_asked_for(
    schools: Schools, serve: Any, connect: Any
) -> None:
    manifest = (FOLDER / "manifest.toml").read_text() + "\n[limits]\nmax_found = 1\n"
    connector = connect(manifest, await serve(schools.app()), "let-me-in", FOLDER)
    with pytest.raises(TooManyFound):
        await connector.find(probe(family_name="Sampleforth", given_name="Orla", birth_date=date(2017, 3, 4)), soon())
    assert schools.asked == ["/v2/pupils/search"]


async def test_a_reference_without_its_search_keys_is_said_to_be_so_and_nothing_is_asked(
    connector: RestJson, schools: Schools
) -> None:
    with pytest.raises(CannotSearch):
        await connector.find(probe(nhs_number=NhsNumber("9991000003")), soon())
    assert schools.asked == []


async def test_its_data_becomes_records_and_what_is_unknown_is_counted(connector: RestJson) -> None:
    fetched = await connector.fetch(LINK, SERVED, soon())
    assert fetched is not None
    assert fetched.local_id == "4711"
    assert fetched.attributes.family_name == "Sampleforth"
    assert Counter(type(one).__name__ for one in fetched.records) == {
        "IdentityAttribute": 4,
        "ServiceEpisode": 2,
        "Finding": 2,
        "LifeEvent": 2,
    }
    schools = [one for one in fetched.records if isinstance(one, ServiceEpisode)]
    assert [(one.label, one.start, one.end) for one in schools] == [
        ("Pupil at Wren Infants", date(2022, 9, 1), date(2024, 7, 20)),
        ("Pupil at Lapwing Academy", date(2024, 9, 1), None),
    ]
    assert fetched.unmapped == {"sanctions:LIMBO": 1, "schools.ofsted": 2, "pupil: key missing": 1}


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        (Category.EDUCATION_SEND, ["/v2/pupils/4711"]),
        (Category.EDUCATION_ATTENDANCE, ["/v2/pupils/4711", "/v2/pupils/4711/attendance"]),
        (Category.EDUCATION_SCHOOL, ["/v2/establishments/100", "/v2/establishments/200", "/v2/pupils/4711"]),
        (Category.HEALTH_GP, ["/v2/pupils/4711"]),
    ],
)
async def test_no_more_is_asked_than_the_categories_need(
    connector: RestJson, schools: Schools, asked: Category, paths: list[str]
) -> None:
    await connector.fetch(LINK, frozenset({asked}), soon())
    assert sorted(schools.asked) == paths


async def test_a_pupil_that_the_partner_no_longer_knows_is_none(connector: RestJson) -> None:
    gone = LinkedPerson(SourceId("schools"), LocalId("1"), b"")
    assert await connector.fetch(gone, frozenset({Category.EDUCATION_SEND}), soon()) is None


async def test_an_identifier_cannot_lead_to_another_path(connector: RestJson, schools: Schools) -> None:
    sly = LinkedPerson(SourceId("schools"), LocalId("../establishments/100"), b"")
    assert await connector.fetch(sly, frozenset({Category.EDUCATION_SEND}), soon()) is None
    assert not any("establishments/100" in path and "pupils" not in path for path in schools.asked)


async def test_an_answer_about_another_thing_than_asked_for_is_bad_data(connector: RestJson, schools: Schools) -> None:
    schools.school_says = 300
    with pytest.raises(SourceFailed) as failed:
        await connector.fetch(LINK, SERVED, soon())
    assert failed.value.state is AnswerState.BAD_DATA


async def test_no_second_round_begins_after_the_deadline(connector: RestJson, schools: Schools) -> None:
    with pytest.raises(SourceFailed) as failed:
        await connector.fetch(LINK, frozenset({Category.EDUCATION_SCHOOL}), Deadline.after(0))
    assert failed.value.state is AnswerState.TIMED_OUT
    assert schools.asked == ["/v2/pupils/4711"]
