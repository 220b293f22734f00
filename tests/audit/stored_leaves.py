"""The log's table as anybody with the database sees it, and as an attacker or a fault changes it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg

from hub.audit.leaf import leaf_hash
from hub.audit.leaves import conninfo, sqlite_path

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class StoredLeaves:
    """A second connection to a log's database, of its own making."""

    def __init__(self, url: str) -> None:
        self.url, self.is_sqlite = url, url.startswith("sqlite")

    def rows(self) -> list[tuple[int, dict[str, Any], bytes]]:
        """Index, leaf and hash of every durable row, in order."""
        with self.connection() as connection:
            found = connection.execute("SELECT idx, leaf, hash FROM audit_leaves ORDER BY idx").fetchall()
        return [(index, msgspec.json.decode(bytes(leaf)), bytes(hashed)) for index, leaf, hashed in found]

    def leaves(self) -> list[dict[str, Any]]:
        return [leaf for _, leaf, _ in self.rows()]

    def everything(self) -> bytes:
        """Every value of every column."""
        with self.connection() as connection:
            found = connection.execute("SELECT * FROM audit_leaves").fetchall()
        return b"|".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in found for v in row
        )

    def check(self) -> None:
        """Indexes are dense from nought and every hash is of its leaf's stored bytes."""
        with self.connection() as connection:
            found = connection.execute("SELECT idx, leaf, hash FROM audit_leaves ORDER BY idx").fetchall()
        assert [index for index, _, _ in found] == list(range(len(found)))
        assert all(leaf_hash(bytes(leaf)) == bytes(hashed) for _, leaf, hashed in found)

    def writers(self) -> list[int | None]:
        """Who wrote each leaf, in order."""
        with self.connection() as connection:
            return [writer for (writer,) in connection.execute("SELECT writer FROM audit_leaves ORDER BY idx")]

    def wait_until_so_many_write(self, hubs: int) -> None:
        """Wait until PostgreSQL has no more sessions than these: one of a killed process ends a moment later."""
        if self.is_sqlite:
            return
        with self.connection() as connection:
            while connection.execute(_OTHERS).fetchone() != (hubs,):
                time.sleep(0.005)

    def drop(self) -> None:
        with self.connection() as connection:
            connection.execute("DROP TABLE audit_leaves")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold up the writer, as a disk that hangs would."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
            if not self.is_sqlite:
                connection.execute("LOCK TABLE audit_leaves IN EXCLUSIVE MODE")
            yield
            connection.execute("ROLLBACK")

    @contextmanager
    def connection(self) -> Iterator[Any]:
        if self.is_sqlite:
            connection: Any = sqlite3.connect(sqlite_path(self.url), isolation_level=None)
        else:
            connection = psycopg.connect(conninfo(self.url), autocommit=True)
        try:
            yield connection
        finally:
            connection.close()
