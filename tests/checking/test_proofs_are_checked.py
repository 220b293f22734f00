"""A proof is checked against the signed root before it is given out, whatever the database says or is held of it."""

import asyncio
import threading
from pathlib import Path

import pytest
from checked_log import CheckedLog
from stored_tables import StoredTables

from hub.audit.leaves import SignedSize
from hub.audit.merkle import HASH_BYTES, WIDTH, verify_consistency, verify_inclusion
from hub.audit.notes import Checkpoint, parse_checkpoint, parse_note
from hub.audit.proofs import Proofs
from hub.audit.tiles import StoredTree
from hub.errors import NotFound, Unavailable

_ENTRY, _NEAR, _FAR = 41, 40, 290  # the second in the tile of the first, the third in another one


def root_of(checkpoint: str) -> Checkpoint:
    return parse_checkpoint(parse_note(checkpoint).text)


def changed(tables: StoredTables, table: str, key: tuple[int, ...], value: bytes | None = None) -> None:
    """A hash is another one, or what it was."""
    was = tables.rows[table][key]["hash"]
    tables.change(table, key, {"hash": bytes(32) if value is None else was})


@pytest.mark.parametrize(("table", "key"), [("audit_leaves", (_NEAR,)), ("audit_nodes", (1, 0))])
async def test_no_proof_is_given_out_that_does_not_lead_to_the_signed_root(
    checked: CheckedLog, tables: StoredTables, table: str, key: tuple[int, ...]
) -> None:
    proofs = Proofs(checked.url, checked.keys)
    asked = _ENTRY if table == "audit_leaves" else _FAR
    try:
        changed(tables, table, key)
        with pytest.raises(Unavailable, match="hub audit fsck"):
            await proofs.bundle([asked])
        changed(tables, table, key, b"as it was")
        bundle = await proofs.bundle([asked])  # nothing that was altered is held
        told, (entry,) = root_of(bundle.checkpoint), bundle.entries
        verify_inclusion(asked, told.size, entry.hash, entry.path, told.root)
    finally:
        proofs.close()


async def test_that_the_log_continues_an_older_checkpoint_is_checked_too(
    checked: CheckedLog, tables: StoredTables
) -> None:
    proofs = Proofs(checked.url, checked.keys)
    newest = root_of((await proofs.bundle([_ENTRY])).checkpoint)
    older = max(
        size
        for (size,), row in tables.rows["audit_checkpoints"].items()
        if size < newest.size and root_of(row["note"]).origin == newest.origin
    )
    try:
        bundle = await proofs.bundle([_ENTRY], older)
        before = root_of(bundle.consistency.checkpoint)
        verify_consistency(older, newest.size, before.root, newest.root, bundle.consistency.path)
        proofs.close()
        changed(tables, "audit_leaves", (older - 1,))
        proofs = Proofs(checked.url, checked.keys)
        with pytest.raises(Unavailable, match="hub audit fsck"):
            await proofs.bundle([], older)
    finally:
        proofs.close()


@pytest.mark.parametrize(
    ("table", "key", "asked", "value"),
    [
        ("audit_leaves", (3,), (0, 0, WIDTH), bytes(HASH_BYTES)),
        ("audit_leaves", (3,), (0, 0, WIDTH), b"\x00"),
        ("audit_leaves", (3,), (0, 0, 5), bytes(HASH_BYTES)),
        ("audit_leaves", (_FAR,), (0, 1, 5), bytes(HASH_BYTES)),
        ("audit_nodes", (1, 0), (1, 0, 1), bytes(HASH_BYTES)),
        ("audit_nodes", (1, 0), (0, 0, WIDTH), b"\x00"),
    ],
    ids=["full", "short", "part", "last", "above", "short-above"],
)
async def test_no_tile_is_given_out_that_does_not_lead_to_the_signed_root(
    checked: CheckedLog,
    tables: StoredTables,
    table: str,
    key: tuple[int, ...],
    asked: tuple[int, int, int],
    value: bytes,
) -> None:
    proofs = Proofs(checked.url, checked.keys)
    was = tables.rows[table][key]["hash"]
    try:
        before = await proofs.tile(*asked)
        assert len(before or b"") == HASH_BYTES * asked[-1]
        tables.change(table, key, {"hash": value})
        with pytest.raises(Unavailable, match="hub audit fsck"):
            await proofs.tile(*asked)
        tables.change(table, key, {"hash": was})
        assert await proofs.tile(*asked) == before
    finally:
        proofs.close()


async def test_a_hash_that_is_a_text_is_said_to_be_altered(lone: CheckedLog, tmp_path: Path) -> None:
    tables, proofs = StoredTables(lone.url, tmp_path), Proofs(lone.url, lone.keys)
    try:
        tables.run("UPDATE audit_leaves SET hash = CAST('none' AS TEXT) WHERE idx = 3")
        for asked in (proofs.bundle((3,)), proofs.bundle((4,)), proofs.tile(0, 0, 5)):
            with pytest.raises(Unavailable, match="hub audit fsck"):
                await asked
    finally:
        proofs.close()
        tables.put_back()
        tables.close()


async def test_what_is_asked_of_proofs_while_they_close_and_later_is_unavailable(
    lone: CheckedLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    proofs, newest = Proofs(lone.url, lone.keys), StoredTree.newest
    begun, go_on = threading.Event(), threading.Event()

    def slowly(tree: StoredTree) -> SignedSize | None:
        begun.set()
        go_on.wait(60)
        return newest(tree)

    monkeypatch.setattr(StoredTree, "newest", slowly)
    reading, queued = (asyncio.ensure_future(proofs.tile(0, 0, 1)) for _ in range(2))
    await asyncio.to_thread(begun.wait, 60)
    closing = asyncio.ensure_future(asyncio.to_thread(proofs.close))
    go_on.set()
    await closing
    assert len(await reading or b"") == HASH_BYTES
    monkeypatch.undo()
    for asked in (queued, proofs.tile(0, 0, 1), proofs.checkpoint(), proofs.bundle((1,))):
        with pytest.raises(Unavailable):
            await asked


async def test_a_checkpoint_that_is_not_there_is_said_not_to_be_without_an_entry_too(lone: CheckedLog) -> None:
    proofs = Proofs(lone.url, lone.keys)
    with pytest.raises(NotFound, match="no checkpoint"):
        await proofs.bundle((), 10**9)
    proofs.close()
