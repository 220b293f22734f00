"""One database of the hub, SQLite or PostgreSQL, behind two doors: reading and writing."""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakSet

import msgspec
from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from hub.errors import ConfigurationError, Unavailable

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
# FULL: a commit is on the disk before it returns. WAL: readers never wait for a writer.
_SQLITE = "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"
# Several hubs share one PostgreSQL. One that was stopped in a transaction must not keep the others' requests waiting:
# they are told "unavailable", and the server ends its session. Not for migrations, which wait for their turn.
_SHARED = "SET lock_timeout = '5s'", "SET idle_in_transaction_session_timeout = '10s'"
# Never for an engine of transactions: SQLAlchemy takes a SQLite connection whose BEGIN is ours for autocommit.
_SINGLE: Mapping[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


class Store(msgspec.Struct, frozen=True):
    """Pooled connections to one database. A fault of the database leaves both doors as Unavailable."""

    engine: AsyncEngine  # writes, in transactions
    # Single statements with no transaction around them. SQLite is read on the event loop's own thread: a
    # row by its key takes 45 us there and 460 us through aiosqlite's, and WAL readers never wait for a writer.
    reads: Engine | AsyncEngine

    async def select(
        self, statement: Select[*tuple[Any, ...]], parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Row[Any]]:
        """Every row of one SELECT."""
        try:
            if isinstance(self.reads, Engine):
                with self.reads.connect() as connection:
                    return connection.execute(statement, parameters).fetchall()
            async with self.reads.connect() as remote:
                return (await remote.execute(statement, parameters)).fetchall()
        except (SQLAlchemyError, OSError) as fault:
            raise Unavailable from fault

    @asynccontextmanager
    async def writing(self, *, lasting: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction: durable when the block ends, undone if it raises.

        One that need not be ``lasting`` does not wait for the disk: others see it at once, whole, and a machine
        that loses power may have lost it.
        """
        try:
            async with self.engine.execution_options(hub_lasting=lasting).begin() as connection:
                if not lasting and connection.dialect.name == "postgresql":
                    await connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection
        except (SQLAlchemyError, OSError) as fault:
            raise Unavailable from fault

    async def close(self) -> None:
        """Give back every connection."""
        if isinstance(self.reads, Engine):
            self.reads.dispose()
        else:
            await self.reads.dispose()
        await self.engine.dispose()


def open_store(url: str) -> Store:
    """Describe the store behind ``sqlite:///file`` or ``postgresql://...``; connects at first use."""
    at = async_url(url)
    if at.get_backend_name() != "sqlite":
        writes = transactional_engine(at, 8)
        event.listen(writes.sync_engine, "connect", _prepare_shared)
        return Store(writes, create_async_engine(at, **_SINGLE, **_pool(8)))
    local = create_engine(at.set(drivername="sqlite"), **_SINGLE, **_pool(1))
    # One writer: a second would only wait on SQLite's own lock, and less fairly.
    return Store(transactional_engine(at, 1), local)


def async_url(url: str) -> URL:
    """The same database through its asyncio driver. Raises ConfigurationError, never repeating the URL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number
        raise ConfigurationError("The store's URL cannot be read. Give sqlite:///FILE or postgresql://...") from None
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None or (driver.startswith("sqlite") and not parsed.database):
        raise ConfigurationError("The store is SQLite in a file or PostgreSQL. Give sqlite:///FILE or postgresql://...")
    return parsed.set(drivername=driver)


def transactional_engine(url: URL, size: int = 1) -> AsyncEngine:
    """An engine whose transactions hold everything in them, tables made or changed included."""
    if url.get_backend_name() == "postgresql":
        # Whatever the server's default: a statement after a lock must see what the lock was waited for.
        return create_async_engine(url, isolation_level="READ COMMITTED", **_pool(size))
    engine = create_async_engine(url, connect_args={"factory": _ClosedForGood}, **_pool(size))
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _pool(size: int) -> dict[str, Any]:
    return {
        "pool_size": size,
        "max_overflow": 0,
        "pool_timeout": 5,
        "hide_parameters": True,  # an error's text may be logged; what was being stored may not
    }


class _ClosedForGood(sqlite3.Connection):
    """Closed, it holds no lock.

    SQLite keeps a connection, with the write lock of its transaction, for as long as one of its statements stands
    half read. A request that is cancelled in one leaves such a statement in the traceback of its cancellation, until
    some garbage collection: every writer would wait for that. So closing ends the statements first.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors = WeakSet[sqlite3.Cursor]()

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        """Remembers it, for as long as somebody else does."""
        made = super().cursor(factory)
        self._cursors.add(made)
        return made

    def close(self) -> None:
        """Ends every statement, which undoes the transaction, and closes."""
        try:
            for cursor in tuple(self._cursors):
                cursor.close()
        finally:
            super().close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where sqlite3 guesses
    cursor = connection.cursor()
    for pragma in _SQLITE:
        cursor.execute(pragma)
    cursor.close()


def _prepare_shared(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for setting in _SHARED:
        cursor.execute(setting)
    cursor.close()
    connection.commit()  # else they would go with the first transaction that is undone


def _begin_immediate(connection: Connection) -> None:
    lasting = connection.get_execution_options().get("hub_lasting", True)
    if connection.info.get("hub_lasting", True) != lasting:  # a pragma counts outside a transaction only
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        connection.info["hub_lasting"] = lasting
    # Take the write lock at once: upgrading a read lock later can fail without waiting.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
