"""Whatever a partner sends, the connector answers with a typed state or with records; it never breaks."""

import asyncio
import gzip
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hub.connectors.rest_json import RestJson
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId, Upn
from hub.domain.people import LinkedPerson
from tests.fixtures.probing import probe

LINK = LinkedPerson(SourceId("youth-justice"), LocalId("YP1"), b"")
PERSON = {"ypid": "YP1", "forename": "Rowan", "surname": "Fictworth", "dateOfBirth": "2011-05-14"}
Reply = Callable[[], Response]
BAD, DOWN = AnswerState.BAD_DATA, AnswerState.UNAVAILABLE


def page(items: Any) -> dict[str, Any]:
    return {"content": items, "page": {"totalPages": 1}}


def encoded(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


class Hostile:
    """A youth justice system whose documents are whatever a test says."""

    def __init__(self) -> None:
        self.person: Reply = lambda: encoded(PERSON)
        self.documents: Reply = lambda: encoded(page([]))
        self.people: Reply = lambda: encoded(page([PERSON]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = Request(scope).url.path
        reply = {"/people": self.people, "/people/YP1/person_details": self.person}.get(path, self.documents)
        await reply()(scope, receive, send)


@pytest.fixture
def hostile() -> Hostile:
    return Hostile()


@pytest.fixture
async def connector(hostile: Hostile, serve: Any, connect: Any, demo_manifest: Any) -> RestJson:
    made: RestJson = connect(demo_manifest("youth-justice"), await serve(hostile), "key")
    return made


async def fetched(connector: RestJson) -> Any:
    return await connector.fetch(LINK, frozenset(Category), Deadline.after(5))


async def searched(connector: RestJson) -> Any:
    return await connector.find(probe(upn=Upn("A831999900001")), Deadline.after(5))


async def endless() -> Any:
    while True:
        await asyncio.sleep(0)
        yield b" " * 65536


REPLIES = [
    (lambda: Response(b"null"), BAD),
    (lambda: Response(b"5"), BAD),
    (lambda: Response(b""), BAD),
    (lambda: Response(b"<html>"), BAD),
    (lambda: Response(b'{"content": [{"id": 1, "nam'), BAD),
    (lambda: Response(b'{"a": "\xff\xfe"}'), BAD),
    (lambda: Response(b"[" * 100_000), BAD),
    (lambda: Response(b'{"a":' * 5_000 + b"1" + b"}" * 5_000), BAD),
    (lambda: Response(b" " * 3_000_000), BAD),
    (lambda: StreamingResponse(endless()), BAD),
    (lambda: Response(gzip.compress(b"{}"), headers={"content-encoding": "gzip"}), BAD),
    (lambda: Response(status_code=302, headers={"location": "http://169.254.169.254/"}), BAD),
    (lambda: Response(status_code=400), BAD),
    (lambda: Response(status_code=401), DOWN),
    (lambda: Response(status_code=429), DOWN),
    (lambda: Response(status_code=503), DOWN),
]


@pytest.mark.parametrize(("reply", "state"), REPLIES)
async def test_every_unusable_reply_is_a_typed_failure(
    connector: RestJson, hostile: Hostile, reply: Reply, state: AnswerState
) -> None:
    usable = {name: getattr(hostile, name) for name in ("person", "documents", "people")}
    for where in usable:
        vars(hostile).update({**usable, where: reply})
        asked = searched(connector) if where == "people" else fetched(connector)
        with pytest.raises(SourceFailed) as failed:
            await asked
        assert failed.value.state is state, where


@pytest.mark.parametrize(
    "people",
    [
        {},
        [],
        page("x"),
        page([5]),
        page([{}]),
        page([{"ypid": {"a": 1}}]),
        page([{"ypid": "a\x00b"}]),
        page([{"ypid": "x" * 1000}]),
        {"content": [], "page": {"totalPages": "many"}},
        {"content": [], "page": {"totalPages": True}},
        {"content": [], "page": {"totalPages": 10**9}},
    ],
)
async def test_a_search_reply_of_another_shape_is_bad_data_and_never_nobody(
    connector: RestJson, hostile: Hostile, people: Any
) -> None:
    hostile.people = lambda: encoded(people)
    with pytest.raises(SourceFailed) as failed:
        await searched(connector)
    assert failed.value.state is BAD


@pytest.mark.parametrize(
    "document", [5, "x", None, True, [], [[]], {"a": 1}, {"startDate": {}, "date": 7, "status": []}]
)
async def test_documents_of_wrong_types_inside_a_right_shape_are_counted_not_fatal(
    connector: RestJson, hostile: Hostile, document: Any
) -> None:
    hostile.documents = lambda: encoded(page([document]))
    answer = await fetched(connector)
    assert answer.attributes.given_name == "Rowan"
    assert document is None or answer.unmapped


async def test_a_reply_about_somebody_else_says_so_itself(connector: RestJson, hostile: Hostile) -> None:
    hostile.person = lambda: encoded({**PERSON, "ypid": "YP2"})
    assert (await fetched(connector)).local_id == "YP2"


async def test_a_reply_that_does_not_say_whom_it_is_about_is_bad_data(connector: RestJson, hostile: Hostile) -> None:
    hostile.person = lambda: encoded({"forename": "Rowan"})
    with pytest.raises(SourceFailed) as failed:
        await fetched(connector)
    assert failed.value.state is BAD


async def test_no_error_holds_a_value_of_a_reply(connector: RestJson, hostile: Hostile) -> None:
    for reply in (Response(b'{"surname": "Canary", '), encoded({"ypid": ["Canary"]}), encoded("Canary", 500)):
        hostile.person = partial(lambda given: given, reply)
        with pytest.raises(SourceFailed) as failed:
            await fetched(connector)
        assert "Canary" not in f"{failed.value!r} {failed.value.__cause__!r}"


async def test_a_partner_that_cannot_be_reached_may_be_tried_again(connect: Any, demo_manifest: Any) -> None:
    with pytest.raises(SourceFailed) as failed:
        await fetched(connect(demo_manifest("youth-justice"), "http://127.0.0.1:9", "key"))
    assert failed.value.state is DOWN
    assert failed.value.retry
