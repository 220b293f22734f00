"""Without the log's key nobody has the hub sign over what it did not write; what is acknowledged is stored."""

import asyncio
import base64
import shutil
from pathlib import Path

import pytest
from audit_samples import act
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.audit.merkle import Frontier
from hub.audit.notes import Checkpoint, Kind, VerifierKey, parse_checkpoint, parse_note, signed
from hub.errors import AuditUnavailable, ConfigurationError
from hub.keys import FileKeys, rotate_keys

DROPPING = """
CREATE FUNCTION dropping() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER dropping BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION dropping()
"""


def forge(stored: StoredLeaves, keys: FileKeys | None = None, origin: str | None = None) -> None:
    """Give the newest leaf no content and another hash, and the newest checkpoint a root over it.

    The signature is kept as it is, or is by other keys, or in another name.
    """
    blank = ("x''", f"x'{'ab' * 32}'") if stored.is_sqlite else ("''::bytea", f"'\\x{'ab' * 32}'::bytea")
    with stored.connection() as connection:
        connection.execute(
            f"UPDATE audit_leaves SET leaf = {blank[0]}, hash = {blank[1]}, key = 'gone'"  # noqa: S608 - our own words
            " WHERE idx = (SELECT max(idx) FROM audit_leaves)"
        )
        tree = Frontier()
        tree.append(bytes(one) for (one,) in connection.execute("SELECT hash FROM audit_leaves ORDER BY idx"))
        (size, text) = connection.execute("SELECT size, note FROM audit_checkpoints ORDER BY size DESC").fetchone()
        note = parse_note(text)
        body = Checkpoint(origin or parse_checkpoint(note.text).origin, size, tree.root()).body()
        forged = note._replace(text=body)
        if keys is not None:
            key, name = keys.log_key(), body.split("\n")[0]
            forged = signed(body, VerifierKey(name, Kind.LOG, key.public), key.sign(body.encode()))
        connection.execute(f"UPDATE audit_checkpoints SET note = '{forged.render()}' WHERE size = {size}")  # noqa: S608


async def write(url: str, keys: FileKeys, *names: str) -> None:
    log = await AuditLog.open(url, keys, patience=10)
    for name in names:
        await log.record(act(name))
    await log.close()


async def test_a_forged_tail_is_refused_at_the_next_start(url: str, keys: FileKeys, stored: StoredLeaves) -> None:
    await write(url, keys, "a", "b")
    forge(stored)
    with pytest.raises(ConfigurationError, match=r"not signed by the log's key.*hub audit fsck"):
        await AuditLog.open(url, keys)


async def test_a_tail_signed_under_another_name_is_refused(url: str, keys: FileKeys, stored: StoredLeaves) -> None:
    await write(url, keys, "a", "b")
    forge(stored, keys, "another-log")
    with pytest.raises(ConfigurationError, match="not signed by the log's key"):
        await AuditLog.open(url, keys)


async def test_after_a_rotation_the_new_file_opens_the_log_and_the_old_one_gets_words_of_its_own(
    url: str, keys: FileKeys, tmp_path: Path
) -> None:
    await write(url, keys, "a")
    old = FileKeys.read(shutil.copy(tmp_path / "keys.json", tmp_path / "old.json"))
    rotate_keys(tmp_path / "keys.json", "log")
    await write(url, FileKeys.read(tmp_path / "keys.json"), "b")
    with pytest.raises(ConfigurationError, match=r"older than the log.*present key file"):
        await AuditLog.open(url, old)
    await write(url, FileKeys.read(tmp_path / "keys.json"), "c")


async def test_a_living_hub_does_not_sign_over_what_somebody_else_put_into_the_log(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    log = await AuditLog.open(url, keys, patience=10)
    await log.record(act("a"))
    await log.record(act("b"))
    with stored.connection() as connection:  # the newest leaf once more, and a checkpoint that nobody signed
        writer = "" if stored.is_sqlite else "writer, "
        connection.execute(
            f"INSERT INTO audit_leaves (idx, {writer}at, request_id, stage, kind, principal, outcome, sources, key,"  # noqa: S608
            f" leaf, hash) SELECT 2, {writer}at, 'forged', stage, kind, principal, outcome, sources, key, leaf, hash"
            " FROM audit_leaves WHERE idx = 1"
        )
        tree = Frontier()
        tree.append(bytes(one) for (one,) in connection.execute("SELECT hash FROM audit_leaves ORDER BY idx"))
        connection.execute(
            f"INSERT INTO audit_checkpoints (size, {writer}at, note, former)"  # noqa: S608
            f" SELECT 3, {writer}at, replace(note, '{lines(stored)}', '{root(tree)}'), 2"
            " FROM audit_checkpoints WHERE size = 2"
        )
    with pytest.raises(AuditUnavailable):
        await log.record(act("c"))
    assert "not signed by the log's key" in str(log.sealed)
    assert len(stored.checkpoints()) == 3
    await log.close()


async def test_a_colleague_goes_on_through_a_rotation_of_the_file_that_both_read(
    fresh_database: str, keys: FileKeys, tmp_path: Path
) -> None:
    first = await AuditLog.open(fresh_database, keys, patience=10)
    await first.record(act("a"))
    rotate_keys(tmp_path / "keys.json", "log")
    second = await AuditLog.open(fresh_database, FileKeys.read(tmp_path / "keys.json"), patience=10)
    await second.record(act("b"))
    assert await first.record(act("c")) == 2
    assert await second.record(act("d")) == 3
    await first.close()
    await second.close()


@pytest.mark.parametrize("table", ["audit_leaves", "audit_also", "audit_keys", "audit_checkpoints"])
async def test_what_a_trigger_keeps_from_being_stored_is_not_acknowledged(
    url: str, keys: FileKeys, stored: StoredLeaves, table: str
) -> None:
    log = await AuditLog.open(url, keys, patience=10)
    with stored.connection() as connection:
        ignoring = f"CREATE TRIGGER dropping BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"
        connection.execute(ignoring if stored.is_sqlite else DROPPING.format(table=table))
    answers = await asyncio.gather(*(log.record(act(name)) for name in "abc"), return_exceptions=True)
    assert [type(one) for one in answers] == [AuditUnavailable] * 3
    assert "did not store what it was given" in str(log.sealed)
    assert stored.checkpoints() == []
    await log.close()


async def test_a_symlink_leads_to_the_same_lock(tmp_path: Path, keys: FileKeys) -> None:
    log = await AuditLog.open(f"sqlite:///{tmp_path}/a.db", keys, patience=10)
    (tmp_path / "b.db").symlink_to(tmp_path / "a.db")
    with pytest.raises(ConfigurationError, match="Another process"):
        await AuditLog.open(f"sqlite:///{tmp_path}/b.db", keys)
    await log.close()


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_writer_whose_lock_file_is_gone_seals_before_it_writes_anything(
    tmp_path: Path, keys: FileKeys, *, replaced: bool
) -> None:
    log = await AuditLog.open(f"sqlite:///{tmp_path}/a.db", keys, patience=10)
    await log.record(act("a"))
    (tmp_path / "a.db.lock").unlink()
    if replaced:
        (tmp_path / "a.db.lock").touch()
    with pytest.raises(AuditUnavailable):
        await log.record(act("b"))
    assert "lock file" in str(log.sealed)
    assert len(StoredLeaves(f"sqlite:///{tmp_path}/a.db", keys).leaves()) == 1
    await log.close()


def lines(stored: StoredLeaves) -> str:
    """The size and root of the newest checkpoint, as its text has them."""
    told = parse_checkpoint(parse_note(stored.checkpoints()[-1][2]).text)
    return f"\n{told.size}\n{base64.b64encode(told.root).decode()}\n"


def root(tree: Frontier) -> str:
    return f"\n{tree.size}\n{base64.b64encode(tree.root()).decode()}\n"
