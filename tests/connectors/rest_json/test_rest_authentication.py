"""How the connector proves itself: token reuse, renewal before expiry, one retry after a 401, no secret in an error."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.connectors.rest_json import RestJson
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson

SECRET = "canary secret/ü"
LINK = LinkedPerson(SourceId("guarded"), LocalId("1"), b"")
MANIFEST = """
id = "guarded"
name = "Guarded"
agency = "education"
kind = "rest_json"
endpoint = "{endpoint}"
contact = "-"
coverage = "-"
search = [["upn"]]
mapping = "guarded.toml"
categories = []

[authentication]
secret = "guarded"
"""
OAUTH = 'kind = "oauth2-client-credentials"\nclient_id = "hub"\ntoken_path = "/token"\nscope = "read"\n'
MAPPING = """
[[find]]
keys = ["upn"]
path = "/who"
local_id = "id"
identity = {}

[[requests]]
name = "who"
path = "/who"
local_id = "id"
"""


class Guarded:
    """A partner behind a token endpoint, with a valve for each thing that can go wrong."""

    def __init__(self) -> None:
        self.tokens = 0
        self.renewing = asyncio.Event()
        self.calls = 0
        self.lifetime: Any = 120
        self.revoked: set[str] = set()
        self.token_reply: Response | None = None
        self.seen: list[dict[str, str]] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/token", self.token, methods=["POST"]), Route("/who", self.who)])

    async def token(self, request: Request) -> Response:
        self.tokens += 1
        self.renewing.set()
        await asyncio.sleep(0.02)
        if self.token_reply is not None:
            return self.token_reply
        assert await request.body() == b"grant_type=client_credentials&scope=read"
        given = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert given == "hub:canary%20secret%2F%C3%BC"
        return JSONResponse({"access_token": f"token-{self.tokens}", "expires_in": self.lifetime})

    async def who(self, request: Request) -> Response:
        self.calls += 1
        self.seen.append(dict(request.headers))
        if request.headers.get("authorization") in self.revoked:
            return Response(status_code=401)
        return JSONResponse({"id": 1})


@pytest.fixture
def guarded() -> Guarded:
    return Guarded()


@pytest.fixture
async def connector(guarded: Guarded, serve: Any, connect: Any, tmp_path: Path) -> RestJson:
    (tmp_path / "guarded.toml").write_text(MAPPING)
    made: RestJson = connect(MANIFEST + OAUTH, await serve(guarded.app()), SECRET, tmp_path)
    return made


async def ask(connector: RestJson) -> None:
    fetched = await connector.fetch(LINK, frozenset(), Deadline.after(5))
    assert fetched is not None
    assert fetched.local_id == "1"


async def test_one_token_serves_many_questions_even_when_they_begin_together(
    connector: RestJson, guarded: Guarded
) -> None:
    await asyncio.gather(*(ask(connector) for _ in range(20)))
    await ask(connector)
    assert (guarded.tokens, guarded.calls) == (1, 21)


@pytest.mark.parametrize(("lifetime", "tokens"), [(31, 1), (30, 2), (0, 2), (-1, 2)])
async def test_a_token_is_not_used_in_its_last_thirty_seconds(
    connector: RestJson, guarded: Guarded, lifetime: int, tokens: int
) -> None:
    guarded.lifetime = lifetime
    await ask(connector)
    await ask(connector)
    assert guarded.tokens == tokens


async def test_a_refused_token_is_renewed_once_for_everybody_and_the_call_made_again(
    connector: RestJson, guarded: Guarded
) -> None:
    await ask(connector)
    guarded.revoked.add("Bearer token-1")
    await asyncio.gather(*(ask(connector) for _ in range(10)))
    assert guarded.tokens == 2


async def test_a_second_refusal_is_final(connector: RestJson, guarded: Guarded) -> None:
    guarded.revoked |= {f"Bearer token-{number}" for number in range(1, 9)}
    with pytest.raises(SourceFailed, match="refused the hub's credentials") as failed:
        await ask(connector)
    assert failed.value.state is AnswerState.UNAVAILABLE
    assert (guarded.tokens, guarded.calls) == (2, 2)


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Response(status_code=401), AnswerState.UNAVAILABLE),
        (Response(status_code=500), AnswerState.UNAVAILABLE),
        (Response(b"{", status_code=200), AnswerState.BAD_DATA),
        (Response(b"[" * 100_000, status_code=200), AnswerState.BAD_DATA),
        (JSONResponse({"access_token": 5}), AnswerState.BAD_DATA),
        (JSONResponse({"access_token": "a\r\nX-Evil: 1", "expires_in": 120}), AnswerState.BAD_DATA),
        (JSONResponse({"access_token": "", "expires_in": 120}), AnswerState.BAD_DATA),
        (Response(status_code=302, headers={"location": "http://127.0.0.1:1/"}), AnswerState.BAD_DATA),
    ],
)
async def test_an_unusable_token_endpoint_is_a_typed_failure_without_the_secret(
    connector: RestJson, guarded: Guarded, reply: Response, state: AnswerState
) -> None:
    guarded.token_reply = reply
    with pytest.raises(SourceFailed) as failed:
        await ask(connector)
    assert failed.value.state is state
    assert "canary" not in f"{failed.value!r}{failed.value.__cause__!r}"
    assert guarded.calls == 0


async def test_a_question_that_is_cancelled_while_it_renews_leaves_the_next_one_free(
    connector: RestJson, guarded: Guarded
) -> None:
    first = asyncio.create_task(ask(connector))
    await guarded.renewing.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await ask(connector)
    assert guarded.tokens == 2


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ('kind = "none"', {"authorization": None, "x-key": None}),
        ('kind = "bearer"', {"authorization": "Bearer abc", "x-key": None}),
        ('kind = "api-key"\nheader = "X-Key"', {"authorization": None, "x-key": "abc"}),
    ],
)
async def test_fixed_credentials_stand_in_their_header(
    guarded: Guarded, serve: Any, connect: Any, tmp_path: Path, kind: str, seen: dict[str, str | None]
) -> None:
    (tmp_path / "guarded.toml").write_text(MAPPING)
    await ask(connect(MANIFEST + kind, await serve(guarded.app()), "abc", tmp_path))
    assert {header: guarded.seen[0].get(header) for header in seen} == seen


async def test_a_fixed_credential_that_is_refused_is_not_tried_again(
    guarded: Guarded, serve: Any, connect: Any, tmp_path: Path
) -> None:
    (tmp_path / "guarded.toml").write_text(MAPPING)
    guarded.revoked.add("Bearer abc")
    with pytest.raises(SourceFailed, match="refused the hub's credentials"):
        await ask(connect(MANIFEST + 'kind = "bearer"', await serve(guarded.app()), "abc", tmp_path))
    assert guarded.calls == 1
