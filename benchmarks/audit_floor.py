"""The floor: the same bytes committed in groups by the database alone, without tree, sealing or signature."""

import sqlite3
import time
from collections.abc import Callable, Sequence

import psycopg

GROUP = 256
CONTENT = 600  # bytes of a leaf
_Row = tuple[str, str, bytes]


def bare_groups(url: str, flush: float, seconds: float) -> float:
    """Leaves a second."""
    commit = _sqlite(url.partition(":///")[2], flush) if url.startswith("sqlite") else _postgres(url, flush)
    content = b"x" * CONTENT
    done, began = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - began) < seconds:
        commit([(f"benchmark-{done + place:x}", "act", content) for place in range(GROUP)])
        done += GROUP
    return done / elapsed


def _sqlite(path: str, flush: float) -> Callable[[Sequence[_Row]], None]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE bare (idx INTEGER PRIMARY KEY, request_id TEXT, stage TEXT, leaf BLOB,"
        " UNIQUE (request_id, stage))"
    )

    def commit(rows: Sequence[_Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bare (request_id, stage, leaf) VALUES (?, ?, ?)", rows)
        time.sleep(flush)
        connection.execute("COMMIT")

    return commit


def _postgres(url: str, flush: float) -> Callable[[Sequence[_Row]], None]:
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(
        "CREATE TABLE bare (idx bigserial PRIMARY KEY, request_id text, stage text, leaf bytea,"
        " UNIQUE (request_id, stage))"
    )

    def commit(rows: Sequence[_Row]) -> None:
        connection.execute("BEGIN")
        with connection.cursor().copy("COPY bare (request_id, stage, leaf) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(("text", "text", "bytea"))
            for row in rows:
                copy.write_row(row)
        time.sleep(flush)
        connection.execute("COMMIT")

    return commit
