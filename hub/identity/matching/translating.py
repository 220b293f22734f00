"""SQL expressions as Splink writes them for DuckDB, translated to parts of Python source.

Only what stands in this module is understood; anything else is a ``ConditionError``.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlglot import exp

from hub.identity.matching import duckdb_functions as duckdb
from hub.identity.matching import parts
from hub.identity.matching.columns import Column, Kind
from hub.identity.matching.parts import ConditionError, Names, Part, needs

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "==",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
_OF_TEXT: dict[type[exp.Expr], tuple[Kind, Callable[[str], Any]]] = {
    exp.Lower: (Kind.TEXT, duckdb.lower),
    exp.Upper: (Kind.TEXT, duckdb.upper),
    exp.Trim: (Kind.TEXT, duckdb.trim),
    exp.Length: (Kind.NUMBER, len),
}


class Translator:
    """Turns one parsed expression after another into a part. ``present`` names the columns known not to be NULL."""

    def __init__(self, columns: Mapping[str, Column], names: Names) -> None:
        self._columns, self._names = columns, names
        self.present: set[str] = set()
        self._ways: dict[type[exp.Expr], Callable[[Any], Part]] = {
            exp.Paren: lambda node: self.part(node.this),
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda node: parts.constant(Kind.TRUTH, bool(node.this), names),
            exp.Null: lambda _node: parts.constant(Kind.NULL, None, names),
            exp.Neg: self._negative,
            exp.And: lambda node: parts.both(self._truth(node.this), self._truth(node.expression), names),
            exp.Or: lambda node: parts.either(self._truth(node.this), self._truth(node.expression), names),
            exp.Not: lambda node: parts.neither(self._truth(node.this), names),
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Case: self._case,
            exp.Coalesce: lambda node: parts.first_of(
                [self.part(one) for one in (node.this, *node.expressions)], names
            ),
            exp.Nullif: self._nullif,
            exp.Cast: self._cast,
            exp.Abs: lambda node: self._of(Kind.NUMBER, abs, needs(self.part(node.this), Kind.NUMBER, "ABS")),
            exp.Div: self._divided,
            exp.Substring: self._substring,
            exp.Left: lambda node: self._slice(node.this, 0, _whole(node.expression, 0)),
            exp.Right: self._right,
            exp.RegexpExtract: self._regexp_extract,
            exp.TimeToUnix: lambda node: needs(self.part(node.this), Kind.TIME, "EPOCH")._replace(kind=Kind.NUMBER),
            exp.ArraySize: lambda node: self._of(
                Kind.NUMBER, len, needs(self.part(node.this), Kind.LIST, "its length")
            ),
            exp.Anonymous: self._called,
        }

    def part(self, node: exp.Expr) -> Part:
        """Translate one expression. Raises ConditionError."""
        kind = type(node)
        if kind in _COMPARISONS:
            return self._compared(node)
        if kind in _ARITHMETIC:
            return self._calculated(node)
        if kind in _OF_TEXT:
            return self._of_text(node)
        if likeness := likeness_of(node):
            return self.of_texts(Kind.NUMBER, duckdb.LIKENESSES[likeness[0]], *likeness)
        if kind not in self._ways:
            raise ConditionError(f"{node.sql_name() if isinstance(node, exp.Func) else kind.__name__} is not known")
        return self._ways[kind](node)

    def _truth(self, node: exp.Expr) -> Part:
        return needs(self.part(node), Kind.TRUTH, "AND, OR and NOT")

    def _text(self, node: exp.Expr, what: str) -> Part:
        return needs(self.part(node), Kind.TEXT, what)

    def _of(self, kind: Kind, function: Callable[..., Any], *inner: Part) -> Part:
        called = self._names.bind(function)
        return parts.strict(kind, lambda *given: f"{called}({', '.join(given)})", inner, self._names)

    def _once(self, kind: Kind, function: Callable[..., Any], *inner: Part) -> Part:
        """A dear function that never comes to None: worked out once a pair, where what it is given is not in doubt."""
        called = self._of(kind, function, *inner)
        if any(part.nullable for part in inner):
            return called
        return called._replace(outcome=self._names.once(called.outcome))

    def _column(self, node: exp.Column) -> Part:
        name, side = node.name.lower()[:-2], node.name.lower()[-2:]
        if side not in {"_l", "_r"} or name not in self._columns or node.table:
            known = ", ".join(self._columns)
            raise ConditionError(f"column {node.name} is not known; there are {known}, each with _l and _r")
        present = node.name.lower() in self.present
        return parts.column(side[1], self._columns[name], self._names, present=present)

    def _literal(self, node: exp.Literal) -> Part:
        if node.is_string:
            return parts.constant(Kind.TEXT, node.this, self._names)
        return parts.constant(Kind.NUMBER, float(node.this), self._names)

    def _negative(self, node: exp.Neg) -> Part:
        part = self.part(node.this)
        if part.kind is not Kind.NUMBER or part.literal is None:
            raise ConditionError("a minus stands before a number only")
        return parts.constant(Kind.NUMBER, -part.literal, self._names)

    def _compared(self, node: exp.Expr) -> Part:
        return self._against(node, self.part(node.this), self.part(node.expression))

    def _against(self, node: exp.Expr, first: Part, second: Part) -> Part:
        sign = _COMPARISONS[type(node)]
        kind = parts.one_kind((first, second), "a comparison")
        if kind is Kind.LIST:
            raise ConditionError("lists are compared by list_intersect only")
        return parts.strict(Kind.TRUTH, lambda ours, theirs: f"({ours} {sign} {theirs})", (first, second), self._names)

    def _calculated(self, node: exp.Expr) -> Part:
        sign = _ARITHMETIC[type(node)]
        inner = [needs(self.part(one), Kind.NUMBER, "arithmetic") for one in (node.this, node.expression)]
        return parts.strict(Kind.NUMBER, lambda ours, theirs: f"({ours} {sign} {theirs})", inner, self._names)

    def _divided(self, node: exp.Div) -> Part:
        inner = [needs(self.part(one), Kind.NUMBER, "arithmetic") for one in (node.this, node.expression)]
        return self._of(Kind.NUMBER, lambda up, down: up / down if down else math.copysign(math.inf, up), *inner)

    def _of_text(self, node: exp.Expr) -> Part:
        kind, function = _OF_TEXT[type(node)]
        if any(value for name, value in node.args.items() if name != "this"):
            raise ConditionError(f"{type(node).__name__} takes one text only")
        return self._of(kind, function, self._text(node.this, type(node).__name__))

    def of_texts(self, kind: Kind, function: Callable[..., Any], name: str, nodes: Sequence[exp.Expr]) -> Part:
        """What a dear function makes of two texts. Raises ConditionError."""
        if len(nodes) != 2:
            raise ConditionError(f"{name} takes two texts")
        return self._once(kind, function, *(self._text(node, name) for node in nodes))

    def _is(self, node: exp.Is) -> Part:
        if not isinstance(node.expression, exp.Null):
            raise ConditionError("IS is known with NULL only")
        return parts.missing(self.part(node.this))

    def _in(self, node: exp.In) -> Part:
        inner, members = self.part(node.this), [self.part(one) for one in node.expressions]
        if not members or any(one.literal is None and one.kind is not Kind.NULL for one in members):
            raise ConditionError("IN takes a list of literals")
        parts.one_kind((inner, *members), "IN")
        known = self._names.bind(frozenset(one.literal for one in members if one.kind is not Kind.NULL))
        absent = None if any(one.kind is Kind.NULL for one in members) else False
        write = f"(True if {{}} in {known} else {absent})".format
        return parts.strict(Kind.TRUTH, write, [inner], self._names)._replace(nullable=absent is None)

    def _between(self, node: exp.Between) -> Part:
        low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
        return parts.both(self.part(low), self.part(high), self._names)

    def _case(self, node: exp.Case) -> Part:
        if node.this is not None:
            raise ConditionError("CASE is known with WHEN conditions only")
        branches = [(self._truth(one.this), self.part(one.args["true"])) for one in node.args["ifs"]]
        return parts.chosen(branches, self.part(node.args.get("default") or exp.Null()))

    def _nullif(self, node: exp.Nullif) -> Part:
        inner, unwanted = self.part(node.this), self.part(node.expression)
        if unwanted.literal is None or unwanted.kind is not inner.kind:
            raise ConditionError("NULLIF takes a literal of the same kind")
        name = self._names.fresh()
        write = f"(None if ({name} := {{}}) == {unwanted.outcome} else {name})".format
        return parts.strict(inner.kind, write, [inner], self._names)._replace(nullable=True)

    def _cast(self, node: exp.Cast) -> Part:
        if not node.to.is_type(*exp.DataType.TEXT_TYPES):
            raise ConditionError(f"CAST to {node.to.sql('duckdb')} is not known; read a date with try_strptime")
        return self._text(node.this, "CAST to TEXT")

    def _slice(self, node: exp.Expr, begin: int, end: int | None) -> Part:
        inner = self._text(node, "a part of a text")
        places = f"[{begin}:{'' if end is None else end}]"
        return parts.strict(Kind.TEXT, lambda text: f"{text}{places}", [inner], self._names)

    def _substring(self, node: exp.Substring) -> Part:
        begin, many = _whole(node.args.get("start"), 1) - 1, node.args.get("length")
        return self._slice(node.this, begin, None if many is None else begin + _whole(many, 0))

    def _right(self, node: exp.Right) -> Part:
        return self._slice(node.this, -_whole(node.expression, 1), None)

    def _regexp_extract(self, node: exp.RegexpExtract) -> Part:
        pattern, group = node.expression, node.args.get("group")
        if not (isinstance(pattern, exp.Literal) and pattern.is_string) or node.args.get("parameters"):
            raise ConditionError("regexp_extract takes a literal pattern and a group")
        try:
            extract = duckdb.regexp_extract(pattern.this, _whole(group, 0) if group else 0)
        except re.error as fault:
            raise ConditionError("its regular expression is not valid") from fault
        return self._once(Kind.TEXT, extract, self._text(node.this, "regexp_extract"))

    def _called(self, node: exp.Anonymous) -> Part:
        name, given = str(node.this).lower(), node.expressions
        if name == "try_strptime" and len(given) == 2 and isinstance(given[1], exp.Literal):
            try:
                read = duckdb.try_strptime(given[1].this)
            except ValueError as fault:
                raise ConditionError(str(fault)) from fault
            return self._of(Kind.TIME, read, self._text(given[0], name))._replace(nullable=True)
        if name == "list_intersect" and len(given) == 2:
            first, second = (needs(self.part(one), Kind.LIST, name) for one in given)
            return parts.intersection(first, second, self._names)
        raise ConditionError(f"the function {name} is not known")


def likeness_of(node: exp.Expr) -> tuple[str, Sequence[exp.Expr]] | None:
    """The likeness that an expression measures, and of what."""
    if isinstance(node, exp.JarowinklerSimilarity):
        return "jaro_winkler_similarity", (node.this, node.expression)
    if isinstance(node, exp.Levenshtein):
        return "levenshtein", tuple(value for value in node.args.values() if isinstance(value, exp.Expr))
    if isinstance(node, exp.Anonymous) and str(node.this).lower() in duckdb.LIKENESSES:
        return str(node.this).lower(), node.expressions
    return None


def _whole(node: exp.Expr | None, least: int) -> int:
    if not isinstance(node, exp.Literal) or node.is_string or not node.this.isdecimal() or int(node.this) < least:
        raise ConditionError(f"places and lengths are whole numbers, {least} or more")
    return int(node.this)
