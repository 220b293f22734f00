"""Reading the log, over connections of its own that cannot write. Needs no lock, so any process may."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg

from hub.audit.contents import opened
from hub.audit.leaf import AuditedSource, Opening, Stage, read_leaf, timestamp
from hub.audit.leaves import KEPT_COLUMNS, KEPT_FROM, Kept, backend, conninfo, kept_of, sqlite_path
from hub.domain.codes import PurposeCode
from hub.errors import Unavailable
from hub.keys import Keys, SealBroken

PAGE = 500  # entries in one page, at most


_OPENED = len(Kept._fields) + 3  # columns of a leaf and its key, before those that only find it
_SELECT = f"SELECT {KEPT_COLUMNS}, leaves.at, leaves.stage, leaves.kind, leaves.outcome FROM {KEPT_FROM}"  # noqa: S608 - our own words


class Content(StrEnum):
    """What became of an entry's content."""

    WHOLE = "whole"
    DESTROYED = "destroyed"  # its key was, on purpose: the hash stays, and proofs hold
    ALTERED = "altered"  # it does not fit its hash: look into why


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
    also: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    organisation: str | None = None
    opening: Opening | None = None
    words: str | None = None
    hash: bytes = b""  # the leaf's, as it stands in the tree
    content: Content = Content.WHOLE  # where it is not, only index, at, stage, kind, outcome and hash are told


class EntryPage(msgspec.Struct, frozen=True):
    """Entries in the order asked for."""

    entries: tuple[AuditEntry, ...]
    has_next: bool


class AuditReader:
    """Readers see what is durable, and only that."""

    def __init__(self, url: str, keys: Keys) -> None:
        self._fetch: Callable[[str, list[object]], list[tuple[Any, ...]]]
        self._keys = keys
        if backend(url) == "sqlite":
            self._fetch, self._mark, self._contains = _sqlite(sqlite_path(url)), "?", "instr(leaves.sources, ?) > 0"
        else:
            self._fetch, self._mark = _postgres(conninfo(url)), "%s"
            self._contains = "position(%s in leaves.sources) > 0"

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        """The first entries that fit, by rising or by falling index, beyond an index. Raises Unavailable."""
        size = max(1, min(first, PAGE))
        conditions, values = self._conditions(query)
        if after is not None:
            conditions.append(f"leaves.idx {'<' if newest_first else '>'} {self._mark}")
            values.append(after)
        statement = (
            f"{_SELECT} WHERE {' AND '.join(conditions)} "
            f"ORDER BY leaves.idx {'DESC' if newest_first else 'ASC'} LIMIT {size + 1}"
        )
        rows = await asyncio.to_thread(self._fetch, statement, values)
        return EntryPage(tuple(self._entry(row) for row in rows[:size]), len(rows) > size)

    def _entry(self, row: tuple[Any, ...]) -> AuditEntry:
        kept, bare = kept_of(row[:_OPENED]), row[_OPENED:]
        if kept.key is None:
            return _bare(kept, bare, Content.DESTROYED)
        try:
            content = opened(kept.leaf, kept.hash, kept.key, self._keys)
        except SealBroken:
            return _bare(kept, bare, Content.ALTERED)
        return _whole(kept, content)

    def _conditions(self, query: EntryQuery) -> tuple[list[str], list[object]]:
        given: list[tuple[str, object]] = [
            (f"leaves.principal = {self._mark}", query.principal),
            (f"leaves.purpose = {self._mark}", query.purpose and query.purpose.value),
            (f"leaves.outcome = {self._mark}", query.outcome),
            (f"leaves.kind = {self._mark}", query.kind),
            (f"leaves.request_id = {self._mark}", query.request_id),
            (f"leaves.at >= {self._mark}", query.since and timestamp(query.since)),
            (f"leaves.at < {self._mark}", query.until and timestamp(query.until)),
            (self._contains, None if query.source is None else f" {query.source} "),
        ]
        asked = [(words, value) for words, value in given if value is not None]
        conditions, values = ["leaves.idx >= 0", *(words for words, _ in asked)], [value for _, value in asked]
        if query.subject is not None:
            also = f"SELECT idx FROM audit_also WHERE subject = {self._mark}"  # noqa: S608 - our own mark
            conditions.append(f"(leaves.subject = {self._mark} OR leaves.idx IN ({also}))")
            values += [query.subject, query.subject]
        return conditions, values


def _whole(kept: Kept, content: bytes) -> AuditEntry:
    leaf = read_leaf(content)
    own = {"index", "at", "hash", "content"}
    fields = {name: getattr(leaf, name) for name in AuditEntry.__struct_fields__ if name not in own}
    return AuditEntry(index=kept.place, at=datetime.fromisoformat(leaf.at), hash=kept.hash, **fields)


def _bare(kept: Kept, found: tuple[str, str, str, str], content: Content) -> AuditEntry:
    at, stage, kind, outcome = found
    return AuditEntry(
        index=kept.place,
        at=datetime.fromisoformat(at),
        stage=Stage(stage),
        kind=kind,
        request_id="",
        principal="",
        agency="",
        roles=(),
        purpose=None,
        enquiry_id=None,
        subject=None,
        broken_glass=False,
        policy_version="",
        outcome=outcome,
        reasons=(),
        sources=(),
        hash=kept.hash,
        content=content,
    )


def _sqlite(path: str) -> Callable[[str, list[Any]], list[tuple[Any, ...]]]:
    def fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)
            try:
                return connection.execute(statement, values).fetchall()
            finally:
                connection.close()
        except sqlite3.Error as fault:
            raise Unavailable from fault

    return fetch


def _postgres(at: str) -> Callable[[str, list[Any]], list[tuple[Any, ...]]]:
    def fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            with psycopg.connect(at, connect_timeout=5) as connection:
                connection.read_only = True
                return connection.execute(statement, values).fetchall()
        except psycopg.Error as fault:
            raise Unavailable from fault

    return fetch
