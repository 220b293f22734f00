"""What the whole suite shares: the watch for leaks, a PostgreSQL server, a running partnership."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership

pytest_plugins = [
    "tests.fixtures.command_line",
    "tests.fixtures.leak_watch",
    "tests.fixtures.loopback",
    "tests.fixtures.postgres",
]

SHARED_DATA = Path(os.environ.get("HUB_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no worker is left with one of them when the others have ended."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real artefacts that others wrote; skips, saying so, where they are absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real artefacts are absent: no folder {SHARED_DATA.name} beside the project (HUB_SHARED_DATA)")
    return SHARED_DATA


@pytest.fixture(scope="session")
def partnership(tmp_path_factory: pytest.TempPathFactory, leaks: Leaks) -> Iterator[RunningPartnership]:
    """Four partner systems and a hub as separate processes, shared by the functional tests."""
    state = tmp_path_factory.mktemp("partnership")
    with RunningPartnership(state, leaks.hear) as running:
        running.start_hub()
        yield running
