"""One question, one statement: the queries it needs, side by side in a single round trip.

Every column travels as text, so that queries of different shapes fit together and a date that no
calendar knows is a text to be judged by the mapping, not a fault of the driver.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    Date,
    Dialect,
    Select,
    String,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement, TextClause

from hub.connectors.sql.queries import PersonQuery, Query, Search, column_names, parameters
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.searching import Probe

ENVELOPE = "hub_request"  # the parameter that bears it
LONGEST = 100_000  # characters of one value; the rest of it is never sent
_DATES = frozenset({"birth_date", "born_from", "born_to", "a_year_ago"})
_WILDCARDS = re.compile("[%_!]")


class Part(msgspec.Struct, frozen=True):
    """One query within a statement."""

    name: str
    columns: tuple[str, ...]
    cap: int


class Statement(msgspec.Struct, frozen=True):
    """SQL for one round trip, written once for one database, and how to take its rows apart again."""

    sql: str
    order: tuple[str, ...]  # names of the parameters, in the order of their places
    constants: Mapping[str, object]  # parameters of the dialect's own
    parts: tuple[Part, ...]

    def placed(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """Parameters in order. Dates travel as ISO text, which both databases compare as dates."""
        return tuple(self.constants[name] if name in self.constants else str(values[name]) for name in self.order)

    def rows(self, fetched: Sequence[Sequence[Any]], max_bytes: int) -> dict[str, list[dict[str, Any]]]:
        """Rows by query name. Raises SourceFailed(BAD_DATA) beyond a cap."""
        results: dict[str, list[dict[str, Any]]] = {part.name: [] for part in self.parts}
        size = 0
        for number, *values in fetched:
            part = self.parts[number]
            size += sum(len(value) for value in values if value)
            results[part.name].append(dict(zip(part.columns, values, strict=False)))
        if any(len(results[part.name]) > part.cap for part in self.parts):
            raise SourceFailed(AnswerState.BAD_DATA, "holds more rows about one person than the hub accepts")
        if size > max_bytes:
            raise SourceFailed(AnswerState.BAD_DATA, "sent more than the hub accepts in one reply")
        return results


def reading(queries: Sequence[Query], dialect: Dialect) -> Statement:
    """All these queries about one local identifier, in one statement."""
    parts = tuple(Part(query.name, query.columns, query.cap) for query in queries)
    width = max(len(part.columns) for part in parts)
    pairs = enumerate(zip(parts, queries, strict=True))
    # One row more than the cap tells that there are too many.
    selects = [_select(number, part, query.sql, width, part.cap + 1) for number, (part, query) in pairs]
    return _written(selects, parts, dialect)


def searching(person: PersonQuery, search: Search, most: int, dialect: Dialect) -> Statement:
    """People who fit one set of keys; one more than ``most`` tells that there are too many."""
    part = Part("person", column_names(person.sql), most + 1)
    sql = f"{person.sql} where {search.where}"
    return _written([_select(0, part, sql, len(part.columns), part.cap)], (part,), dialect)


def asked_with(probe: Probe) -> dict[str, object]:
    """A probe's values as a search takes them: in a beginning, nothing is a wildcard."""
    return {
        key: _WILDCARDS.sub(r"!\g<0>", str(value)) if key.endswith("_starts") else value
        for key, value in probe.values.items()
    }


def _written(selects: list[Select[Any]], parts: tuple[Part, ...], dialect: Dialect) -> Statement:
    if dialect.name == "postgresql":
        # First: PostgreSQL runs the parts of a union in their order, so that the others can read the setting.
        selects = [_keeping_the_envelope(max(len(part.columns) for part in parts)), *selects]
    compiled = union_all(*selects).compile(dialect=dialect)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Statement(str(compiled), tuple(compiled.positiontup or ()), constants, parts)


def _keeping_the_envelope(width: int) -> Select[Any]:
    """No row, but a setting of the session until the statement ends: for the partner's own views and its log.

    In the statement itself, so that it costs no round trip.
    """
    envelope = bindparam(ENVELOPE, type_=String())
    keeping = func.set_config(literal_column("'hub.request'"), envelope, literal_column("true"))
    empty: list[ColumnElement[Any]] = [cast(null(), Text).label(f"c{at}") for at in range(width)]
    return select(literal_column("0").label("part"), *empty).where(keeping.is_(None))


def _select(number: int, part: Part, sql: str, width: int, most: int) -> Select[Any]:
    source = _bound(sql).columns(*(column(name) for name in part.columns)).subquery("q")
    values: list[ColumnElement[Any]] = [_short(cast(source.c[name], Text)) for name in part.columns]
    values += [null()] * (width - len(values))
    labelled = [value.label(f"c{at}") for at, value in enumerate(values)]
    numbered = select(literal_column(str(number)).label("part"), *labelled).select_from(source)
    at_most: ColumnElement[int] = literal_column(str(most))
    return select(numbered.limit(at_most).subquery("p"))  # limited inside, as SQLite asks of a union's parts


def _short(value: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(value, literal_column("1"), literal_column(str(LONGEST)))


def _bound(sql: str) -> TextClause:
    types = {name: Date() if name in _DATES else String() for name in parameters(sql)}
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in types.items()))
