# ruff: noqa: S608 - the names of tables and columns are our own
"""The log's tables as whoever has the database changes them, and as they were before."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from hub.audit.leaves import conninfo, sqlite_path

TABLES = {
    "audit_leaves": ("idx",),
    "audit_also": ("subject", "idx"),
    "audit_keys": ("id",),
    "audit_nodes": ("level", "place"),
    "audit_checkpoints": ("size",),
    "audit_cosignatures": ("origin", "size", "witness"),
    "audit_origins": ("number",),
}
Key = tuple[Any, ...]
Record = dict[str, Any]


class Unwritable(Exception):
    """The database itself refuses this change."""


class StoredTables:
    """The tables as they were, each row by its key; and the means to change them and to put them back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.is_sqlite, self._file, self._at = url.startswith("sqlite"), Path(sqlite_path(url)), conninfo(url)
        self._pristine = folder / "pristine.db"
        self._changed: set[str] = set()
        self._connection: Any = None
        self.rows: dict[str, dict[Key, Record]] = {}
        self._keep()

    def put_back(self) -> None:
        """All as it was."""
        if self.is_sqlite:
            self.close()
            for beside in ("-wal", "-shm"):
                Path(f"{self._file}{beside}").unlink(missing_ok=True)
            shutil.copyfile(self._pristine, self._file)
            self._connect()
        for table in self._changed if not self.is_sqlite else ():
            self.run(f"DELETE FROM {table}")
            self.run(f"INSERT INTO {table} SELECT * FROM pristine.{table}")
        self._changed.clear()

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """One statement; its parameters are question marks."""
        try:
            self._connection.execute(statement if self.is_sqlite else statement.replace("?", "%s"), values)
        except (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError, OverflowError) as refused:
            raise Unwritable from refused

    def change(self, table: str, key: Key, values: Record) -> None:
        """Give columns of a row other values."""
        self._changed.add(table)
        self.run(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} {_where(table)}",
            (*values.values(), *key),
        )

    def delete(self, table: str, key: Key) -> None:
        """Take a row away."""
        self._changed.add(table)
        self.run(f"DELETE FROM {table} {_where(table)}", key)

    def insert(self, table: str, row: Record) -> None:
        """Put a row in."""
        self._changed.add(table)
        self.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", (*row.values(),))

    def everything(self) -> dict[str, list[Record]]:
        """All rows, as they stand now."""
        return {table: self._read(table) for table in TABLES}

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _keep(self) -> None:
        self._connect()
        if self.is_sqlite:
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(self._file, self._pristine)
        else:
            self.run("CREATE SCHEMA pristine")
            for table in TABLES:
                self.run(f"CREATE TABLE pristine.{table} AS SELECT * FROM {table}")
        self.rows = {
            table: {tuple(row[name] for name in TABLES[table]): row for row in rows}
            for table, rows in self.everything().items()
        }

    def _connect(self) -> None:
        if self.is_sqlite:
            self._connection = sqlite3.connect(self._file, isolation_level=None)
            self.run("PRAGMA synchronous=OFF")
        else:
            self._connection = psycopg.connect(self._at, autocommit=True)
            self.run("SET synchronous_commit = off")

    def _read(self, table: str) -> list[Record]:
        cursor = self._connection.execute(f"SELECT * FROM {table} ORDER BY {', '.join(TABLES[table])}")
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _where(table: str) -> str:
    return "WHERE " + " AND ".join(f"{name} = ?" for name in TABLES[table])
