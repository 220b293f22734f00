"""The log in one SQLite file, beside it a lock that keeps a second process out."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.audit.leaves import COLUMNS, KEPT, OLDER, Batch, Kept, Origin, Repeated, SignedSize, kept_of
from hub.audit.merkle import WIDTH
from hub.audit.sqlite_tables import IS_OLDER, TABLES
from hub.errors import ConfigurationError

_INSERT = f"INSERT INTO audit_leaves VALUES ({', '.join('?' * (1 + len(COLUMNS)))})"  # noqa: S608 - question marks
_FIND = f"{KEPT} WHERE leaves.request_id = ? AND leaves.stage = ?"
_UNFINISHED = """WHERE leaves.idx >= ? AND leaves.stage = 'intent' AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS told WHERE told.request_id = leaves.request_id AND told.stage = 'outcome'
) ORDER BY leaves.idx
"""
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_CHECKPOINT = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"


class SqliteLeaves:
    """Write-ahead log with synchronous=FULL: a commit is on the disk before it returns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = _lock(Path(f"{path}.lock"))
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=5, cached_statements=32)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._refuse_older()
            self._connection.executescript(TABLES)
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

    def write(self, batch: Batch) -> None:
        """Write a batch. Raises Repeated."""
        many = self._connection.executemany
        try:
            many(_INSERT, [(index, *stored) for index, stored in enumerate(batch.leaves, batch.first)])
        except sqlite3.IntegrityError as fault:
            raise Repeated from fault
        many("INSERT INTO audit_keys VALUES (?, ?, ?, ?)", batch.keys)
        many("INSERT INTO audit_also VALUES (?, ?)", batch.also)
        many("INSERT INTO audit_nodes VALUES (?, ?, ?)", batch.nodes)
        self._connection.execute("INSERT INTO audit_checkpoints VALUES (?, ?, ?)", batch.checkpoint)

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile."""
        first = number * WIDTH
        if level == 0:
            return [one for (one,) in self._connection.execute(_LEAF_HASHES, (first, first + width))]
        return [one for (one,) in self._connection.execute(_NODES, (level, first, first + width))]

    def origin(self) -> Origin | None:
        """Under which name the log stands now."""
        found = self._connection.execute(
            "SELECT since, name, record FROM audit_origins ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return Origin(*found) if found else None

    def begin_origin(self, origin: Origin) -> None:
        """Let the log go on under another name."""
        self._connection.execute("INSERT INTO audit_origins (since, name, record) VALUES (?, ?, ?)", origin)

    def checkpoint(self) -> SignedSize | None:
        """The newest checkpoint."""
        found = self._connection.execute(_CHECKPOINT).fetchone()
        return SignedSize(*found) if found else None

    def find(self, request_id: str, stage: str) -> Kept | None:
        """The leaf with this request id and stage."""
        found = self._connection.execute(_FIND, (request_id, stage)).fetchone()
        return kept_of(found) if found else None

    def somebody_stopped(self) -> bool:
        """Never: whoever holds the file's lock took over everything when it opened the log."""
        return False

    def take_over(self, newest: int) -> list[Kept]:
        """The intents without an outcome among the newest leaves. Only when the log has just been opened."""
        since = max(0, self.size() - newest)
        return [kept_of(row) for row in self._connection.execute(KEPT + _UNFINISHED, (since,))]

    def close(self) -> None:
        """Close the file, then let the next process in."""
        self._connection.close()
        os.close(self._lock)

    def _refuse_older(self) -> None:
        if self._connection.execute(IS_OLDER).fetchone() == (1,):
            raise ConfigurationError(OLDER)


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
