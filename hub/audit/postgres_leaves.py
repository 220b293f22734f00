"""The log in a PostgreSQL table, which several hubs write in turns."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql

from hub.audit import postgres_writers
from hub.audit.leaves import COLUMNS, Repeated, Row, conninfo
from hub.audit.postgres_turns import turn
from hub.errors import ConfigurationError

_TABLES = """
SET LOCAL lock_timeout = '10s';
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
ALTER TABLE audit_leaves ADD COLUMN IF NOT EXISTS writer integer;
CREATE INDEX IF NOT EXISTS audit_leaves_principal ON audit_leaves (principal, idx);
CREATE INDEX IF NOT EXISTS audit_leaves_subject ON audit_leaves (subject, idx);
CREATE INDEX IF NOT EXISTS audit_leaves_at ON audit_leaves (at);
CREATE INDEX IF NOT EXISTS audit_leaves_intents ON audit_leaves (writer, idx)
    WHERE stage = 'intent' AND writer IS NOT NULL;
"""  # the last one stands for all: where it is there, nothing is locked to make or change anything
_ARE_THERE = "SELECT to_regclass('audit_leaves_intents') IS NOT NULL AND to_regclass('audit_writers') IS NOT NULL"
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
_FIND = "SELECT idx, leaf FROM audit_leaves WHERE request_id = %s AND stage = %s"
# Both ask for each intent by itself, through the unique index, however long the log has become since.
_LEFT = """
SELECT asked.idx, asked.leaf
FROM (SELECT idx, request_id, leaf FROM audit_leaves WHERE {} AND stage = 'intent' ORDER BY idx DESC LIMIT %s) AS asked
LEFT JOIN LATERAL (
    SELECT true AS told FROM audit_leaves WHERE request_id = asked.request_id AND stage = 'outcome' LIMIT 1
) AS answer ON true
WHERE answer.told IS NULL
"""
_LEFT_BY_WRITER = _LEFT.format("writer = %s")
_LEFT_BY_NOBODY = _LEFT.format("writer IS NULL AND idx >= %s")  # by hubs from before writers had numbers


class PostgresLeaves:
    """One session does all the writing of one writer, in turns with others, and holds that writer's own lock.

    Losing the session ends both at once. The connection must be direct: a pooler that shares
    sessions would share the locks.
    """

    def __init__(self, url: str) -> None:
        # No threshold: psycopg prepares nothing by itself, so it never throws away what we prepared.
        self._connection = psycopg.connect(conninfo(url), autocommit=True, connect_timeout=5, prepare_threshold=None)
        self._looked_for_nobodys = False
        try:
            self._refuse_forgetful_server()
            self._connection.execute(_SESSION)
            with turn(self._connection, _ARE_THERE, opening=True) as (are_there,):
                if not are_there:
                    self._connection.execute(_TABLES)
                    self._connection.execute(postgres_writers.TABLE)
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

    def insert(self, rows: Iterable[tuple[int, Row]]) -> None:
        """Write rows under their indexes. Raises Repeated."""
        try:
            with self._connection.cursor().copy(_COPY) as copy:
                copy.set_types(_TYPES)
                for index, row in rows:
                    copy.write_row((index, self._writer, *row))
        except errors.UniqueViolation:
            raise Repeated from None  # its text holds values

    def find(self, request_id: str, stage: str) -> tuple[int, bytes] | None:
        """The leaf with this request id and stage."""
        found = self._connection.execute(_FIND, (request_id, stage)).fetchone()
        return (int(found[0]), bytes(found[1])) if found else None

    def somebody_stopped(self) -> bool:
        """Whether a writer's session has ended and nobody has taken over from it yet."""
        return postgres_writers.somebody_stopped(self._connection)

    def take_over(self, newest: int) -> list[bytes]:
        """The intents left open by writers that stopped, and by hubs from before writers had numbers.

        Such a hub kept the log to itself for as long as it lived: in a turn of ours it is no more.
        """
        intents = newest // 2  # every read has two leaves
        left = []
        if not self._looked_for_nobodys:  # once is enough: none are added any more
            since = max(0, self.size() - newest)
            left = self._connection.execute(_LEFT_BY_NOBODY, (since, intents)).fetchall()
            self._looked_for_nobodys = True
        for writer in postgres_writers.take_over(self._connection, self._writer):
            left += self._connection.execute(_LEFT_BY_WRITER, (writer, intents)).fetchall()
        return [bytes(leaf) for _, leaf in sorted(left)]

    def close(self) -> None:
        """End the session, and with it this writer."""
        self._connection.close()

    def _refuse_forgetful_server(self) -> None:
        if self._connection.execute("SHOW fsync").fetchone() == ("off",):
            raise ConfigurationError(
                "This PostgreSQL has fsync off, so a crash loses what it acknowledged. Turn it on."
            )
