"""The log as it stands at one moment, over a connection of its own that cannot write. Needs no lock.

A hub that writes meanwhile goes on; what it writes is not seen.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import psycopg

from hub.audit.leaves import backend, conninfo, sqlite_path
from hub.audit.merkle import WIDTH, Tiles
from hub.errors import ConfigurationError, Unavailable

Row = tuple[Any, ...]
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_FETCHED = 2000  # rows that a server sends at once
_NO_LOG = "There is no audit log at that address. Name the one that the hub's settings name."
_NO_DATABASE = (
    "The file at that address is no SQLite database, or so damaged that nothing of it can be read ({}). "
    "Name the log that the hub's settings name; of a copy, see that all of it was copied."
)


class Damaged(Exception):
    """The database itself cannot read what it stored. ``name`` says what it calls that."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Snapshot(Tiles, Protocol):
    """One moment. Used by one thread. Every call raises Damaged or Unavailable."""

    engine: str  # "sqlite" or "postgresql"

    def each(self, statement: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """Rows, a few at a time, however many there are. A parameter is a question mark."""
        ...

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Rows, at once."""
        ...


@contextmanager
def snapshot_of(url: str) -> Iterator[Snapshot]:
    """The log at a URL, as of now. Raises ConfigurationError where none is there, or none that can be opened."""
    with _sqlite(sqlite_path(url)) if backend(url) == "sqlite" else _postgres(conninfo(url)) as found:
        yield found


class _Tiled:
    """The tree's hashes, out of any rows."""

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        raise NotImplementedError

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile."""
        first = number * WIDTH
        if level == 0:
            return [bytes(one) for (one,) in self.all(_LEAF_HASHES, (first, first + width))]
        return [bytes(one) for (one,) in self.all(_NODES, (level, first, first + width))]


class _Sqlite(_Tiled):
    engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def each(self, statement: str, values: Sequence[object] = ()) -> Iterator[Row]:
        with _told():
            yield from self._connection.execute(statement, values)

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with _told():
            return self._connection.execute(statement, values).fetchall()


class _Postgres(_Tiled):
    engine = "postgresql"

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection, self._numbers = connection, count()

    def each(self, statement: str, values: Sequence[object] = ()) -> Iterator[Row]:
        with _told(), self._connection.cursor(name=f"audit_{next(self._numbers)}") as cursor:
            cursor.itersize = _FETCHED
            yield from cursor.execute(statement.replace("?", "%s"), values)

    def all(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with _told():
            return self._connection.execute(statement.replace("?", "%s"), values).fetchall()


@contextmanager
def _sqlite(path: str) -> Iterator[_Sqlite]:
    if not Path(path).is_file():
        raise ConfigurationError(_NO_LOG)
    connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5, isolation_level=None)
    connection.text_factory = _text  # of what was altered, even that
    try:
        snapshot = _Sqlite(connection)
        try:
            snapshot.all("BEGIN")
            _refuse_none(snapshot.all("SELECT count(*) FROM sqlite_master WHERE name = 'audit_origins'"))
        except Damaged as damage:
            raise ConfigurationError(_NO_DATABASE.format(damage.name)) from None
        yield snapshot
    finally:
        connection.close()


@contextmanager
def _postgres(at: str) -> Iterator[_Postgres]:
    with _told():
        connection = psycopg.connect(at, connect_timeout=5)
    try:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _Postgres(connection)
        _refuse_none(snapshot.all("SELECT CASE WHEN to_regclass('audit_origins') IS NULL THEN 0 ELSE 1 END"))
        yield snapshot
    finally:
        connection.close()


def _refuse_none(found: list[Row]) -> None:
    if found != [(1,)]:
        raise ConfigurationError(_NO_LOG)


def _text(raw: bytes) -> str:
    return raw.decode(errors="backslashreplace")


@contextmanager
def _told() -> Iterator[None]:
    """A database's faults in our words: its own texts can hold values."""
    try:
        yield
    except sqlite3.Error as fault:
        name = getattr(fault, "sqlite_errorname", "")
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise Damaged(name) from None
        raise Unavailable("The audit log's database cannot be read now. Try again, or look into its file.") from fault
    except (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted) as fault:
        raise Damaged(type(fault).__name__) from None
    except psycopg.Error as fault:
        raise Unavailable("The audit log's database does not answer. Check its address and that it runs.") from fault
