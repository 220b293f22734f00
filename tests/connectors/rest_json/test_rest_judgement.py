"""A partner's own judgement over REST: a person there decides, or the partner declines, as its mapping says."""

from datetime import UTC, datetime
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
from hub.domain.holding import DenialReason, HolderDecides, HolderDeclined
from hub.domain.identifiers import LocalId, SourceId, Upn
from hub.domain.people import LinkedPerson
from hub.errors import ConfigurationError
from tests.fixtures.probing import probe

FOLDER = Path(__file__).parent / "education"
LINK = LinkedPerson(SourceId("schools"), LocalId("4711"), b"")
JUDGING = """
[judgement]
review_status = 202
denial_status = 403
who = "desk"
by = "until"
reference = "ticket"
reason = "code"
words = "say"
reasons = { HARM = "holder-more-detrimental", NONE = "holder-not-relevant" }
"""


class Judge:
    """A partner's system that answers everything with one reply."""

    def __init__(self) -> None:
        self.reply: Response = Response(status_code=404)

    async def answer(self, request: Request) -> Response:
        return self.reply

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=["GET", "POST"])])


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
async def judging(judge: Judge, serve: Any, connect: Any, tmp_path: Path) -> RestJson:
    (tmp_path / "mapping.toml").write_text(JUDGING + (FOLDER / "mapping.toml").read_text())
    made: RestJson = connect((FOLDER / "manifest.toml").read_text(), await serve(judge.app()), "let-me-in", tmp_path)
    return made


async def search(connector: RestJson) -> object:
    return await connector.find(probe(upn=Upn("C831999900012")), Deadline.after(5))


async def fetch(connector: RestJson) -> object:
    return await connector.fetch(LINK, frozenset(Category), Deadline.after(5))


@pytest.mark.parametrize("read", [search, fetch])
async def test_a_person_there_decides(judge: Judge, judging: RestJson, read: Any) -> None:
    told = {"desk": "Admissions desk", "until": "2026-11-22T16:30:00+01:00", "ticket": "A-17"}
    judge.reply = JSONResponse(told, 202)
    with pytest.raises(HolderDecides) as raised:
        await read(judging)
    handed = raised.value.handed
    assert (handed.who, handed.by, handed.reference) == (
        "Admissions desk",
        datetime(2026, 11, 22, 15, 30, tzinfo=UTC),
        "A-17",
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("HARM", DenialReason.MORE_DETRIMENTAL),
        ("NONE", DenialReason.NOT_RELEVANT),
        ("WHAT", DenialReason.OTHER),
        (17, DenialReason.OTHER),
    ],
)
async def test_the_partner_declines(judge: Judge, judging: RestJson, code: object, reason: DenialReason) -> None:
    judge.reply = JSONResponse({"code": code, "say": "Phone us\u0000first"}, 403)
    with pytest.raises(HolderDeclined) as raised:
        await fetch(judging)
    assert (raised.value.state, raised.value.reason) == (AnswerState.WITHHELD, reason)
    assert raised.value.words == "Phone us first"


@pytest.mark.parametrize(
    "told", [{}, {"desk": 4, "until": "soon", "ticket": ["x"]}, {"desk": None, "until": 1}, {"until": "2026-13-40"}]
)
async def test_a_review_that_says_nothing_usable_is_a_review_all_the_same(
    judge: Judge, judging: RestJson, told: dict[str, object]
) -> None:
    judge.reply = JSONResponse(told, 202)
    with pytest.raises(HolderDecides) as raised:
        await fetch(judging)
    assert (raised.value.handed.by, raised.value.handed.reference) == (None, None)
    assert raised.value.handed.who


async def test_a_judgement_that_is_no_json_is_bad_data(judge: Judge, judging: RestJson) -> None:
    judge.reply = Response("later", 202)
    with pytest.raises(SourceFailed) as raised:
        await fetch(judging)
    assert raised.value.state is AnswerState.BAD_DATA


@pytest.mark.parametrize("wrong", ["review_status = 200", "denial_status = 404", "denial_status = 202"])
def test_a_status_that_means_something_else_is_refused(connect: Any, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "mapping.toml").write_text(f"[judgement]\n{wrong}\n" + (FOLDER / "mapping.toml").read_text())
    with pytest.raises(ConfigurationError, match="two statuses"):
        connect((FOLDER / "manifest.toml").read_text(), "http://127.0.0.1:9", "let-me-in", tmp_path)
