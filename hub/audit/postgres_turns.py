"""Turns at one log in PostgreSQL: whoever holds the log's lock writes, until its transaction ends.

A turn ends with its transaction, however that ends, so handing over takes no word between writers.
PostgreSQL lets go of the lock after the commit is durable and visible, and gives it to whoever has
waited longest.

A writer that was stopped inside its turn (SIGSTOP, a paused machine, a cable) would keep everybody
waiting. Those who wait end its session when the database has waited for a word of it for ``_STUCK``
seconds: its turn is undone, and when it wakes it finds its session gone and seals. One that waits
for its disk or for another's lock is not stuck, and is waited for.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import errors

from hub.errors import ConfigurationError

_LOCK = 0x4855_4241_5544_4954  # "HUBAUDIT", one log in each database
_LOOK = "1s"  # waited so long, look whether the holder is stuck
_STUCK = "5s"
_OPENING = 15.0  # seconds that opening the log waits for a turn: time to end a stuck session and to ask again
# READ COMMITTED whatever the server's default: a snapshot taken before the lock would not show the last turn.
_TURN = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '{_LOOK}';"
    f" SELECT pg_advisory_xact_lock({_LOCK}); SET LOCAL lock_timeout = 0"
)
_END_STUCK = f"""
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity AS session USING (pid)
WHERE locktype = 'advisory' AND objsubid = 1 AND classid = {_LOCK >> 32} AND objid = {_LOCK & 0xFFFF_FFFF}
  AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND granted AND session.state <> 'idle' AND session.wait_event = 'ClientRead'
  AND session.state_change < clock_timestamp() - interval '{_STUCK}'
"""  # noqa: S608 - our own numbers


@contextmanager
def turn(connection: psycopg.Connection, then: str, *, opening: bool = False) -> Iterator[tuple[int, ...]]:
    """A transaction with the log to itself, and the row that the statement ``then`` gives at its beginning.

    ``then`` has no parameters and goes to the server with the lock's, in one round trip. Waits for as long as it
    takes, unless it is ``opening``: then raises ConfigurationError. Any other error of the database
    goes through, also when it is not known whether the transaction was committed.
    """
    row = _wait(connection, f"{_TURN}; {then}", time.monotonic() + _OPENING if opening else None)
    try:
        yield row
        connection.execute("COMMIT")
    except BaseException:
        _undo(connection)
        raise


def _wait(connection: psycopg.Connection, statements: str, until: float | None) -> tuple[int, ...]:
    while True:
        try:
            found = connection.execute(statements).set_result(-1).fetchone()
        except errors.LockNotAvailable:
            _undo(connection)
        except BaseException:
            _undo(connection)
            raise
        else:
            return found or ()
        if until is not None and time.monotonic() > until:
            raise ConfigurationError(
                f"Another process has kept the audit log in this database to itself for {_OPENING:.0f} s. Stop it."
            )
        connection.execute(_END_STUCK)


def _undo(connection: psycopg.Connection) -> None:
    with suppress(psycopg.Error):  # what went wrong first is what matters
        connection.execute("ROLLBACK")
