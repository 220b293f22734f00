"""The log in a PostgreSQL table, which several hubs write in turns."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql

from hub.audit import postgres_writers
from hub.audit.leaves import COLUMNS, KEPT, OLDER, Batch, Kept, Origin, Repeated, SignedSize, conninfo, kept_of
from hub.audit.merkle import WIDTH
from hub.audit.postgres_tables import ARE_THERE, TABLES
from hub.audit.postgres_turns import turn
from hub.errors import ConfigurationError

# A client that vanished without a word is noticed after some eleven seconds, and its locks come free.
_SESSION = """
SET synchronous_commit = on; SET jit = off;
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3
"""
# Planned once for the session: planning it costs more than all the rest of taking a turn.
_PREPARE_NEXT = "PREPARE audit_next AS SELECT coalesce(max(idx) + 1, 0) FROM audit_leaves"
_NEXT = "EXECUTE audit_next"
_COPY = sql.SQL("COPY audit_leaves (idx, writer, {}) FROM STDIN (FORMAT BINARY)").format(
    sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
)
_TYPES = ("int8", "int4", *("bytea" if name in {"leaf", "hash"} else "text" for name in COLUMNS))
_FIND = f"{KEPT} WHERE leaves.request_id = %s AND leaves.stage = %s"
# Asks for each intent by itself, through the unique index, however long the log has become since.
_LEFT = """
SELECT asked.idx, asked.leaf, asked.hash, keys.id, keys.subject, keys.period, keys.sealed
FROM (
    SELECT idx, request_id, leaf, hash, key FROM audit_leaves
    WHERE writer = %s AND stage = 'intent' ORDER BY idx DESC LIMIT %s
) AS asked
LEFT JOIN audit_keys AS keys ON keys.id = asked.key
LEFT JOIN LATERAL (
    SELECT true AS told FROM audit_leaves WHERE request_id = asked.request_id AND stage = 'outcome' LIMIT 1
) AS answer ON true
WHERE answer.told IS NULL
"""
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= %s AND idx < %s ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = %s AND place >= %s AND place < %s ORDER BY place"
_ADD_KEYS = "INSERT INTO audit_keys (id, subject, period, sealed) VALUES (%s, %s, %s, %s)"
_ADD_ALSO = "INSERT INTO audit_also (subject, idx) VALUES (%s, %s)"
_ADD_NODES = "INSERT INTO audit_nodes (level, place, hash) VALUES (%s, %s, %s)"
_ADD_CHECKPOINT = "INSERT INTO audit_checkpoints (size, at, note) VALUES (%s, %s, %s)"
_ADD_ORIGIN = "INSERT INTO audit_origins (since, name, record) VALUES (%s, %s, %s)"
_ORIGIN = "SELECT since, name, record FROM audit_origins ORDER BY number DESC LIMIT 1"
_CHECKPOINT = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"


class PostgresLeaves:
    """One session does all the writing of one writer, in turns with others, and holds that writer's own lock.

    Losing the session ends both at once. The connection must be direct: a pooler that shares
    sessions would share the locks.
    """

    def __init__(self, url: str) -> None:
        # No threshold: psycopg prepares nothing by itself, so it never throws away what we prepared.
        self._connection = psycopg.connect(conninfo(url), autocommit=True, connect_timeout=5, prepare_threshold=None)
        try:
            self._refuse_forgetful_server()
            self._connection.execute(_SESSION)
            with turn(self._connection, ARE_THERE, opening=True) as (are_there, some):
                if not are_there:
                    self._make_tables(older=bool(some))
                self._writer = postgres_writers.enrol(self._connection)
            self._connection.execute(_PREPARE_NEXT)
        except BaseException:
            self._connection.close()
            raise

    def size(self) -> int:
        """The next index, as of now."""
        found = self._connection.execute(_NEXT).fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def transaction(self) -> Iterator[int]:
        """A turn, and the next index. Durable when the block ends."""
        with turn(self._connection, _NEXT) as (index,):
            yield index

    def write(self, batch: Batch) -> None:
        """Write a batch. Raises Repeated."""
        cursor = self._connection.cursor()
        try:
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for index, stored in enumerate(batch.leaves, batch.first):
                    copy.write_row((index, self._writer, *stored))
        except errors.UniqueViolation:
            raise Repeated from None  # its text holds values
        for statement, rows in ((_ADD_KEYS, batch.keys), (_ADD_ALSO, batch.also), (_ADD_NODES, batch.nodes)):
            if rows:
                cursor.executemany(statement, rows)
        cursor.execute(_ADD_CHECKPOINT, batch.checkpoint, prepare=True)

    def tile(self, level: int, number: int, width: int) -> Sequence[bytes]:
        """The first hashes of one tile."""
        first = number * WIDTH
        found: Iterable[tuple[bytes]]
        if level == 0:
            found = self._connection.execute(_LEAF_HASHES, (first, first + width))
        else:
            found = self._connection.execute(_NODES, (level, first, first + width))
        return [bytes(one) for (one,) in found]

    def origin(self) -> Origin | None:
        """Under which name the log stands now."""
        found = self._connection.execute(_ORIGIN).fetchone()
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
        """Whether a writer's session has ended and nobody has taken over from it yet."""
        return postgres_writers.somebody_stopped(self._connection)

    def take_over(self, newest: int) -> list[Kept]:
        """The intents left open by writers that stopped."""
        intents = newest // 2  # every read has two leaves
        left: list[Kept] = []
        for writer in postgres_writers.take_over(self._connection, self._writer):
            left += map(kept_of, self._connection.execute(_LEFT, (writer, intents)).fetchall())
        return sorted(left)

    def close(self) -> None:
        """End the session, and with it this writer."""
        self._connection.close()

    def _refuse_forgetful_server(self) -> None:
        if self._connection.execute("SHOW fsync").fetchone() == ("off",):
            raise ConfigurationError(
                "This PostgreSQL has fsync off, so a crash loses what it acknowledged. Turn it on."
            )

    def _make_tables(self, *, older: bool) -> None:
        if older:
            raise ConfigurationError(OLDER)
        self._connection.execute(TABLES)
        self._connection.execute(postgres_writers.TABLE)
