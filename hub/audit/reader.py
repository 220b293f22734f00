"""Reading the log, over connections of its own that cannot write. Needs no lock, so any process may."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg

from hub.audit.leaf import AuditedSource, Stage, read_leaf, timestamp
from hub.audit.leaves import backend, conninfo, sqlite_path
from hub.domain.codes import PurposeCode
from hub.errors import Unavailable

PAGE = 500  # entries in one page, at most


class EntryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries. Everything given has to fit; nothing given is the whole log."""

    principal: str | None = None  # id
    subject: str | None = None  # keyed hash, from ``subject_of``
    purpose: PurposeCode | None = None
    source: str | None = None  # outcomes that say what became of this source
    since: datetime | None = None  # from then on
    until: datetime | None = None  # before then
    outcome: str | None = None
    kind: str | None = None
    request_id: str | None = None  # as a partner's envelope names it


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf as a reader sees it."""

    index: int
    at: datetime
    stage: Stage
    kind: str
    request_id: str
    principal: str  # id; empty when nobody was signed in
    agency: str
    roles: tuple[str, ...]
    purpose: str | None
    enquiry_id: str | None
    subject: str | None
    broken_glass: bool
    policy_version: str
    outcome: str
    reasons: tuple[str, ...]
    sources: tuple[AuditedSource, ...]


class EntryPage(msgspec.Struct, frozen=True):
    """Entries in the order asked for."""

    entries: tuple[AuditEntry, ...]
    has_next: bool


class AuditReader:
    """Readers see what is durable, and only that."""

    def __init__(self, url: str) -> None:
        self._fetch: Callable[[str, list[object]], list[tuple[int, bytes]]]
        if backend(url) == "sqlite":
            self._fetch, self._mark, self._contains = _sqlite(sqlite_path(url)), "?", "instr(leaf, ?) > 0"
        else:
            self._fetch, self._mark, self._contains = _postgres(conninfo(url)), "%s", "position(%s in leaf) > 0"

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        """The first entries that fit, by rising or by falling index, beyond an index. Raises Unavailable."""
        size = max(1, min(first, PAGE))
        conditions, values = self._conditions(query)
        if after is not None:
            conditions.append(f"idx {'<' if newest_first else '>'} {self._mark}")
            values.append(after)
        statement = (
            f"SELECT idx, leaf FROM audit_leaves WHERE {' AND '.join(conditions)} "  # noqa: S608 - our own words and marks
            f"ORDER BY idx {'DESC' if newest_first else 'ASC'} LIMIT {size + 1}"
        )
        rows = await asyncio.to_thread(self._fetch, statement, values)
        return EntryPage(tuple(_entry(index, bytes(leaf)) for index, leaf in rows[:size]), len(rows) > size)

    def _conditions(self, query: EntryQuery) -> tuple[list[str], list[object]]:
        source = None if query.source is None else b'"source":' + msgspec.json.encode(query.source)
        given: list[tuple[str, object]] = [
            (f"principal = {self._mark}", query.principal),
            (f"subject = {self._mark}", query.subject),
            (f"purpose = {self._mark}", query.purpose and query.purpose.value),
            (f"outcome = {self._mark}", query.outcome),
            (f"kind = {self._mark}", query.kind),
            (f"request_id = {self._mark}", query.request_id),
            (f"at >= {self._mark}", query.since and timestamp(query.since)),
            (f"at < {self._mark}", query.until and timestamp(query.until)),
            (self._contains, source),
        ]
        asked = [(words, value) for words, value in given if value is not None]
        return ["idx >= 0", *(words for words, _ in asked)], [value for _, value in asked]


def _entry(index: int, content: bytes) -> AuditEntry:
    leaf = read_leaf(content)
    fields = {name: getattr(leaf, name) for name in AuditEntry.__struct_fields__ if name not in {"index", "at"}}
    return AuditEntry(index=index, at=datetime.fromisoformat(leaf.at), **fields)


def _sqlite(path: str) -> Callable[[str, list[Any]], list[tuple[int, bytes]]]:
    def fetch(statement: str, values: list[Any]) -> list[tuple[int, bytes]]:
        try:
            connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)
            try:
                return connection.execute(statement, values).fetchall()
            finally:
                connection.close()
        except sqlite3.Error as fault:
            raise Unavailable from fault

    return fetch


def _postgres(at: str) -> Callable[[str, list[Any]], list[tuple[int, bytes]]]:
    def fetch(statement: str, values: list[Any]) -> list[tuple[int, bytes]]:
        try:
            with psycopg.connect(at, connect_timeout=5) as connection:
                connection.read_only = True
                return connection.execute(statement, values).fetchall()
        except psycopg.Error as fault:
            raise Unavailable from fault

    return fetch
