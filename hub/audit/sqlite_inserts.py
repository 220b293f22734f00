"""Inserting many rows by few statements.

Python lets go of its interpreter lock for every statement that it runs on SQLite, and gets it back when
the event loop lets it: row by row that is most of what a commit costs in a busy hub.

For a statement of many rows that may break a constraint SQLite copies every page that it changes, so as to
undo the statement alone; that cost more than all the inserting. ``OR FAIL`` says that nobody wants that.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from itertools import chain

from hub.audit.faults import LeavesDropped

_SIZES = 256, 32, 4, 1  # rows in one statement; few sizes, so that each is compiled once


def insert(connection: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert rows that give every column. ``table`` is a name of ours.

    When it raises, some rows may stand: the transaction around it is to be undone. Raises LeavesDropped where
    a trigger kept a row from being stored, or changed anything else.
    """
    if not rows:
        return
    place, before = 0, connection.total_changes
    for size in _SIZES:
        while len(rows) - place >= size:
            values = rows[place : place + size]
            done = connection.execute(_statement(table, len(values[0]), size), tuple(chain.from_iterable(values)))
            if done.rowcount != size:
                raise LeavesDropped
            place += size
    if connection.total_changes - before != len(rows):  # which counts what triggers change, too
        raise LeavesDropped


@cache
def _statement(table: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"INSERT OR FAIL INTO {table} VALUES {', '.join([row] * rows)}"  # noqa: S608 - question marks
