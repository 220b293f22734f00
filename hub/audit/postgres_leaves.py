"""The log in a PostgreSQL table, with an advisory lock that keeps a second process out."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql

from hub.audit.leaves import COLUMNS, Repeated, Row, conninfo
from hub.errors import ConfigurationError

_TABLES = """
CREATE TABLE IF NOT EXISTS audit_leaves (
    idx bigint PRIMARY KEY,
    at text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    principal text COLLATE "C" NOT NULL,
    subject text COLLATE "C",
    purpose text COLLATE "C",
    outcome text COLLATE "C" NOT NULL,
    leaf bytea NOT NULL,
    hash bytea NOT NULL,
    UNIQUE (request_id, stage)
);
CREATE INDEX IF NOT EXISTS audit_leaves_principal ON audit_leaves (principal, idx);
CREATE INDEX IF NOT EXISTS audit_leaves_subject ON audit_leaves (subject, idx);
CREATE INDEX IF NOT EXISTS audit_leaves_at ON audit_leaves (at);
"""
_LOCK = 0x4855_4241_5544_4954  # "HUBAUDIT", one log in each database
_LOCK_WAIT = "2s"  # a killed process's session may take a moment to end
_COPY = sql.SQL("COPY audit_leaves (idx, {}) FROM STDIN (FORMAT BINARY)").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
)
_TYPES = ("int8", *("bytea" if name in {"leaf", "hash"} else "text" for name in COLUMNS))
_FIND = "SELECT idx, leaf FROM audit_leaves WHERE request_id = %s AND stage = %s"
_UNFINISHED = """
SELECT asked.leaf FROM audit_leaves AS asked WHERE asked.idx >= %s AND asked.stage = 'intent' AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS told
    WHERE told.request_id = asked.request_id AND told.stage = 'outcome' AND told.idx >= %s
) ORDER BY asked.idx
"""  # an outcome comes after its intent, so both are looked for among the newest alone


class PostgresLeaves:
    """One session holds the lock and does all the writing: losing the session loses both at once.

    The connection must be direct: a pooler that shares sessions would share the lock.
    """

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(conninfo(url), autocommit=True, connect_timeout=5)
        try:
            self._refuse_forgetful_server()
            self._take_lock()
            self._connection.execute("SET synchronous_commit = on")
            with self._connection.transaction():
                self._connection.execute(_TABLES)
        except BaseException:
            self._connection.close()
            raise

    def size(self) -> int:
        """The next index."""
        found = self._connection.execute("SELECT coalesce(max(idx) + 1, 0) FROM audit_leaves").fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Durable when the block ends."""
        with self._connection.transaction():
            yield

    def insert(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Write rows under their indexes. Raises Repeated."""
        try:
            with self._connection.cursor().copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for index, row in rows:
                    copy.write_row((index, *row))
        except errors.UniqueViolation:
            raise Repeated from None  # its text holds values

    def find(self, request_id: str, stage: str) -> tuple[int, bytes] | None:
        """The leaf with this request id and stage."""
        found = self._connection.execute(_FIND, (request_id, stage)).fetchone()
        return (int(found[0]), bytes(found[1])) if found else None

    def unfinished(self, since: int) -> list[bytes]:
        """The intents from this index on that have no outcome."""
        return [bytes(leaf) for (leaf,) in self._connection.execute(_UNFINISHED, (since, since))]

    def close(self) -> None:
        """End the session, and with it the lock."""
        self._connection.close()

    def _refuse_forgetful_server(self) -> None:
        if self._connection.execute("SHOW fsync").fetchone() == ("off",):
            raise ConfigurationError(
                "This PostgreSQL has fsync off, so a crash loses what it acknowledged. Turn it on."
            )

    def _take_lock(self) -> None:
        try:
            with self._connection.transaction():
                self._connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'")
                self._connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        except errors.LockNotAvailable:
            raise ConfigurationError(
                "Another process is writing the audit log in this database. Stop it, or give this one its own."
            ) from None
