from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

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


@pytest.fixture(scope="module")
def database_of_the_module(postgres_url: str) -> Iterator[str]:
    """A database that the tests of one module only read, once it is filled."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE hub_review")
        yield postgres_url.replace("/postgres?", "/hub_review?")
        connection.execute("DROP DATABASE hub_review WITH (FORCE)")
