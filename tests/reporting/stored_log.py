"""A log's database as anybody sees it who has it."""

import sqlite3
from typing import Any

import psycopg

from hub.audit.leaves import conninfo, sqlite_path


class Rows:
    """The log's database, seen from another connection."""

    def __init__(self, url: str) -> None:
        self.url, self.is_sqlite = url, url.startswith("sqlite")

    def __call__(self, statement: str) -> list[Any]:
        if self.is_sqlite:
            connection: Any = sqlite3.connect(sqlite_path(self.url))
        else:
            connection = psycopg.connect(conninfo(self.url), autocommit=True)
        try:
            found = connection.execute(statement)
            return list(found.fetchall()) if found.description else []
        finally:
            if self.is_sqlite:
                connection.commit()
            connection.close()
