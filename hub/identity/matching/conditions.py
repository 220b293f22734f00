"""Conditions of comparison levels, translated once from SQL to Python source.

Truth has three values, as in SQL: a comparison with NULL is neither true nor false, and a level whose
condition is not true does not hold.
"""

from collections.abc import Mapping
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from hub.identity.matching import duckdb_functions as duckdb
from hub.identity.matching.columns import Column, Kind
from hub.identity.matching.parts import ConditionError, Names, Part, needs
from hub.identity.matching.translating import Translator, likeness_of

_LONGEST, _DEEPEST = 2_000, 60  # characters of a condition; expressions within one another
_TOO_MUCH = "it is nested too deeply; write it shorter"


class Condition(NamedTuple):
    """A translated condition: an expression that is true exactly where the condition is."""

    holds: str
    about: frozenset[str]  # the text columns that it looks at
    fields: frozenset[str]  # the fields of both descriptions that it needs as ``l_`` and ``r_``
    exact: str | None  # the column, where the condition is no more than that both sides have it the same


class Conditions:
    """Translates the conditions of one comparison, in the order in which they are tried.

    Each may rest on those before it, which did not hold.
    """

    def __init__(self, columns: Mapping[str, Column], names: Names) -> None:
        self._translator = Translator(columns, names)

    def translated(self, sql: str) -> Condition:
        """Translate one condition. Raises ConditionError."""
        if len(sql) > _LONGEST:
            raise ConditionError(f"it is longer than {_LONGEST:,} characters")
        try:
            tree = _parsed(sql)
            part = needs(self._whole(tree), Kind.TRUTH, "a level")
            compile(part.truth, "<condition>", "eval")
        except (RecursionError, MemoryError, SyntaxError) as fault:  # Python's own limits, of what we make of it
            raise ConditionError(_TOO_MUCH) from fault
        about = frozenset(column.about for column in part.columns)
        fields = frozenset(column.field for column in part.columns)
        return Condition(part.truth, about, fields, _exact(tree))

    def _whole(self, tree: exp.Expr) -> Part:
        part = _within(tree, self._translator) or self._translator.part(tree)
        if isinstance(tree, exp.Or) and all(_asks_for_column(side) for side in (tree.this, tree.expression)):
            # Where a later level is tried, neither is NULL.
            self._translator.present.update(side.this.name.lower() for side in (tree.this, tree.expression))
        return part


def _parsed(sql: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as fault:
        raise ConditionError("it is not an SQL expression") from fault
    if any(node.depth > _DEEPEST for node in tree.walk()):
        raise ConditionError(_TOO_MUCH)
    return tree


def _within(tree: exp.Expr, translator: Translator) -> Part | None:
    """Whether a distance is within a limit, which is told sooner than the distance."""
    likeness = likeness_of(tree.this) if isinstance(tree, exp.LTE) and tree.expression.is_int else None
    if likeness is None or likeness[0] != "damerau_levenshtein":
        return None
    within = duckdb.damerau_levenshtein_within(int(tree.expression.this))
    return translator.of_texts(Kind.TRUTH, within, *likeness)


def _asks_for_column(node: exp.Expr) -> bool:
    return isinstance(node, exp.Is) and isinstance(node.this, exp.Column) and isinstance(node.expression, exp.Null)


def _exact(tree: exp.Expr) -> str | None:
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if not isinstance(tree, exp.EQ) or not all(isinstance(side, exp.Column) for side in (tree.this, tree.expression)):
        return None
    one, other = tree.this.name.lower(), tree.expression.name.lower()
    return one[:-2] if one[:-2] == other[:-2] and {one[-2:], other[-2:]} == {"_l", "_r"} else None
