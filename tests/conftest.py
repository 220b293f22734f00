"""What the whole suite shares: a PostgreSQL server, a running partnership, and the watch for leaks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.leak_watch import LeakWatch
from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import RunningPartnership

pytest_plugins = ["tests.fixtures.loopback", "tests.fixtures.postgres"]

SHARED_DATA = Path(os.environ.get("HUB_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


WATCH = pytest.StashKey[LeakWatch]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WATCH] = LeakWatch()
    config.pluginmanager.register(config.stash[WATCH], "leak-watch")


@pytest.fixture(scope="session", autouse=True)
def leaks(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Leaks:
    """The suite's watch for personal values, which also reads the logs of every process that a test starts."""
    watch = pytestconfig.stash[WATCH].leaks
    watch.watch_folder(tmp_path_factory.getbasetemp())
    return watch


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
