"""Limited access fails closed: unless the source says outright that a case is open, nothing about it is asked."""

from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.connectors.rest_json.access import NO_REASON
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, Label, Role
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from hub.domain.principals import Principal

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


def asking(email: str | None) -> Principal:
    return Principal("somebody", "Somebody", Agency.PROBATION, frozenset({Role.PARTNER_REP}), email)


async def answer(
    probation: Probation, serve: Any, connect: Any, demo_manifest: Any, asker: Principal | None = None
) -> Any:
    connector = connect(demo_manifest("probation"), await serve(probation), "secret")
    asked = frozenset({Category.PROBATION_CHILD_CONTACT, Category.PROBATION_SUPERVISION})
    return await connector.fetch(LINK, asked, Deadline.after(5), asker)


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


BOTH = {
    "excludedFrom": [{"email": "Kin@Probation.example"}],
    "exclusionMessage": "Not you.",
    "restrictedTo": [{"email": "officer@probation.example"}, {"email": " Kin@probation.example "}],
    "restrictionMessage": "Phone us.",
}


@pytest.mark.parametrize(
    ("access", "email", "sentence"),
    [
        (BOTH, "officer@probation.example", None),
        (BOTH, "OFFICER@probation.example", None),
        (BOTH, "kin@probation.example", "Not you."),  # excluded, though let in as well
        (BOTH, "other@probation.example", "Phone us."),
        (BOTH, None, "Phone us."),  # whom the source cannot know it lets in nowhere
        ({**BOTH, "restrictedTo": []}, "kin@probation.example", "Not you."),
        ({**BOTH, "restrictedTo": []}, "other@probation.example", None),
        ({**BOTH, "restrictedTo": []}, None, "Not you."),
        ({**BOTH, "excludedFrom": []}, "other@probation.example", "Phone us."),
        ({**BOTH, "excludedFrom": [{"name": "Kin"}]}, "officer@probation.example", NO_REASON),
        ({**BOTH, "excludedFrom": None}, "officer@probation.example", NO_REASON),
        ({**BOTH, "restrictedTo": "officer@probation.example"}, "officer@probation.example", NO_REASON),
    ],
)
async def test_lists_decide_person_by_person_and_an_unreadable_list_closes(
    serve: Any, connect: Any, demo_manifest: Any, access: Any, email: str | None, sentence: str | None
) -> None:
    probation = Probation(access)
    fetched = await answer(probation, serve, connect, demo_manifest, asking(email))
    assert fetched.withheld == ((sentence,) if sentence else ())
    assert any("supervisions" in path for path in probation.asked) is (sentence is None)


async def test_a_source_without_lists_of_its_own_asks_nobodys_name(
    serve: Any, connect: Any, demo_manifest: Any
) -> None:
    fetched = await answer(Probation(OPEN), serve, connect, demo_manifest, asking(None))
    assert fetched.withheld == ()


@pytest.mark.shared_data
async def test_the_published_reply_lets_in_whom_it_names_and_nobody_else(
    serve: Any, connect: Any, demo_manifest: Any, shared_data: Any
) -> None:
    published = msgspec.json.decode((shared_data / "probation" / "GetAccessLimitationsResponse.json").read_bytes())
    named = published["restrictedTo"][0]["email"]
    for email, closed in ((named, False), ("other@probation.example", True)):
        fetched = await answer(Probation(published), serve, connect, demo_manifest, asking(email))
        assert bool(fetched.withheld) is closed
