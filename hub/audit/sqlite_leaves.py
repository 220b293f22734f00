"""The log in one SQLite file, beside it a lock that keeps a second process out."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hub.audit.faults import FileReplaced, LockGone
from hub.audit.leaves import KEPT, OLDER, Batch, Kept, Left, Origin, Repeated, SignedSize, kept_of
from hub.audit.merkle import WIDTH
from hub.audit.sqlite_inserts import insert
from hub.audit.sqlite_tables import IS_OLDER, TABLES
from hub.errors import ConfigurationError

_FIND = f"{KEPT} WHERE leaves.request_id = ? AND leaves.stage = ?"
_UNFINISHED = """WHERE leaves.idx >= ? AND leaves.stage = 'intent' AND NOT EXISTS (
    SELECT 1 FROM audit_leaves AS told WHERE told.request_id = leaves.request_id AND told.stage = 'outcome'
) ORDER BY leaves.idx
"""
# Numbered without a hole, so that one that was taken away is missed.
_ADD_ORIGIN = "INSERT INTO audit_origins SELECT coalesce(max(number), 0) + 1, ?, ?, ? FROM audit_origins"
_KEPT = f"{KEPT} WHERE leaves.idx >= ? AND leaves.idx < ? ORDER BY leaves.idx"
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= ? AND idx < ? ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = ? AND place >= ? AND place < ? ORDER BY place"
_CHECKPOINT = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"

_ENROL = "INSERT INTO audit_writers (since) SELECT coalesce(max(idx) + 1, 0) FROM audit_leaves RETURNING id"
# Of those who stopped without a word since anybody took over: each that wrote anything was taken over from before.
_IN_DOUBT = """WHERE leaves.stage = 'outcome' AND leaves.outcome = 'disclosed' AND leaves.idx >= (
    SELECT max(former, (SELECT min(since) FROM audit_writers WHERE id < ? AND ended IS NULL))
    FROM audit_checkpoints ORDER BY size DESC LIMIT 1
) ORDER BY leaves.idx
"""
_TAKEN_OVER = "UPDATE audit_writers SET ended = 'taken over' WHERE id < ? AND ended IS NULL"
_CACHE = 32_768  # KiB: the indexes of a long log are written all over
# A guess at how many pages the write-ahead log grows by, and how many may wait to be copied.
_PAGES_OF_A_COMMIT, _PAGES_OF_A_LEAF, _PAGES_IN_WAITING = 8, 2, 4096


class SqliteLeaves:
    """Write-ahead log with synchronous=FULL: a commit is on the disk before it returns."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock_path = f"{os.path.realpath(path)}.lock"  # one lock by whatever name the file is called
        self._lock = _lock(Path(self._lock_path))
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=5, cached_statements=64)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(f"PRAGMA cache_size=-{_CACHE}")
            self._connection.execute("PRAGMA wal_autocheckpoint=0")  # see ``put_away``
            self._refuse_older()
            self._connection.executescript(f"BEGIN IMMEDIATE; {TABLES} COMMIT")  # all of them or none
            self._file, self._pages = _identity(path), 0
            self._writer = self._enrolled()
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
            self._refuse_unlocked()  # in the turn: who has the lock instead sees what was committed before
            yield self.size()
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # what went wrong first is what matters
                self._connection.execute("ROLLBACK")
            raise
        if _identity(self._path) != self._file:
            raise FileReplaced

    def write(self, batch: Batch) -> None:
        """Write a batch. Raises Repeated."""
        try:
            # Python's sqlite3 looks for an adapter of every value that is bytes, in vain; of a bytearray it knows.
            leaves = [
                (index, *stored[:-2], bytearray(stored.leaf), bytearray(stored.hash))
                for index, stored in enumerate(batch.leaves, batch.first)
            ]
            insert(self._connection, "audit_leaves", leaves)
        except sqlite3.IntegrityError as fault:
            raise Repeated from fault
        insert(self._connection, "audit_keys", batch.keys)
        insert(self._connection, "audit_also", batch.also)
        insert(self._connection, "audit_nodes", batch.nodes)
        insert(self._connection, "audit_checkpoints", [(*batch.checkpoint, batch.first)])
        self._pages += _PAGES_OF_A_COMMIT + _PAGES_OF_A_LEAF * len(batch.leaves)

    def put_away(self) -> None:
        """Copy what was committed from the write-ahead log to the file's own pages, when enough has gathered.

        SQLite would do so by itself inside a commit, but keep an input or output error of it to itself.
        """
        if self._pages >= _PAGES_IN_WAITING:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._pages = 0

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile."""
        return self.nodes(level, number * WIDTH, number * WIDTH + width)

    def nodes(self, level: int, first: int, until: int) -> list[bytes]:
        """Hashes of a level of the tree."""
        if level == 0:
            found = self._connection.execute(_LEAF_HASHES, (first, until))
        else:
            found = self._connection.execute(_NODES, (level, first, until))
        return [bytes(one) for (one,) in found]

    def kept(self, first: int, until: int) -> list[Kept]:
        """The leaves from one index to before another."""
        return [kept_of(row) for row in self._connection.execute(_KEPT, (first, until))]

    def origin(self) -> Origin | None:
        """Under which name the log stands now."""
        found = self._connection.execute(
            "SELECT since, name, record FROM audit_origins ORDER BY number DESC LIMIT 1"
        ).fetchone()
        return Origin(*found) if found else None

    def begin_origin(self, origin: Origin) -> None:
        """Let the log go on under another name."""
        self._connection.execute(_ADD_ORIGIN, origin)

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

    def take_over(self, newest: int) -> Left:
        """What the writers before this one left. Only when the log has just been opened."""
        since = max(0, self.size() - newest)
        intents = self._connection.execute(KEPT + _UNFINISHED, (since,)).fetchall()
        doubtful = self._connection.execute(KEPT + _IN_DOUBT, (self._writer,)).fetchall()
        self._connection.execute(_TAKEN_OVER, (self._writer,))
        return Left([kept_of(row) for row in intents], [kept_of(row) for row in doubtful])

    def end_well(self) -> None:
        """Say that whoever waited has heard of all that this writer committed."""
        self._connection.execute("UPDATE audit_writers SET ended = 'well' WHERE id = ?", (self._writer,))

    def close(self) -> None:
        """Close the file, then let the next process in."""
        self._connection.close()
        os.close(self._lock)

    def _enrolled(self) -> int:
        ((number,),) = self._connection.execute(_ENROL).fetchall()
        return int(number)

    def _refuse_unlocked(self) -> None:
        held = os.fstat(self._lock)
        with suppress(FileNotFoundError):
            if _identity(self._lock_path) == (held.st_dev, held.st_ino):
                return
        raise LockGone

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
