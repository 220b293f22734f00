"""One question, one statement: the queries it needs, side by side in a single round trip.

Every column travels as text, so that queries of different shapes fit together and a date that no
calendar knows is a text to be judged by the mapping, not a fault of the driver.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Date, Select, String, Text, bindparam, cast, column, func, literal_column, null, select, text, union_all
from sqlalchemy.sql.elements import ColumnElement, TextClause
from sqlalchemy.sql.selectable import SelectBase

from hub.connectors.sql.queries import PersonQuery, Query, Search, column_names, parameters
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState

LONGEST = 100_000  # characters of one value


class Part(msgspec.Struct, frozen=True):
    """One query within a statement."""

    name: str
    columns: tuple[str, ...]
    cap: int


class Statement(msgspec.Struct, frozen=True):
    """SQL for one round trip, and how to take its rows apart again."""

    sql: SelectBase
    parts: tuple[Part, ...]

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


def reading(queries: Sequence[Query]) -> Statement:
    """All these queries about one local identifier, in one statement."""
    parts = tuple(Part(query.name, query.columns, query.cap) for query in queries)
    width = max(len(part.columns) for part in parts)
    selects = [_select(at, part, _bound(query.sql), width) for at, (part, query) in enumerate(zip(parts, queries, strict=True))]
    return Statement(selects[0] if len(selects) == 1 else union_all(*selects), parts)


def searching(person: PersonQuery, search: Search, cap: int) -> Statement:
    """Everybody who fits one set of keys."""
    part = Part("person", column_names(person.sql), cap)
    return Statement(_select(0, part, _bound(f"{person.sql} where {search.where}"), len(part.columns)), (part,))


def _select(number: int, part: Part, sql: TextClause, width: int) -> Select[Any]:
    source = sql.columns(*(column(name) for name in part.columns)).subquery(f"q{number}")
    texts: list[ColumnElement[Any]] = [func.substr(cast(source.c[name], Text), 1, LONGEST) for name in part.columns]
    texts += [cast(null(), Text)] * (width - len(texts))
    labelled = [value.label(f"c{at}") for at, value in enumerate(texts)]
    # One row more than the cap tells that there are too many. Limited inside, as SQLite asks of a union's parts.
    limited = select(literal_column(str(number)).label("part"), *labelled).limit(part.cap + 1)
    return select(limited.subquery(f"p{number}"))


def _bound(sql: str) -> TextClause:
    types = {"birth_date": Date()}
    return text(sql).bindparams(*(bindparam(name, type_=types.get(name, String())) for name in parameters(sql)))
