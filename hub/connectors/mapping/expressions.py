"""Expressions of a mapping, compiled once: plain paths to closures, the rest to JMESPath.

An expression reads the item. ``$reply.`` before it reads the whole reply that the item stands in,
``$each.`` the thing that the request was made for. No compiled expression ever raises.
"""

import math
import re
from collections.abc import Callable
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from hub.connectors.mapping.closures import Take, closure, is_false

Row = tuple[Any, Any, Any]  # the item, the reply it stands in, the thing that the request was made for
Read = Callable[[Row], Any]
PLACES = ("item", "reply", "each")
_SMALL = frozenset({"field", "literal", "index", "slice", "comparator", "not_expression", "expref"})
_GATHERING = frozenset({"multi_select_list", "multi_select_dict", "function_expression"})
_COUNTING = frozenset(
    {"abs", "avg", "ceil", "contains", "ends_with", "floor", "length", "starts_with", "sum", "to_number", "type"}
)
MOST_GROWTH = 64  # times: a mapping takes records apart, and a partner's may not fill the hub's memory
UNDECIDED = object()  # what an expression gives, if asked to, where it cannot work on a value

_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_QUOTED = re.compile(r"'([^'\\]*)'\Z")
# What JMESPath's functions can raise on values of a shape that the author did not foresee.
_WRONG_SHAPE = (JMESPathError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
_STEPS = {"projection", "value_projection", "filter_projection", "index_expression", "subexpression", "flatten", "pipe"}


class Expression(msgspec.Struct, frozen=True):
    """A compiled expression. ``roots`` are the top-level fields it reads from ``place``."""

    read: Read
    roots: frozenset[str]
    place: str  # item, reply or each


def compile_expression(text: str, *, otherwise: Any = None) -> Expression:
    """Compile one expression; it gives ``otherwise`` on a value it cannot work on. ValueError when it is malformed."""
    place, inner = "item", text.strip()
    for prefix in PLACES[1:]:
        if inner.startswith(f"${prefix}."):
            place, inner = prefix, inner.removeprefix(f"${prefix}.")
    take, roots = _compile(inner, otherwise)
    index = PLACES.index(place)
    return Expression(lambda row: take(row[index]), roots, place)


def holds(value: Any) -> bool:
    """JMESPath's truth: everything but null, false and what is empty."""
    return not is_false(value)


def _compile(text: str, otherwise: Any) -> tuple[Take, frozenset[str]]:
    if quoted := _QUOTED.match(text):
        constant = quoted[1]
        return (lambda _value: constant), frozenset()
    if _PATH.match(text):
        names = tuple(text.split("."))
        return _plain(names), frozenset(names[:1])
    return _jmespath(text, otherwise)


def _plain(names: tuple[str, ...]) -> Take:
    first, rest = names[0], names[1:]
    if not rest:
        return lambda value: value.get(first) if isinstance(value, dict) else None

    def walk(value: Any) -> Any:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return walk


def _jmespath(text: str, otherwise: Any) -> tuple[Take, frozenset[str]]:
    try:
        compiled = jmespath.compile(text)
    except JMESPathError as fault:
        raise ValueError(f"{text!r} is not a JMESPath expression: {str(fault).splitlines()[0]}") from fault

    if _growth(compiled.parsed) > MOST_GROWTH:
        raise ValueError(f"{text!r} makes its value many times larger; take parts of it instead")
    take = closure(compiled.parsed)

    def search(value: Any) -> Any:
        try:
            return take(value)
        except _WRONG_SHAPE:
            return otherwise

    return search, frozenset(_roots(compiled.parsed))


def _roots(node: Any) -> set[str]:
    """Top-level field names that an expression reads; what follows the first step reads deeper."""
    if node["type"] == "field":
        return {node["value"]}
    children = [child for child in node.get("children", ()) if isinstance(child, dict)]
    if node["type"] in _STEPS:
        return _roots(children[1] if len(children) > 1 and _is_whole(children[0]) else children[0])
    return set().union(*(_roots(child) for child in children))


def _growth(node: Any) -> int:
    """By what at most an expression multiplies its value: each list of several wholes does, and steps multiply."""
    parts = [_growth(child) for child in node.get("children", ()) if isinstance(child, dict)] or [1]
    kind = node["type"]
    if kind in _SMALL or (kind == "function_expression" and node["value"] in _COUNTING):
        return 1
    if kind in {"or_expression", "and_expression"} or (kind == "function_expression" and node["value"] == "not_null"):
        return max(parts)
    if kind == "filter_projection":  # the last is its condition
        parts = parts[:2]
    grown = sum(parts) if kind in _GATHERING else math.prod(parts)
    return min(grown, MOST_GROWTH + 1)


def _is_whole(node: Any) -> bool:
    """Whether a node is the value itself, or its elements."""
    inner = node.get("children", ())
    return node["type"] in {"identity", "current"} or (
        node["type"] in {"flatten", "index_expression"} and _is_whole(inner[0])
    )
