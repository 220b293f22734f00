"""A copy of a log's database as it was, to be put back: by files, or by tables."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s"


class Backup:
    """``folder`` names the copy."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        if self._is_sqlite():
            folder.mkdir()
            with closing(sqlite3.connect(self._path())) as there, closing(sqlite3.connect(self._copy())) as copy:
                there.backup(copy)
            return
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {folder.name} CASCADE; CREATE SCHEMA {folder.name}")
            for (name,) in connection.execute(_TABLES, ("public",)).fetchall():
                connection.execute(f"CREATE TABLE {folder.name}.{name} AS TABLE public.{name}")

    def put_back(self) -> None:
        """The database as it was."""
        if self._is_sqlite():
            for beside in ("", "-wal", "-shm"):
                Path(f"{self._path()}{beside}").unlink(missing_ok=True)
            shutil.copy(self._copy(), self._path())
            return
        with psycopg.connect(self._url) as connection:  # in one transaction: who looks meanwhile sees no mixture
            for (name,) in connection.execute(_TABLES, (self._folder.name,)).fetchall():
                connection.execute(f"DELETE FROM public.{name}")  # noqa: S608 - and no lock that readers wait for
                connection.execute(f"INSERT INTO public.{name} SELECT * FROM {self._folder.name}.{name}")  # noqa: S608

    def _is_sqlite(self) -> bool:
        return self._url.startswith("sqlite")

    def _path(self) -> Path:
        return Path(self._url.removeprefix("sqlite:///"))

    def _copy(self) -> Path:
        return self._folder / "audit.db"
