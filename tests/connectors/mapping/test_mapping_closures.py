"""Compiled expressions say what JMESPath's own interpreter says, on anything."""

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.connectors.mapping import expressions, read_mapping
from hub.connectors.mapping.closures import closure

NAMES = st.sampled_from(["a", "b", "c", "code", "end"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats(allow_nan=False, width=16)
    | st.sampled_from(["", "x", "y"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=25,
)
SYNTAX = [
    "a.b.c",
    "a[0]",
    "a[-1].b",
    "[0]",
    "a[]",
    "a[].b",
    "[]",
    "[*].a",
    "a[*].b[]",
    "*",
    "a.*.b",
    "a[1:3]",
    "@",
    "a | b",
    "a || b || c",
    "a && b",
    "!a",
    "!!a",
    "a == b",
    "a != `1`",
    "a < b",
    "a >= `0`",
    "a == `true`",
    "[a, b]",
    "{x: a, y: b}",
    "a[?b]",
    "a[?b == 'x'].c",
    "a[?b > `1` && !c]",
    "a[?@ == `0`]",
    "length(a)",
    "sort_by(a, &b)[0]",
    "not_null(a, b)",
    "join(' ', a)",
    "contains(a, 'x')",
    "max(a)",
    "a[?length(b) > `1`]",
    "keys(a)",
    "type(a)",
    "reverse(a)",
    "'text'",
    "`[1, 2]`",
]


def shipped() -> list[str]:
    texts: list[str] = []
    compiling = expressions.jmespath.compile

    class Hearing:
        compile = staticmethod(lambda text: texts.append(text) or compiling(text))

    original, expressions.jmespath = expressions.jmespath, Hearing
    try:
        for name in ("hmpps_probation", "youth_justice", "ssd"):
            read_mapping(name)
    finally:
        expressions.jmespath = original
    return sorted(set(texts))


def told(evaluate, value):
    """The value, or that it failed; type and all, so that True is not 1."""
    try:
        return repr(evaluate(value))
    except Exception as fault:  # noqa: BLE001 - whichever it is, both must
        return type(fault).__name__


@given(JSON)
@settings(max_examples=300)
def test_every_kind_of_syntax_gives_what_the_interpreter_gives(value):
    for text in SYNTAX:
        compiled = jmespath.compile(text)
        assert told(closure(compiled.parsed), value) == told(compiled.search, value), text


@given(st.sampled_from(shipped()), JSON)
def test_every_shipped_expression_gives_what_the_interpreter_gives(text, value):
    compiled = jmespath.compile(text)
    assert told(closure(compiled.parsed), value) == told(compiled.search, value)


def test_an_expression_that_multiplies_its_value_is_refused() -> None:
    doubling = " | ".join(["[@, @]"] * 20)
    with pytest.raises(ValueError, match="many times larger"):
        expressions.compile_expression(f"{doubling} | to_string(@)")
    assert expressions.compile_expression("[first, last] | join(' ', @)").read(
        ({"first": "A", "last": "B"}, None, None)
    )
