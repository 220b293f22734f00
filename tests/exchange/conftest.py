from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hub_door import Hub, hub_door

from hub.db.bells import open_bell
from hub.db.exchange import ExchangeStore
from hub.db.store import Store, open_store
from hub.db.upgrade import upgrade
from hub.keys import FileKeys
from tests.fixtures.loopback import Serve


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the hub's tables, on each engine."""
    where = f"sqlite:///{tmp_path}/hub.db" if request.param == "sqlite" else request.getfixturevalue("fresh_database")
    upgrade(where)
    return where


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def line(url: str, store: Store, keys: FileKeys) -> AsyncIterator[ExchangeStore]:
    async with open_bell(url) as bell:
        yield ExchangeStore(store, keys, bell)


@pytest.fixture
async def hub(line: ExchangeStore, store: Store, keys: FileKeys, tmp_path: Path, serve: Serve) -> AsyncIterator[Hub]:
    async with hub_door(line, store, keys, tmp_path, serve) as running:
        yield running
