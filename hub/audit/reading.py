"""One statement at a time, over a connection of its own that cannot write."""

import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import psycopg

from hub.audit.leaves import backend, conninfo, sqlite_path
from hub.errors import Unavailable

Fetch = Callable[[str, list[Any]], list[tuple[Any, ...]]]


def fetch_from(url: str) -> tuple[Fetch, str]:
    """What reads rows of a log, and how the database marks a parameter. Reading raises Unavailable."""
    if backend(url) == "sqlite":
        return _sqlite(sqlite_path(url)), "?"
    return _postgres(conninfo(url)), "%s"


def _sqlite(path: str) -> Fetch:
    def fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            connection = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=5)
            try:
                return connection.execute(statement, values).fetchall()
            finally:
                connection.close()
        except sqlite3.Error as fault:
            raise Unavailable from fault

    return fetch


def _postgres(at: str) -> Fetch:
    def fetch(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        try:
            with psycopg.connect(at, connect_timeout=5) as connection:
                connection.read_only = True
                return connection.execute(statement, values).fetchall()
        except psycopg.Error as fault:
            raise Unavailable from fault

    return fetch
