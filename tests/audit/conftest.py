from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.keys import FileKeys


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a log may be, on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/audit.db"
    return request.getfixturevalue("fresh_database")


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture
async def log(url: str, keys: FileKeys) -> AsyncIterator[AuditLog]:
    opened = await AuditLog.open(url, keys, patience=10)
    yield opened
    await opened.close()


@pytest.fixture
def stored(url: str, keys: FileKeys) -> StoredLeaves:
    """The log's database, seen from another connection."""
    return StoredLeaves(url, keys)
