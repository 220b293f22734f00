"""Entries hidden without any key: among destroyed ones, or behind a view; and rows of a kind that no hub writes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from checked_log import ORIGIN, CheckedLog
from stored_tables import StoredTables

from hub.audit.leaves import conninfo
from hub.audit.log import AuditLog
from hub.audit.proofs import Proofs
from hub.audit.shredding import Shredder
from hub.audit.witnessed import WitnessedLog
from hub.domain.acts import Action
from hub.errors import BadInput, ConfigurationError, Conflict, Unavailable
from hub.witnessing.remote import RemoteWitness
from hub.witnessing.watching import Patience, Witnessing
from tests.audit.audit_samples import act, disclosure, question

BLANK = {"leaf": b"", "principal": "", "subject": None, "purpose": None, "enquiry": None, "sources": ""}


def hide(tables: StoredTables, index: int) -> None:
    """Let an entry pass as one of those whose content was destroyed."""
    leaves = tables.rows["audit_leaves"]
    dead = next(row["key"] for row in leaves.values() if row["request_id"].startswith("destroyed:"))
    tables.change("audit_leaves", (index,), {**BLANK, "key": dead, "request_id": f"destroyed:ff{index}"})
    for subject, found in tables.rows["audit_also"]:
        if found == index:
            tables.delete("audit_also", (subject, found))
    tables.run("DELETE FROM audit_keys WHERE id NOT IN (SELECT key FROM audit_leaves)")
    tables._changed.add("audit_keys")


def test_an_entry_that_was_hidden_among_destroyed_ones_is_named(checked: CheckedLog, tables: StoredTables) -> None:
    hide(tables, 40)
    [finding] = checked.check().findings
    assert (finding.index, finding.until) == (40, 40)
    assert "no act of destroying was about it" in finding.what


def test_several_that_were_hidden_lie_in_the_range_that_is_named(checked: CheckedLog, tables: StoredTables) -> None:
    hide(tables, 40)
    hide(tables, 44)
    [finding] = checked.check().findings
    assert finding.index <= 40
    assert finding.until >= 44
    assert "2 were hidden" in finding.what


async def test_a_key_does_not_go_together_with_an_entry_that_was_put_under_it(
    checked: CheckedLog, tables: StoredTables
) -> None:
    """Who knows which key goes next could put what is to be hidden under it, and wait."""
    row = next(row for row in tables.rows["audit_leaves"].values() if row["subject"] is not None)
    other = next(
        (index, one)
        for (index,), one in tables.rows["audit_leaves"].items()
        if one["subject"] is not None and one["key"] != row["key"]
    )
    tables.change("audit_leaves", (other[0],), {"key": row["key"], "subject": row["subject"]})
    with pytest.raises(Conflict, match=f"Entry {other[0]} was altered"):
        await Shredder(checked.url, checked.keys).named([row["key"]])


@pytest.mark.parametrize(
    ("sqlite", "postgres"),
    [
        (
            "CREATE TRIGGER t AFTER INSERT ON audit_also BEGIN DELETE FROM audit_also WHERE idx = NEW.idx; END",
            "CREATE RULE t AS ON INSERT TO audit_also DO INSTEAD NOTHING",
        ),
        (
            "ALTER TABLE audit_also RENAME TO also_real; CREATE VIEW audit_also AS SELECT * FROM also_real",
            "ALTER TABLE audit_also RENAME TO also_real; CREATE VIEW audit_also AS SELECT * FROM also_real",
        ),
        ("DROP INDEX audit_leaves_at", "ALTER TABLE audit_also ENABLE ROW LEVEL SECURITY"),
    ],
)
def test_tables_that_no_hub_made_are_said_to_be(
    checked: CheckedLog, tables: StoredTables, sqlite: str, postgres: str
) -> None:
    with altered(checked, tables, sqlite if tables.is_sqlite else postgres):
        [finding, *_] = checked.check().findings
        assert "no hub makes" in finding.what or "is missing" in finding.what or "and no table" in finding.what


@contextmanager
def altered(checked: CheckedLog, tables: StoredTables, statements: str) -> Iterator[None]:
    """The tables themselves are changed, and put back."""
    for statement in statements.split("; ") if "BEGIN" not in statements else [statements]:
        tables.run(statement)
    try:
        yield
    finally:
        if not tables.is_sqlite:  # there its whole file is put back
            put_back(checked.url, statements)


def put_back(url: str, statements: str) -> None:
    undo = ["DROP RULE IF EXISTS t ON audit_also", "ALTER TABLE audit_also DISABLE ROW LEVEL SECURITY"]
    if "VIEW" in statements:
        undo = ["DROP VIEW audit_also", "ALTER TABLE also_real RENAME TO audit_also"]
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in undo:
            connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_also VALUES ('x', 'abc')",
        "INSERT INTO audit_nodes VALUES (1, 'abc', x'00')",
        "UPDATE audit_leaves SET hash = 'abc' WHERE idx = 40",
        "UPDATE audit_leaves SET request_id = x'00' WHERE idx = (SELECT min(idx) FROM audit_leaves WHERE leaf = x'')",
        "UPDATE audit_checkpoints SET note = x'00ff' WHERE size = (SELECT max(size) FROM audit_checkpoints)",
        "UPDATE audit_checkpoints SET at = x'00ff' WHERE size = (SELECT min(size) FROM audit_checkpoints)",
        "UPDATE audit_cosignatures SET size = 'abc' WHERE size = (SELECT max(size) FROM audit_cosignatures)",
        "UPDATE audit_cosignatures SET line = x'00ff'",
        "UPDATE audit_origins SET since = 'abc'",
        "UPDATE audit_origins SET record = x'00ff' WHERE number = 2",
    ],
)
def test_a_row_of_a_kind_that_no_hub_writes_is_a_finding_and_no_crash(
    lone: CheckedLog, tmp_path: Path, statement: str
) -> None:
    tables = StoredTables(lone.url, tmp_path)
    try:
        tables.run(statement)
        assert lone.check().found > 0
    finally:
        tables.put_back()
        tables.close()


@pytest.mark.parametrize(("column", "told"), [("size", "abc"), ("size", 1.5), ("at", "abc"), ("line", b"\x00")])
async def test_a_cosignature_of_a_kind_that_no_hub_writes_refuses_the_start_in_words(
    lone: CheckedLog, tmp_path: Path, column: str, told: object
) -> None:
    tables = StoredTables(lone.url, tmp_path)
    watch = Witnessing(
        [RemoteWitness("witness", "http://127.0.0.1:9", lone.vkey.render())],
        WitnessedLog(lone.url),
        lone.keys,
        origin=ORIGIN,
        patience=Patience(push=1, alarm=600, seal=1200),
    )
    proofs = Proofs(lone.url, lone.keys)
    try:
        newest = "size = (SELECT max(size) FROM audit_cosignatures)"
        tables.run(f"UPDATE audit_cosignatures SET {column} = ? WHERE {newest}", (told,))  # noqa: S608 - our own names
        with pytest.raises(ConfigurationError, match="cosignature's row in the audit log was altered"):
            await watch.compare()
        if column != "at":
            with pytest.raises(Unavailable, match="hub audit fsck"):
                await proofs.checkpoint()
    finally:
        proofs.close()
        await watch.stop()
        tables.put_back()
        tables.close()


async def test_retention_month_after_month_leaves_a_read_over_the_months_end_whole(url: str, tmp_path: Path) -> None:
    log, moments = CheckedLog(url, tmp_path / "kept"), [datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)]

    def clock() -> datetime:
        moments.append(moments[-1] + timedelta(seconds=1))
        return moments[-2]

    audit = await AuditLog.open(log.url, log.keys, origin=ORIGIN, clock=clock, patience=30)
    asked = question("q1")
    async with audit.recording(asked, "policy-1") as entry:
        entry.settle(disclosure(asked))
    moments.append(datetime(2026, 4, 1, tzinfo=UTC))
    ids = []
    for number, month in enumerate(("2026-01", "2026-02")):
        rows = await asyncio.to_thread(log.all, f"SELECT key FROM audit_leaves WHERE substr(at, 1, 7) = '{month}'")  # noqa: S608
        shredder, doomed = Shredder(log.url, log.keys), [key for (key,) in rows]
        named = tuple(one.reason for one in await shredder.named(doomed))
        await audit.record(act(f"shred-{number}", action=Action.SHRED_AUDIT, reference=None, reasons=named))
        await shredder.destroy(doomed)
        assert (await asyncio.to_thread(log.check)).findings == ()
        ids.append({one for (one,) in log.all("SELECT request_id FROM audit_leaves WHERE idx < 2")})
    await audit.close()
    assert ids[0] == {"q1"}, "while the other half is there, they belong together"
    [gone] = ids[1]
    assert gone.startswith("destroyed:")


def test_a_proof_against_a_size_from_before_a_gap_is_refused_in_words(lone: CheckedLog) -> None:
    proofs = Proofs(lone.url, lone.keys)
    before = lone.elsewhere[0].checkpoint.size
    with pytest.raises(BadInput, match="from before a gap"):
        asyncio.run(proofs.bundle([3], before))
    proofs.close()
