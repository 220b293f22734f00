"""Rows of the register put back as they once stood: the log says what was stopped since, and wins."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.leaks import Leaks
from tests.fixtures.partnership import PATIENT, RunningPartnership, answer_of

SUSPEND = 'mutation { suspendSource(id: "probation", reason: "A test") { state } }'
RESUME = 'mutation { resumeSource(id: "probation", reason: "A test") { state } }'
REVOKE = 'mutation ($id: ID!, $v: Int!) { revokeAgreement(id: $id, version: $v, reason: "A test") { id } }'
AGREEMENTS = "{ agreements { name version source } }"
TABLES = "registrations", "registration_changes", "agreements"


@pytest.fixture
def running(tmp_path: Path, leaks: Leaks) -> Iterator[RunningPartnership]:
    with RunningPartnership(tmp_path, leaks.hear) as partnership:
        partnership.start_hub(settings=PATIENT)
        yield partnership


class PutBack:
    """Rows as they stood at one moment, which whoever may write the database can bring back."""

    def __init__(self, running: RunningPartnership) -> None:
        self._file = running.state / "hub.db"
        with sqlite3.connect(self._file) as store:
            self._kept = {table: store.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608

    def back(self) -> None:
        with sqlite3.connect(self._file) as store:
            for table, rows in self._kept.items():
                store.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
                store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
            store.execute("UPDATE register_revision SET revision = revision + 1")


def test_a_suspended_source_whose_rows_were_put_back_stays_suspended(running: RunningPartnership) -> None:
    before = PutBack(running)
    running.caller("connector_admin").ask(SUSPEND, {})
    before.back()
    assert answer_of(running.view(), "probation")["state"] == "UNAVAILABLE"
    assert answer_of(running.view(), "health")["state"] == "KNOWN"


def test_a_source_that_goes_on_by_somebodys_word_is_asked_again(running: RunningPartnership) -> None:
    running.caller("connector_admin").ask(SUSPEND, {})
    running.caller("connector_admin").ask(RESUME, {})
    PutBack(running).back()
    assert answer_of(running.view(), "probation")["state"] == "KNOWN"


def test_a_revoked_agreement_whose_rows_were_put_back_gives_nothing(running: RunningPartnership) -> None:
    before = PutBack(running)
    lead = running.caller("ig_lead")
    [agreement] = [one for one in lead.ask(AGREEMENTS, {})["agreements"] if one["source"] == "probation"]
    lead.ask(REVOKE, {"id": agreement["name"], "v": agreement["version"]})
    before.back()
    answer = answer_of(running.view(), "probation")
    assert answer["state"] in {"NOT_ASKED", "WITHHELD"}
    assert not answer.get("records")
