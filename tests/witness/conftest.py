from collections.abc import Iterator
from pathlib import Path

import pytest
from running_witness import RunningWitness, ServedWitness
from witnessed_hub import Place, trusted

from hub.keys import FileKeys


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[RunningWitness]:
    with RunningWitness(tmp_path / "witness") as running:
        yield running


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[RunningWitness]:
    """A witness beside a hub's log, in this process."""
    with ServedWitness(tmp_path / "witness") as served:
        yield served


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
def place(url: str, keys: FileKeys, beside: RunningWitness) -> Place:
    """A log that the witness follows."""
    trusted(beside, keys)
    return Place(url, keys)
