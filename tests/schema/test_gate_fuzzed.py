"""Whatever is sent, no request is answered with a 5xx."""

import contextlib
import json
from typing import Any

import pytest
from door_caller import Caller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.gate.refusals import RequestRefused
from hub.gate.strict_json import read_object
from hub.schema.gate import read_request
from hub.schema.limits import DoorLimits


def json_values() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        leaves | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )


@settings(deadline=None)
@given(st.dictionaries(st.text(), json_values(), max_size=6), st.booleans())
def test_strict_json_reads_what_json_means(value: dict[str, Any], escaped: bool):  # noqa: FBT001 - drawn
    text = json.dumps(value, ensure_ascii=escaped)
    if any("\ud800" <= character <= "\udfff" for character in json.dumps(value, ensure_ascii=False)):
        with pytest.raises(RequestRefused, match=r"UTF-8|surrogate"):
            read_object(text.encode(errors="surrogatepass"), 64)
    else:
        assert read_object(text.encode(), 64) == value


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="replace")))
def test_no_bytes_break_the_reader(body: bytes):
    with contextlib.suppress(RequestRefused):  # anything else fails the test
        read_request(body, DoorLimits())


_WORDS = """{ } ( ) [ ] : ! $ @ ... = | & query mutation subscription fragment on A B Query Principal viewer id name
enquiry combinedChildView enquiryId sources "enquiry-1" $a first 50 -1 1e9 null true S47 lifeEvents edges node cursor
__typename __schema @skip @include if openEnquiry input purpose reason subject nhsNumber "999" # \\u0000"""
WORDS = st.sampled_from(_WORDS.split())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=60), json_values(), st.none() | st.text(max_size=5))
async def test_no_request_is_answered_with_a_5xx(caller: Caller, words: list[str], variables: Any, name: str | None):
    body = {"query": " ".join(words), "variables": variables, "operationName": name}
    reply = await caller.send(json.dumps(body).encode())
    assert reply.status in {200, 400}, reply.body
    assert b"Traceback" not in reply.body
