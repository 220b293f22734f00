"""The dataset's tables in a SQLite file, for tests that put hostile rows in them."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import hub.demo.partners
from hub.connectors.manifest import Manifest
from hub.connectors.mapping import read_mapping
from hub.connectors.sql import Sql
from hub.domain.categories import Category
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId

SCHEMA = Path(hub.demo.partners.__file__).with_name("ssd_schema.sql")
Row = Mapping[str, object]


def sqlite_database(path: Path, rows: Sequence[tuple[str, Row]]) -> Path:
    """A database with these rows and the dataset's tables."""
    connection = sqlite3.connect(path)
    connection.executescript(f"pragma synchronous = off; begin; {SCHEMA.read_text()} commit;")
    for table, row in rows:
        places = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", tuple(row.values()))  # noqa: S608 - ours
    connection.commit()
    connection.close()
    return path


def sql_on_sqlite(path: Path) -> Sql:
    return Sql(sqlite_manifest(path), read_mapping("ssd"), None)


def sqlite_manifest(path: Path) -> Manifest:
    return Manifest(
        id=SourceId("social-care"),
        name="Social Care",
        agency=Agency.SOCIAL_CARE,
        kind="sql",
        endpoint=f"sqlite+aiosqlite:///{path}",
        contact="duty desk",
        coverage="everybody",
        search=(("nhs_number",), ("upn",), ("family_name", "birth_date"), ("given_name", "family_name", "birth_date")),
        categories=frozenset(Category),
        mapping="ssd",
    )
