from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from reporting_hub import ReportingHub, reporting_hub

from hub.keys import FileKeys


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
async def hub(url: str, keys: FileKeys) -> AsyncIterator[ReportingHub]:
    """A hub on each engine."""
    async with reporting_hub(url, keys) as running:
        yield running


@pytest.fixture
async def one_hub(tmp_path: Path, keys: FileKeys) -> AsyncIterator[ReportingHub]:
    """A hub on SQLite alone, for what does not touch how the log is kept."""
    async with reporting_hub(f"sqlite:///{tmp_path}/audit.db", keys) as running:
        yield running
