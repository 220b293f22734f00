"""The gate: whatever is not a request we read is refused before the library sees it, cheaply and with a code."""

import contextlib
import time
from typing import Any

import pytest
from door_caller import Caller
from graphql import get_introspection_query
from partnership_stand_in import standing
from view_queries import FULL_VIEW

from hub.gate.refusals import RequestRefused
from hub.schema.documents import Documents
from hub.schema.limits import DoorLimits
from hub.schema.schema import build_schema

JSON = (b"content-type", b"application/json")
GOOD = b'{"query": "{ viewer { id } }"}'


def fragments(levels: int, leaf: str = "viewer { id }") -> str:
    """A document that doubles itself at each level."""
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    return f"{{ ...F0 }} {doubling} fragment F{levels} on Query {{ {leaf} }}"


BODIES: dict[str, tuple[bytes, str]] = {
    "null": (b"null", "json-not-an-object"),
    "a number": (b"5", "json-not-an-object"),
    "a batch": (b"[" + GOOD + b"]", "json-not-an-object"),
    "nothing": (b"", "json-syntax"),
    "text": (b"query { viewer { id } }", "json-syntax"),
    "cut off": (GOOD[:-2], "json-syntax"),
    "two objects": (GOOD + GOOD, "json-syntax"),
    "an array deep as a well": (b'{"query": ' + b"[" * 30_000, "json-depth"),
    "33 levels": (b'{"query": "a", "variables": ' + b'{"a":' * 32 + b"1" + b"}" * 33, "json-depth"),
    "unclosed strings": (b'{"query": "' + b'\\"' * 30_000, "json-syntax"),
    "invalid UTF-8": (b'{"query": "\xff"}', "json-encoding"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, "json-encoding"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "json-encoding"),
    "half a character": (b'{"query": "\\ud800"}', "json-encoding"),
    "a control character": (b'{"query": "\x00"}', "json-syntax"),
    "a repeated key": (b'{"query": "a", "query": "{ viewer { id } }"}', "json-repeated-key"),
    "a repeated variable": (b'{"query": "a", "variables": {"a": 1, "a": 2}}', "json-repeated-key"),
    "not a number": (b'{"query": "a", "variables": {"a": NaN}}', "json-number"),
    "infinity": (b'{"query": "a", "variables": {"a": -Infinity}}', "json-number"),
    "a number without end": (b'{"query": "a", "variables": {"a": 1e999}}', "json-number"),
    "a huge integer": (b'{"query": "a", "variables": {"a": 9007199254740993}}', "json-number"),
    "a monstrous integer": (b'{"query": "a", "variables": {"a": ' + b"9" * 50_000 + b"}}", "json-number"),
    "an unknown key": (b'{"query": "a", "id": 1}', "request-shape"),
    "no query": (b'{"variables": {}}', "request-shape"),
    "an empty query": (b'{"query": ""}', "request-shape"),
    "a query that is a list": (b'{"query": ["{ viewer { id } }"]}', "request-shape"),
    "variables as text": (b'{"query": "a", "variables": "{}"}', "request-shape"),
    "an operation name that is a number": (b'{"query": "a", "operationName": 1}', "request-shape"),
    "extensions as a list": (b'{"query": "a", "extensions": []}', "request-shape"),
}

DOCUMENTS: dict[str, tuple[str, str]] = {
    "not GraphQL": ("hello world", "graphql-document"),
    "only a comment": ("# hello", "graphql-document"),
    "a type": ("type Query { a: Int }", "graphql-document"),
    "a fragment alone": ("fragment A on Query { viewer { id } }", "graphql-document"),
    "501 tokens": ("{ " + "viewer " * 499 + "}", "graphql-document"),
    "a thousand comments": ("{ viewer { id } }" + "\n#" * 1000, "graphql-document"),
    "braces deep as a well": ("{a" * 10_000, "graphql-document"),
    "brackets deep as a well": ("{ enquiry(id: " + "[" * 480 + ") }", "graphql-document"),
    "an unclosed string": ('{ enquiry(id: "' + "x" * 60_000, "graphql-document"),
    "sixteen aliases of one root": (
        "{ " + " ".join(f"a{n}: viewer {{ id }}" for n in range(16)) + " }",
        "graphql-aliases",
    ),
    "sixteen aliases in a fragment spread twice": (
        "{ viewer { ...A ...A } } fragment A on Principal { " + " ".join(f"a{n}: id" for n in range(8)) + " }",
        "graphql-aliases",
    ),
    "eleven roots": ("{ " + "viewer { id } " * 11 + "}", "graphql-root-fields"),
    "a fragment doubled at 22 levels": (fragments(22), "graphql-root-fields"),
    "leaves doubled at 22 levels": (fragments(22, "__typename"), "graphql-root-fields"),
    "the same where nobody spreads it": ("{ viewer { id } } " + fragments(22).partition("}")[2], "graphql-fields"),
    "the same below a root": (
        "{ viewer { ...F0 } } " + fragments(22, "id").partition("}")[2].replace("on Query", "on Principal"),
        "graphql-fields",
    ),
    "a fragment of itself": ("{ ...A } fragment A on Query { ...A }", "graphql-fragment-cycle"),
    "a ring of fragments": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }",
        "graphql-fragment-cycle",
    ),
    "a ring that nobody spreads": (
        "{ viewer { id } } fragment A on Query { ...B } fragment B on Query { ...A }",
        "graphql-fragment-cycle",
    ),
    "31 fragments": (
        "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ viewer {{ id }} }}" for n in range(31)),
        "graphql-fragments",
    ),
    "two fragments of one name": (
        "{ ...A } fragment A on Query { viewer { id } } fragment A on Query { viewer { name } }",
        "graphql-document",
    ),
    "21 directives": ("{ viewer { id " + "@skip(if: false) " * 21 + "} }", "graphql-directives"),
    "eleven levels": ("{ " + "viewer { " * 11 + "id" + " }" * 12, "graphql-depth"),
    "eleven levels through fragments": (
        "{ viewer { ...A } } fragment A on Principal { "
        + "a { " * 6
        + "...B"
        + " }" * 7
        + " fragment B on Principal { "
        + "a { " * 6
        + "id"
        + " }" * 7,
        "graphql-depth",
    ),
    "a page of a million": ("{ auditEntries(first: 1000000) { edges { cursor } } }", "graphql-cost"),
    "a page beyond any number": ("{ auditEntries(first: " + "9" * 400 + ") { edges { cursor } } }", "graphql-cost"),
    "introspection": ("{ __schema { types { name } } }", "graphql-introspection"),
    "introspection of one type": ('{ __type(name: "Query") { name } }', "graphql-introspection"),
    "introspection in a fragment": (
        "{ ...A } fragment A on Query { __schema { types { name } } }",
        "graphql-introspection",
    ),
    "a misspelt field": ("{ viewr { id } }", "graphql-validation"),
    "a misspelt argument": ('{ enquiry(ids: "1") { id } }', "graphql-validation"),
    "a subscription": ("subscription { viewer { id } }", "graphql-validation"),
    "an undefined fragment": ("{ ...Nobody }", "graphql-validation"),
    "an undefined variable": ("{ enquiry(id: $id) { id } }", "graphql-validation"),
    "two meanings of one name": ("{ viewer { id: name id } }", "graphql-validation"),
    "an unknown directive": ("{ viewer { id @defer } }", "graphql-validation"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_is_no_request_is_refused_by_name(what: str, caller: Caller):
    body, rule = BODIES[what]
    reply = await caller.send(body)
    assert (reply.status, reply.code, reply.reasons) == (400, "BAD_USER_INPUT", [rule])
    assert "Traceback" not in reply.body.decode()


@pytest.mark.parametrize("what", DOCUMENTS)
async def test_a_document_that_costs_too_much_or_does_not_fit_is_refused_by_name(what: str, caller: Caller):
    document, rule = DOCUMENTS[what]
    reply = await caller.ask(document)
    assert (reply.status, reply.code, reply.reasons) == (400, "BAD_USER_INPUT", [rule])
    assert set(reply.json) == {"errors"}
    assert await caller.evidence() == []


async def test_every_refusal_of_validation_has_one_message_and_no_hint(caller: Caller):
    said = set()
    for what, (document, rule) in DOCUMENTS.items():
        if rule == "graphql-validation":
            reply = await caller.ask(document)
            said.add(reply.json["errors"][0]["message"])
            assert "viewer" not in reply.body.decode(), what
    assert len(said) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 415),
        ([(b"content-type", b"text/plain")], 415),
        ([(b"content-type", b"text/plain, application/json")], 415),
        ([(b"content-type", b"application/json, text/plain")], 415),
        ([(b"content-type", b"application/json; charset=latin-1")], 415),
        ([(b"content-type", b"application/json; boundary=x")], 415),
        ([(b"content-type", b"multipart/form-data; boundary=x")], 415),
        ([(b"content-type", b"application/x-www-form-urlencoded")], 415),
        ([JSON, JSON], 415),
        ([JSON, (b"content-encoding", b"gzip")], 415),
        ([JSON, (b"content-length", b"65537")], 413),
        ([JSON, (b"content-length", b"9" * 400)], 413),
        ([JSON, (b"content-length", b"-1")], 413),
    ],
)
async def test_only_plain_json_of_bearable_size_is_read(headers: Any, status: int, caller: Caller):
    reply = await caller.send(GOOD, headers=headers)
    assert (reply.status, reply.code) == (status, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "kind", [b"application/json", b"Application/JSON; charset=UTF-8", b'application/json;charset="utf-8"']
)
async def test_json_says_so_in_these_ways(kind: bytes, caller: Caller):
    assert (await caller.send(GOOD, headers=[(b"content-type", kind)])).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_only_post_is_answered(method: str, caller: Caller):
    reply = await caller.send(b"", method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


async def test_a_body_beyond_64_kib_is_refused_whatever_its_header_says(caller: Caller):
    reply = await caller.send([b"x" * 40_000, b"x" * 40_000])
    assert (reply.status, reply.reasons) == (413, ["body-too-large"])


async def test_a_comment_of_ten_megabytes_is_refused_unread(caller: Caller):
    chunks = [b"#" * 65_536] * 160
    reply = await caller.send(chunks)
    assert reply.status == 413


async def test_a_body_that_drips_is_refused(tmp_path):
    async with standing(tmp_path, DoorLimits(body_seconds=0.05)) as caller:
        reply = await caller.send([bytes([byte]) for byte in GOOD], pause=0.02)
        assert (reply.status, reply.reasons) == (408, ["body-too-slow"])


async def test_a_caller_who_leaves_in_the_middle_of_a_body_gets_nothing(caller: Caller):
    caller.left.set()
    reply = await caller.send([])
    assert (reply.status, reply.body) == (0, b"")


async def test_introspection_answers_where_settings_allow_it(tmp_path):
    async with standing(tmp_path, DoorLimits(introspection=True)) as caller:
        told = await caller.data(get_introspection_query())
        assert told["__schema"]["queryType"]["name"] == "Query"


async def test_a_page_size_in_a_variable_counts_as_much_as_one_in_the_text(caller: Caller):
    query = "query ($n: Int) { auditEntries(first: $n) { edges { cursor } } }"
    assert (await caller.ask(query, variables={"n": 20})).status == 200
    reply = await caller.ask(query, variables={"n": 1_000_000})
    assert reply.reasons == ["graphql-cost"]


@pytest.mark.parametrize("variables", [{}, {"id": None}, {"id": ["a", "b"]}, {"id": {"x": 1}}, {"id": True}])
async def test_variables_that_do_not_fit_are_refused_without_being_repeated(variables: Any, caller: Caller):
    reply = await caller.ask("query ($id: ID!) { enquiry(id: $id) { id } }", variables=variables)
    assert (reply.status, reply.reasons) == (400, ["graphql-variables"])


async def test_an_unknown_or_missing_operation_name_is_refused(caller: Caller):
    two = "query A { viewer { id } } query B { viewer { name } }"
    assert (await caller.ask(two)).reasons == ["graphql-variables"]
    assert (await caller.ask(two, operationName="C")).reasons == ["graphql-variables"]
    assert (await caller.ask(two, operationName="B")).json == {"data": {"viewer": {"name": "Sam Worker"}}}


def test_a_document_that_doubles_itself_at_22_levels_costs_less_than_50_ms_of_cpu():
    core = build_schema().core
    for document in (fragments(22), "{ viewer { id } } " + fragments(22).partition("}")[2]):
        assert min(_cpu(core, document) for _ in range(3)) < 0.05


def test_refusing_a_hostile_document_costs_no_more_than_reading_the_largest_honest_one():
    core = build_schema().core
    honest = min(_cpu(core, FULL_VIEW) for _ in range(5))
    hostile = {what: min(_cpu(core, document) for _ in range(3)) for what, (document, _) in DOCUMENTS.items()}
    assert {what: cpu for what, cpu in hostile.items() if cpu > 5 * honest} == {}


def _cpu(core: Any, text: str) -> float:
    documents = Documents(core, DoorLimits())
    began = time.thread_time()
    with contextlib.suppress(RequestRefused):
        documents.read(text, {})
    return time.thread_time() - began


def test_no_more_documents_are_remembered_than_the_limit():
    documents = Documents(build_schema().core, DoorLimits(documents=3))
    read = [documents.read(f"{{ viewer {{ id }} }} # {n}", {}) for n in range(5)]
    assert len(documents._known) == 3
    assert documents.read("{ viewer { id } } # 4", {}) is read[4]
    assert documents.read("{ viewer { id } } # 0", {}) is not read[0]
