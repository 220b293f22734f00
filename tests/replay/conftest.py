from pathlib import Path

import pytest

from hub.db.upgrade import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with its tables, on each engine."""
    at = f"sqlite:///{tmp_path}/hub.db" if request.param == "sqlite" else request.getfixturevalue("fresh_database")
    upgrade(at)
    return at


@pytest.fixture
def local(tmp_path: Path) -> str:
    """A store with its tables, on SQLite: for what is said and not how it is kept."""
    at = f"sqlite:///{tmp_path}/hub.db"
    upgrade(at)
    return at
