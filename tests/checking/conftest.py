"""Logs to check, one for each engine."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from checked_log import CheckedLog, with_everything
from proving_hub import ProvingHub, proving_hub
from stored_tables import StoredTables

from hub.keys import FileKeys

_DATABASE = "hub_checked"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def checked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedLog]:
    """A log with something of everything. Whoever changes it puts it back."""
    folder = tmp_path_factory.mktemp("checked")
    if request.param == "sqlite":
        yield asyncio.run(with_everything(f"sqlite:///{folder}/audit.db", folder))
        return
    at = request.getfixturevalue("postgres_url")
    with psycopg.connect(at, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {_DATABASE}")
        yield asyncio.run(with_everything(at.replace("/postgres?", f"/{_DATABASE}?"), folder))
        connection.execute(f"DROP DATABASE {_DATABASE} WITH (FORCE)")


@pytest.fixture(scope="module")
def kept_tables(checked: CheckedLog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoredTables]:
    tables = StoredTables(checked.url, tmp_path_factory.mktemp("pristine"))
    yield tables
    tables.close()


@pytest.fixture
def tables(kept_tables: StoredTables) -> Iterator[StoredTables]:
    """The log's tables, to be changed; as they were again afterwards."""
    yield kept_tables
    kept_tables.put_back()


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory) -> CheckedLog:
    """A log on SQLite alone, for what does not touch how a log is kept. Nobody changes it."""
    folder: Path = tmp_path_factory.mktemp("lone")
    return asyncio.run(with_everything(f"sqlite:///{folder}/audit.db", folder))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a log may be, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/audit.db"
    return str(request.getfixturevalue("fresh_database"))


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture
async def hub(url: str, keys: FileKeys) -> AsyncIterator[ProvingHub]:
    """A hub on each engine."""
    async with proving_hub(url, keys) as running:
        yield running


@pytest.fixture
async def one_hub(tmp_path: Path, keys: FileKeys) -> AsyncIterator[ProvingHub]:
    """A hub on SQLite alone."""
    async with proving_hub(f"sqlite:///{tmp_path}/audit.db", keys) as running:
        yield running
