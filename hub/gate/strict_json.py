"""JSON read strictly: one object, UTF-8, no repeated keys, no NaN, no number that a double cannot hold."""

import json
import math
import re
from typing import Any, NoReturn

from hub.gate.refusals import RequestRefused

LARGEST_INTEGER = 2**53

# One token that matters for depth: a whole string (closed or cut off), or a bracket. Possessive, so linear.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_object(body: bytes, deepest: int) -> dict[str, Any]:
    """The object a body holds. Raises RequestRefused naming the rule it breaks; recursion is never deep."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        _refuse("json-encoding", "The body is not UTF-8.")
    if text.startswith("\ufeff"):
        _refuse("json-encoding", "The body starts with a byte order mark. Leave it out.")
    _check_depth(text, deepest)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_no_constant,
        )
    except ValueError:
        _refuse("json-syntax", "The body is not valid JSON.")
    if not isinstance(value, dict):
        _refuse("json-not-an-object", "The body is one JSON object. Batches are not accepted.")
    if "\\u" in text:
        _check_surrogates(value)
    return value


def _check_depth(text: str, deepest: int) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        depth += _STEP.get(found[0], 0)
        if depth > deepest:
            _refuse("json-depth", f"The body is nested deeper than {deepest} levels.")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("json-repeated-key", "A JSON object in the body has a key twice.")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(value := int(digits)) > LARGEST_INTEGER:
        _refuse("json-number", "The body holds an integer beyond 2^53.")
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _refuse("json-number", "The body holds a number that is too large.")
    return value


def _no_constant(_name: str) -> NoReturn:
    _refuse("json-number", "NaN and Infinity are not JSON.")


def _check_surrogates(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        _refuse("json-encoding", "The body holds half a character (a lone surrogate).")


def _refuse(rule: str, message: str) -> NoReturn:
    raise RequestRefused(rule, message) from None
