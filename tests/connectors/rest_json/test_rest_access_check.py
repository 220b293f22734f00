"""Limited access fails closed: unless the source says outright that a case is open, nothing about it is asked."""

from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.connectors.rest_json.related import NO_REASON
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson

LINK = LinkedPerson(SourceId("probation"), LocalId("7"), b"")
CONTACT = {"id": 7, "firstName": "A", "lastName": "B", "existingRelationships": [{"offenderCrn": "X1"}]}
OPEN = {"excludedFrom": [], "restrictedTo": []}


class Probation:
    """A probation system with one case."""

    def __init__(self, access: Any, status: int = 200) -> None:
        self.access, self.status = access, status
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = Request(scope).url.path
        self.asked.append(path)
        replies = {
            "/auth/oauth/token": {"access_token": "t", "expires_in": 120},
            "/contact/7": CONTACT,
            "/case/X1/supervisions": {"dynamicRisks": [{"code": "RCCO"}]},
        }
        checked = path.endswith("access-limitations")
        reply = Response(
            msgspec.json.encode(self.access if checked else replies[path]), self.status if checked else 200
        )
        await reply(scope, receive, send)


async def answer(probation: Probation, serve: Any, connect: Any, demo_manifest: Any) -> Any:
    connector = connect(demo_manifest("probation"), await serve(probation), "secret")
    asked = frozenset({Category.PROBATION_CHILD_CONTACT, Category.PROBATION_SUPERVISION})
    return await connector.fetch(LINK, asked, Deadline.after(5))


async def test_an_open_case_is_read(serve: Any, connect: Any, demo_manifest: Any) -> None:
    fetched = await answer(Probation(OPEN), serve, connect, demo_manifest)
    assert fetched.withheld == ()
    assert Category.PROBATION_CHILD_CONTACT in {record.category for record in fetched.records}


@pytest.mark.parametrize(
    ("access", "sentence"),
    [
        (
            {**OPEN, "restrictedTo": [{"email": "a@b.example"}], "restrictionMessage": "Phone\u202e us\x00."},
            "Phone us .",
        ),
        ({**OPEN, "excludedFrom": [{"email": "a@b.example"}], "exclusionMessage": "Not you."}, "Not you."),
        ({**OPEN, "restrictedTo": [{}], "restrictionMessage": {"a": 1}}, NO_REASON),
        ({**OPEN, "restrictedTo": None}, NO_REASON),
        ({"excludedFrom": []}, NO_REASON),
        ({}, NO_REASON),
        ([], NO_REASON),
        ({"excludedFrom": "no", "restrictedTo": "no"}, NO_REASON),
    ],
)
async def test_anything_else_keeps_the_case_closed_and_says_so(
    serve: Any, connect: Any, demo_manifest: Any, access: Any, sentence: str
) -> None:
    probation = Probation(access)
    fetched = await answer(probation, serve, connect, demo_manifest)
    assert fetched.withheld == (sentence,)
    assert [record.labels for record in fetched.records] == [frozenset({Label.LIMITED_ACCESS})]
    assert not any("supervisions" in path for path in probation.asked)


@pytest.mark.parametrize(("access", "status"), [(OPEN, 404), (OPEN, 500), (None, 200), ("open", 200)])
async def test_a_check_that_cannot_be_made_fails_the_source(
    serve: Any, connect: Any, demo_manifest: Any, access: Any, status: int
) -> None:
    probation = Probation(access, status)
    with pytest.raises(SourceFailed) as failed:
        await answer(probation, serve, connect, demo_manifest)
    assert failed.value.state is not AnswerState.NOT_KNOWN
    assert not any("supervisions" in path for path in probation.asked)
