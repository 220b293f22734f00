"""The log's table as anybody with the database sees it, and as an attacker or a fault changes it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.audit.contents import cipher_of, opened
from hub.audit.leaves import KEPT, Kept, conninfo, kept_of, sqlite_path
from hub.audit.merkle import Frontier
from hub.audit.notes import parse_checkpoint, parse_note
from hub.keys import Keys

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

TABLES = "audit_leaves", "audit_also", "audit_keys", "audit_nodes", "audit_checkpoints", "audit_origins"


class StoredLeaves:
    """A second connection to a log's database, of its own making."""

    def __init__(self, url: str, keys: Keys) -> None:
        self.url, self.is_sqlite, self._keys = url, url.startswith("sqlite"), keys
        self._ciphers: dict[str, AESGCM] = {}

    def rows(self, since: int = 0) -> list[tuple[int, dict[str, Any], bytes]]:
        """Index, leaf and hash of every durable row, in order, from an index on."""
        with self.connection() as connection:
            found = connection.execute(f"{KEPT} WHERE leaves.idx >= {since} ORDER BY leaves.idx").fetchall()
        return [(one.place, msgspec.json.decode(self._content(one)), one.hash) for one in map(kept_of, found)]

    def _content(self, kept: Kept) -> bytes:
        assert kept.key
        if kept.key.id not in self._ciphers:
            self._ciphers[kept.key.id] = cipher_of(kept.key, self._keys)
        return opened(kept.place, kept.leaf, kept.hash, self._ciphers[kept.key.id])

    def leaves(self) -> list[dict[str, Any]]:
        return [leaf for _, leaf, _ in self.rows()]

    def everything(self) -> bytes:
        """Every value of every column of every table, and every content as it was before it was sealed."""
        with self.connection() as connection:
            found = [row for table in TABLES for row in connection.execute(f"SELECT * FROM {table}").fetchall()]  # noqa: S608 - our own names
            contents = map(kept_of, connection.execute(KEPT).fetchall())
            found += [(self._content(one),) for one in contents]
        return b"|".join(
            bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for row in found for v in row
        )

    def check(self) -> None:
        """The whole log is as it has to be."""
        CheckedLog(self).check()

    def checkpoints(self, since: int = 0) -> list[tuple[int, int, str]]:
        """Size, the size before it, and note of every checkpoint beyond a size, in order."""
        with self.connection() as connection:
            return connection.execute(
                f"SELECT size, former, note FROM audit_checkpoints WHERE size > {since} ORDER BY size"  # noqa: S608
            ).fetchall()

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


class CheckedLog:
    """A log that grows between checks: each goes on where the last ended."""

    def __init__(self, stored: StoredLeaves) -> None:
        self._stored, self._tree = stored, Frontier()
        self.names: list[str] = []  # request ids, by index

    def check(self) -> None:
        """Indexes are dense, every content fits its hash, every checkpoint is of just the leaves before it.

        So each checkpoint is consistent with the one before, whoever wrote them.
        """
        rows = self._stored.rows(len(self.names))
        assert [index for index, _, _ in rows] == list(range(len(self.names), len(self.names) + len(rows)))
        self.names += [leaf["request_id"] for _, leaf, _ in rows]
        hashes = [hashed for _, _, hashed in rows]
        for size, former, note in self._stored.checkpoints(self._tree.size):
            assert former == self._tree.size
            self._tree.append(hashes[: size - former])
            del hashes[: size - former]
            assert parse_checkpoint(parse_note(note).text)[1:] == (size, self._tree.root())
        assert hashes == [], "leaves that no checkpoint is over"

    def holds(self, acknowledged: list[tuple[int, str]]) -> None:
        """Every acknowledged leaf stands at its index."""
        assert [one for one in acknowledged if self.names[one[0]] != one[1]] == []
