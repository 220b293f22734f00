"""A proof is checked against the signed root before it is given out, whatever the database says or is held of it."""

import pytest
from checked_log import CheckedLog
from stored_tables import StoredTables

from hub.audit.merkle import verify_consistency, verify_inclusion
from hub.audit.notes import Checkpoint, parse_checkpoint, parse_note
from hub.audit.proofs import Proofs
from hub.errors import Unavailable

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
        with pytest.raises(Unavailable, match="hub audit fsck"):
            await proofs.bundle([], older)
    finally:
        proofs.close()
