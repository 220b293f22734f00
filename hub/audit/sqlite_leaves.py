"""The log in one SQLite file, beside it a lock that keeps a second process out."""

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.audit.leaves import COLUMNS, Repeated, Row
from hub.errors import ConfigurationError

_TABLES = """
CREATE TABLE IF NOT EXISTS audit_leaves (
    idx INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    request_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    kind TEXT NOT NULL,
    principal TEXT NOT NULL,
    subject TEXT,
    purpose TEXT,
    outcome TEXT NOT NULL,
    leaf BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (request_id, stage)
);
CREATE INDEX IF NOT EXISTS audit_leaves_principal ON audit_leaves (principal);
CREATE INDEX IF NOT EXISTS audit_leaves_subject ON audit_leaves (subject);
CREATE INDEX IF NOT EXISTS audit_leaves_at ON audit_leaves (at);
"""
_INSERT = f"INSERT INTO audit_leaves VALUES ({', '.join('?' * (1 + len(COLUMNS)))})"  # noqa: S608 - question marks
_FIND = "SELECT idx, leaf FROM audit_leaves WHERE request_id = ? AND stage = ?"
_UNFINISHED = """
SELECT asked.leaf FROM audit_leaves AS asked WHERE asked.idx >= ? AND asked.stage = 'intent' AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS told
    WHERE told.request_id = asked.request_id AND told.stage = 'outcome' AND told.idx >= ?
) ORDER BY asked.idx
"""  # an outcome comes after its intent, so both are looked for among the newest alone


class SqliteLeaves:
    """Write-ahead log with synchronous=FULL: a commit is on the disk before it returns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = _lock(Path(f"{path}.lock"))
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=5, cached_statements=16)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_TABLES)
            self._file = _identity(path)
        except BaseException:
            os.close(self._lock)
            raise

    def size(self) -> int:
        """The next index."""
        (last,) = self._connection.execute("SELECT max(idx) FROM audit_leaves").fetchone()
        return 0 if last is None else int(last) + 1

    @contextmanager
    def transaction(self) -> Iterator[int]:
        """The next index. Durable when the block ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.size()
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # what went wrong first is what matters
                self._connection.execute("ROLLBACK")
            raise
        if _identity(self._path) != self._file:
            raise OSError("the log's file was replaced while it was being written")

    def insert(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Write rows under their indexes. Raises Repeated."""
        try:
            self._connection.executemany(_INSERT, [(index, *row) for index, row in rows])
        except sqlite3.IntegrityError as fault:
            raise Repeated from fault

    def find(self, request_id: str, stage: str) -> tuple[int, bytes] | None:
        """The leaf with this request id and stage."""
        found: tuple[int, bytes] | None = self._connection.execute(_FIND, (request_id, stage)).fetchone()
        return found

    def somebody_stopped(self) -> bool:
        """Never: whoever holds the file's lock took over everything when it opened the log."""
        return False

    def take_over(self, newest: int) -> list[bytes]:
        """The intents without an outcome among the newest leaves. Only when the log has just been opened."""
        since = max(0, self.size() - newest)
        return [leaf for (leaf,) in self._connection.execute(_UNFINISHED, (since, since))]

    def close(self) -> None:
        """Close the file, then let the next process in."""
        self._connection.close()
        os.close(self._lock)


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise ConfigurationError(
            "Another process is writing this audit log. Stop it, or give this one a log of its own."
        ) from None
    return handle


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116 - on the way of every commit
    return found.st_dev, found.st_ino
