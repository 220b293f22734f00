"""A store on each engine, the hub's keys, and a clock that moves when told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from partner_hub import Hub, opened

from hub.db.store import Store, open_store
from hub.db.upgrade import upgrade
from hub.keys import FileKeys


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with tables, on each engine."""
    made = f"sqlite:///{tmp_path}/hub.db"
    if request.param == "postgresql":
        made = request.getfixturevalue("fresh_database")
    upgrade(made)
    return made


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def hub(tmp_path: Path, store: Store, keys: FileKeys, clock: Clock) -> AsyncIterator[Hub]:
    """The partner door of a hub, on each engine."""
    async with opened(tmp_path, store, keys, clock) as running:
        yield running
