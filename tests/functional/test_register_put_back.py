"""The register's number put back, as from a backup: running workers still see what changes from then on."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import PATIENT, RunningPartnership, answer_of

SUSPEND = 'mutation { suspendSource(id: "probation", reason: "A test") { state } }'


@pytest.fixture
def running(tmp_path: Path, leaks: Leaks) -> Iterator[RunningPartnership]:
    with RunningPartnership(tmp_path, leaks.hear) as partnership:
        partnership.start_hub(settings=PATIENT)
        yield partnership


def test_a_source_suspended_after_that_is_suspended(running: RunningPartnership):
    assert answer_of(running.view(), "probation")["state"] == "KNOWN"
    with sqlite3.connect(running.state / "hub.db") as store:
        store.execute("UPDATE register_revision SET revision = 0")
    running.caller("connector_admin").ask(SUSPEND, {})
    assert answer_of(running.view(), "probation")["state"] == "UNAVAILABLE"
