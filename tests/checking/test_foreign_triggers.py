"""Triggers on the log's tables: whenever they fire and whatever they do, the check names each."""

from collections.abc import Iterator

import pytest
from checked_log import CheckedLog
from stored_tables import StoredTables

_POSTGRES_TABLES = (
    "audit_leaves",
    "audit_also",
    "audit_keys",
    "audit_nodes",
    "audit_checkpoints",
    "audit_cosignatures",
    "audit_origins",
    "audit_writers",
)
_WHEN = ("AFTER INSERT", "BEFORE INSERT", "AFTER DELETE", "AFTER UPDATE")
_DOES_NOTHING = "CREATE OR REPLACE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


@pytest.fixture
def watched(checked: CheckedLog, tables: StoredTables) -> Iterator[set[str]]:
    """A trigger on each table, and their names; gone again afterwards."""
    named = {f"t_{number}_{name}": name for number, name in enumerate(_POSTGRES_TABLES)}
    if not tables.is_sqlite:
        tables.run(_DOES_NOTHING)
    for number, (trigger, table) in enumerate(named.items()):
        does = "BEGIN SELECT 1; END" if tables.is_sqlite else "FOR EACH ROW EXECUTE FUNCTION nothing()"
        tables.run(f"CREATE TRIGGER {trigger} {_WHEN[number % len(_WHEN)]} ON {table} {does}")
    yield set(named)
    for trigger, table in named.items():
        tables.run(f"DROP TRIGGER {trigger}" if tables.is_sqlite else f"DROP TRIGGER {trigger} ON {table}")


def test_every_trigger_is_named(checked: CheckedLog, watched: set[str]) -> None:
    found = checked.check()
    assert {name for name in watched if any(name in one.what for one in found.findings)} == watched
    assert found.found == len(watched)


def test_a_foreign_key_by_which_the_database_would_take_entries_away_is_found(
    checked: CheckedLog, tables: StoredTables
) -> None:
    if tables.is_sqlite:
        pytest.skip("SQLite adds no foreign key to a table that is there")
    tables.run("CREATE TABLE elsewhere AS SELECT id FROM audit_keys")
    tables.run("ALTER TABLE elsewhere ADD PRIMARY KEY (id)")
    tables.run("ALTER TABLE audit_keys ADD FOREIGN KEY (id) REFERENCES elsewhere ON DELETE CASCADE")
    try:
        [finding] = checked.check().findings
        assert "audit_keys has the trigger RI_ConstraintTrigger" in finding.what
    finally:
        tables.run("DROP TABLE elsewhere CASCADE")


def test_the_log_has_none_of_its_own(checked: CheckedLog) -> None:
    assert checked.check().found == 0
