"""Queries of a mapping: read-only SQL written by the mapping's author, checked when the file is read.

Values reach a query as named parameters and in no other way. Every result column carries a name of
its own, because the hub asks several queries in one statement and tells their columns apart by name.
"""

import re
from functools import cached_property
from typing import Any

import msgspec

from hub.domain.searching import SearchKey

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z", re.IGNORECASE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)", re.IGNORECASE)
_SELECT = re.compile(r"\s*select\s+(?:distinct\s+)?", re.IGNORECASE)

_GIVEN = frozenset({"local_id", "a_year_ago"})


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One named result, asked only for records that are made from it.

    Its parameters are ``:local_id`` and, for counts over a period, the date ``:a_year_ago``.

    More than ``cap`` rows is a fault of the source: the hub never shows a part as if it were all.
    """

    name: str
    sql: str
    cap: int = 200

    def __post_init__(self) -> None:
        check(self.name, self.sql, _GIVEN)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the result's columns, in order."""
        return column_names(self.sql)


class PersonQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a local identifier means: a SELECT ... FROM without WHERE, one row for each person, with ``local_id``."""

    sql: str
    local_id: str  # the column that holds the local identifier, as a condition names it

    def __post_init__(self) -> None:
        check("person", self.sql, frozenset())
        if "local_id" not in column_names(self.sql):
            raise ValueError("query person: name the local identifier's column local_id")

    @property
    def one(self) -> Query:
        """The same query for one local identifier."""
        return Query("person", f"{self.sql} where {self.local_id} = :local_id", cap=1)


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people are found by one set of keys: a condition on the person query.

    In a key that is a beginning the hub puts ``!`` before each ``%``, ``_`` and ``!``: write
    ``like lower(:family_name_starts) || '%' escape '!'``.
    """

    keys: tuple[SearchKey, ...]
    where: str

    def __post_init__(self) -> None:
        if parameters(self.where) != set(self.keys):
            raise ValueError(f"find by {', '.join(self.keys)}: use each key as a parameter, and no other")


class Sections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mapping file says to this connector, beside the mapping language's own sections."""

    person: PersonQuery
    find: tuple[Search, ...]
    queries: tuple[Query, ...] = ()


def check(name: str, sql: str, allowed: frozenset[str]) -> None:
    """Raise ValueError for SQL that is not one SELECT with named columns and allowed parameters."""
    if ";" in sql or "--" in sql:
        raise ValueError(f"query {name}: one SELECT, without semicolons or comments")
    if strange := parameters(sql) - allowed:
        raise ValueError(f"query {name}: parameter {', '.join(sorted(strange))} is not known here")
    names = column_names(sql)
    if len({column.casefold() for column in names}) != len(names):
        raise ValueError(f"query {name}: two columns have the same name; rename one with AS")


def parameters(sql: str) -> set[str]:
    """Names of the parameters of a piece of SQL."""
    return set(_PARAMETER.findall(sql))


def column_names(sql: str) -> tuple[str, ...]:
    """The names of a SELECT's columns: after AS, or a plain column's own. ValueError for one without a name."""
    start = _SELECT.match(sql)
    if start is None:
        raise ValueError("a query starts with SELECT")
    return tuple(_name_of(part) for part in _select_list(sql[start.end() :]))


def _select_list(rest: str) -> list[str]:
    """Split at commas outside parentheses and quotes, up to the FROM of the same level."""
    parts, depth, begin, quoted = [], 0, 0, False
    for at, letter in enumerate(rest):
        if letter == "'":
            quoted = not quoted
        if quoted:
            continue
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter == ",":
            parts.append(rest[begin:at])
            begin = at + 1
        if depth == 0 and re.match(r"\sfrom\s", rest[at : at + 6], re.IGNORECASE):
            return [*parts, rest[begin:at]]
    return [*parts, rest[begin:]]


def _name_of(expression: str) -> str:
    words: list[Any] = expression.split()
    name = words[-1].rsplit(".", 1)[-1] if words else ""
    named = len(words) == 1 or (len(words) >= 3 and words[-2].casefold() == "as")
    if not named or not _NAME.match(name):
        raise ValueError("give each column of a query a name: a plain column, or an expression AS name")
    return name
