"""Whatever is changed in the log's tables is found, and the first entry that it makes bad is named.

HUB_TAMPERINGS says how many tamperings, over both engines; HUB_TAMPERINGS_SEED begins another run of them.
"""

import base64
import os
from pathlib import Path
from random import Random

import pytest
from checked_log import CheckedLog
from rewriting import rewrite_from
from stored_tables import StoredTables
from tampering import Tampered, Tamperer

from hub.audit.checking.findings import Checked
from hub.audit.leaves import sqlite_path

TAMPERINGS = int(os.environ.get("HUB_TAMPERINGS", "100"))
SEED = int(os.environ.get("HUB_TAMPERINGS_SEED", "20261122"))


def is_named(done: Tampered, checked: Checked) -> bool:
    if not checked.findings:
        return False
    first = checked.findings[0]
    return first.index == done.index if done.exactly else first.index <= done.index <= first.until


def test_an_untouched_log_has_nothing_wrong_with_it(checked: CheckedLog) -> None:
    told = checked.check()
    assert (told.found, told.findings, told.first_bad) == (0, (), None)
    assert told.entries > 256
    assert told.destroyed > 0
    assert told.cosignatures == 3
    assert [gap.since for gap in told.gaps] == [256]
    assert told.unfinished == ()


@pytest.mark.timeout(30 + TAMPERINGS)
def test_every_random_tampering_is_found_and_the_first_bad_entry_is_named(
    checked: CheckedLog, kept_tables: StoredTables
) -> None:
    tamperer = Tamperer(kept_tables, checked.keys, Random(f"{SEED} {checked.url[:6]}"))
    missed = []
    for _ in range(TAMPERINGS // 2):
        done = tamperer.tamper()
        told = checked.check()
        if not is_named(done, told):
            missed.append((done, told.findings[:2]))
        kept_tables.put_back()
    assert missed == []
    assert checked.check().found == 0, "what was put back is whole"


def test_a_tail_made_anew_with_the_real_keys_is_found_by_what_a_witness_cosigned_and_by_nothing_else(
    checked: CheckedLog, tables: StoredTables
) -> None:
    _, before, after = (one.checkpoint.size for one in checked.elsewhere)
    rewrite_from(tables, checked.keys, after - 2, Random(1))
    assert checked.check(elsewhere=()).found == 0, "the attacker has every key"
    told = checked.check()
    assert (told.findings[0].index, told.findings[0].until) == (before, after - 1)
    assert "not those that were witnessed" in told.findings[0].what


def test_who_breaks_every_signature_does_not_keep_the_entries_from_being_read(
    checked: CheckedLog, tables: StoredTables
) -> None:
    for key, row in tables.rows["audit_checkpoints"].items():
        signed, _, last = row["note"][:-1].rpartition(" ")
        *raw, end = base64.b64decode(last)
        tables.change(
            "audit_checkpoints", key, {"note": f"{signed} {base64.b64encode(bytes((*raw, end ^ 1))).decode()}\n"}
        )
    tables.change("audit_leaves", (40,), {"principal": "somebody else"})
    told = checked.check(elsewhere=(), witnesses=())
    signatures, entry = (one.what for one in told.findings)
    assert signatures.startswith("No checkpoint bears a signature that holds. Contents open with the hub's keys")
    assert entry == "Entry 40: its column principal does not say what its content says."
    assert not any("What the entries say:" in one for one in told.left)


def test_a_backup_put_back_is_found_by_what_a_witness_cosigned(lone: CheckedLog) -> None:
    size = lone.check().entries
    [newest] = [one for one in lone.elsewhere if one.checkpoint.size == size]
    longer = newest._replace(checkpoint=newest.checkpoint._replace(size=size + 10))
    told = lone.check(elsewhere=(longer,))
    assert (told.first_bad, told.findings[0].until) == (size, size + 9)


def test_a_database_that_lost_a_page_is_a_finding_and_no_crash(lone: CheckedLog, tmp_path: Path) -> None:
    StoredTables(lone.url, tmp_path).close()  # all of it is in the one file then
    file = Path(sqlite_path(lone.url))
    whole = file.read_bytes()
    try:
        random = Random(SEED)
        for _ in range(20):
            page = random.randrange(1, len(whole) // 4096) * 4096
            file.write_bytes(whole[:page] + random.randbytes(4096) + whole[page + 4096 :])
            assert lone.check().found > 0
    finally:
        file.write_bytes(whole)
    assert lone.check().found == 0
