"""The log in a PostgreSQL table, which several hubs write in turns."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from hub.audit import postgres_writers
from hub.audit.faults import LeavesDropped
from hub.audit.leaves import COLUMNS, KEPT, OLDER, Batch, Kept, Left, Origin, Repeated, SignedSize, conninfo, kept_of
from hub.audit.merkle import WIDTH
from hub.audit.postgres_tables import ARE_THERE, TABLES
from hub.audit.postgres_turns import turn
from hub.errors import ConfigurationError

# Either side that vanished without a word is noticed by the other after some eleven seconds: a client's locks come
# free, and a hub does not wait at its start, or in a turn, for a server that is gone.
_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 11_000}
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
_IN_DOUBT = f"""{KEPT}
WHERE leaves.stage = 'outcome' AND leaves.outcome = 'disclosed' AND leaves.writer = %s
  AND leaves.idx >= (SELECT former FROM audit_checkpoints WHERE writer = %s ORDER BY size DESC LIMIT 1)
  AND leaves.idx < (SELECT max(size) FROM audit_checkpoints WHERE writer = %s)
  AND EXISTS (SELECT FROM audit_writers WHERE id = leaves.writer AND NOT ended_well)
"""  # noqa: S608 - our own words
_KEPT = f"{KEPT} WHERE leaves.idx >= %s AND leaves.idx < %s ORDER BY leaves.idx"
_LEAF_HASHES = "SELECT hash FROM audit_leaves WHERE idx >= %s AND idx < %s ORDER BY idx"
_NODES = "SELECT hash FROM audit_nodes WHERE level = %s AND place >= %s AND place < %s ORDER BY place"
# All that a commit adds beside its leaves, in one round trip.
_ADD = """
WITH keys AS (
    INSERT INTO audit_keys (id, subject, period, sealed)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bytea[])
    RETURNING 1
), also AS (
    INSERT INTO audit_also (subject, idx) SELECT * FROM unnest(%s::text[], %s::bigint[]) RETURNING 1
), nodes AS (
    INSERT INTO audit_nodes (level, place, hash) SELECT * FROM unnest(%s::integer[], %s::bigint[], %s::bytea[])
    RETURNING 1
)
INSERT INTO audit_checkpoints (size, at, note, former, writer) VALUES (%s, %s, %s, %s, %s)
RETURNING (SELECT count(*) FROM keys), (SELECT count(*) FROM also), (SELECT count(*) FROM nodes)
"""
# Numbered without a hole, so that one that was taken away is missed.
_ADD_ORIGIN = """
INSERT INTO audit_origins (number, since, name, record)
SELECT coalesce(max(number), 0) + 1, %s::bigint, %s::text, %s::text FROM audit_origins
"""
_ORIGIN = "SELECT since, name, record FROM audit_origins ORDER BY number DESC LIMIT 1"
_CHECKPOINT = "SELECT size, at, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"


class PostgresLeaves:
    """One session does all the writing of one writer, in turns with others, and holds that writer's own lock.

    Losing the session ends both at once. The connection must be direct: a pooler that shares
    sessions would share the locks.
    """

    def __init__(self, url: str) -> None:
        # No threshold: psycopg prepares nothing by itself, so it never throws away what we prepared.
        place = make_conninfo(conninfo(url), connect_timeout=5, **_ALIVE)
        self._connection = psycopg.connect(place, autocommit=True, prepare_threshold=None)
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
        """Write a batch. Raises Repeated, and LeavesDropped where a trigger or a rule kept a row from being stored."""
        cursor = self._connection.cursor()
        try:
            with cursor.copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for index, stored in enumerate(batch.leaves, batch.first):
                    copy.write_row((index, self._writer, *stored))
        except errors.UniqueViolation:
            raise Repeated from None  # its text holds values
        if cursor.rowcount != len(batch.leaves):
            raise LeavesDropped
        lists = (*_columns(batch.keys, 4), *_columns(batch.also, 2), *_columns(batch.nodes, 3))
        cursor.execute(_ADD, (*lists, *batch.checkpoint, batch.first, self._writer), prepare=True)
        if cursor.fetchone() != (len(batch.keys), len(batch.also), len(batch.nodes)):
            raise LeavesDropped

    def put_away(self) -> None:
        """Nothing: the server sees to it."""

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

    def take_over(self, newest: int) -> Left:
        """What writers that stopped left."""
        intents = newest // 2  # every read has two leaves
        left = Left([], [])
        for writer in postgres_writers.take_over(self._connection, self._writer):
            left.intents.extend(map(kept_of, self._connection.execute(_LEFT, (writer, intents)).fetchall()))
            left.doubtful.extend(map(kept_of, self._connection.execute(_IN_DOUBT, (writer,) * 3).fetchall()))
        return Left(sorted(left.intents), sorted(left.doubtful))

    def end_well(self) -> None:
        """Say that whoever waited has heard of all that this writer committed."""
        postgres_writers.end_well(self._connection, self._writer)

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


def _columns(rows: Sequence[Sequence[object]], count: int) -> Iterable[list[object]]:
    """Rows as the lists of their columns."""
    return map(list, zip(*rows, strict=True)) if rows else ([] for _ in range(count))
