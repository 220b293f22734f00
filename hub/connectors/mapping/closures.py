"""JMESPath's syntax tree as closures: the same answers as its interpreter, several times as fast.

The tree comes from the jmespath package, and so do its functions; what is not compiled here is
left to its interpreter. A test compares the two on random expressions' values.
"""

from collections.abc import Callable, Sequence
from typing import Any

from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

Take = Callable[[Any], Any]
Node = Any  # the package types its tree privately
_functions, _interpreter = Functions(), TreeInterpreter()


def closure(node: Node) -> Take:
    """A function of a value that gives what JMESPath gives for this node; it may raise what JMESPath raises."""
    make = _MAKERS.get(node["type"])
    return make(node) if make else lambda value: _interpreter.visit(node, value)


def is_false(value: Any) -> bool:
    """JMESPath's falsehood: null, false and what is empty. 0 is neither."""
    return value is None or value is False or (not isinstance(value, bool) and value in ("", [], {}))


def _children(node: Node) -> list[Take]:
    return [closure(child) for child in node["children"]]


def _field(node: Node) -> Take:
    name = node["value"]
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _constant(node: Node) -> Take:
    constant = node["value"]
    return lambda _value: constant


def _itself(_node: Node) -> Take:
    return lambda value: value


def _one_after_another(node: Node) -> Take:
    first, *others = _children(node)
    if len(others) == 1:
        last = others[0]
        return lambda value: last(first(value))

    def walk(value: Any) -> Any:
        value = first(value)
        for step in others:
            value = step(value)
        return value

    return walk


def _index(node: Node) -> Take:
    at = node["value"]

    def pick(value: Any) -> Any:
        if not isinstance(value, list) or not -len(value) <= at < len(value):
            return None
        return value[at]

    return pick


def _flatten(node: Node) -> Take:
    (base,) = _children(node)

    def flat(value: Any) -> Any:
        rows = base(value)
        if not isinstance(rows, list):
            return None
        return [one for row in rows for one in (row if isinstance(row, list) else (row,))]

    return flat


def _projection(node: Node) -> Take:
    base, each = _children(node)

    def project(value: Any) -> Any:
        rows = base(value)
        if not isinstance(rows, list):
            return None
        return [told for row in rows if (told := each(row)) is not None]

    return project


def _filter(node: Node) -> Take:
    base, each, admits = _children(node)

    def project(value: Any) -> Any:
        rows = base(value)
        if not isinstance(rows, list):
            return None
        return [told for row in rows if not is_false(admits(row)) and (told := each(row)) is not None]

    return project


def _comparator(node: Node) -> Take:
    left, right = _children(node)
    compare = _interpreter.COMPARATOR_FUNC[node["value"]]
    if node["value"] in {"eq", "ne"}:
        return lambda value: compare(left(value), right(value))

    def ordered(value: Any) -> Any:
        ours, theirs = left(value), right(value)
        return compare(ours, theirs) if _comparable(ours) and _comparable(theirs) else None

    return ordered


def _comparable(value: Any) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _and(node: Node) -> Take:
    left, right = _children(node)

    def both(value: Any) -> Any:
        told = left(value)
        return told if is_false(told) else right(value)

    return both


def _or(node: Node) -> Take:
    left, right = _children(node)

    def either(value: Any) -> Any:
        told = left(value)
        return right(value) if is_false(told) else told

    return either


def _not(node: Node) -> Take:
    (inner,) = _children(node)

    def opposite(value: Any) -> bool:
        told = inner(value)
        zero = told == 0 and not isinstance(told, bool)  # 0 is true
        return not told and not zero

    return opposite


def _list(node: Node) -> Take:
    parts = _children(node)
    return lambda value: None if value is None else [part(value) for part in parts]


def _function(node: Node) -> Take:
    if any(child["type"] == "expref" for child in node["children"]):
        return lambda value: _interpreter.visit(node, value)
    name, arguments = node["value"], _children(node)
    return lambda value: _functions.call_function(name, _given(arguments, value))


def _given(arguments: Sequence[Take], value: Any) -> list[Any]:
    return [argument(value) for argument in arguments]


_MAKERS: dict[str, Callable[[Node], Take]] = {
    "field": _field,
    "literal": _constant,
    "identity": _itself,
    "current": _itself,
    "subexpression": _one_after_another,
    "index_expression": _one_after_another,
    "pipe": _one_after_another,
    "index": _index,
    "flatten": _flatten,
    "projection": _projection,
    "filter_projection": _filter,
    "comparator": _comparator,
    "and_expression": _and,
    "or_expression": _or,
    "not_expression": _not,
    "multi_select_list": _list,
    "function_expression": _function,
}
