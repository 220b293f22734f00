"""Which logs a hub takes up, and which it refuses before it serves anybody."""

import pytest
from audit_samples import act
from stored_leaves import StoredLeaves

from hub.audit.log import AuditLog
from hub.errors import ConfigurationError
from hub.keys import FileKeys

BEFORE = "CREATE TABLE audit_leaves (idx bigint PRIMARY KEY, request_id text, leaf text, hash text)"


async def written(url: str, keys: FileKeys, leaves: int) -> None:
    log = await AuditLog.open(url, keys)
    for number in range(leaves):
        await log.record(act(f"r{number}"))
    await log.close()


async def test_a_log_begun_before_checkpoints_is_refused_in_words_and_left_as_it_is(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    with stored.connection() as connection:
        connection.execute(BEFORE)
        connection.execute("INSERT INTO audit_leaves VALUES (0, 'old', 'leaf', 'hash')")
    with pytest.raises(ConfigurationError, match=r"begun before it had checkpoints.* name a new one"):
        await AuditLog.open(url, keys)
    with stored.connection() as connection:
        assert connection.execute("SELECT request_id FROM audit_leaves").fetchall() == [("old",)]


TAIL = 259
ALTERED = {
    "the newest leaf was taken away": "DELETE FROM audit_leaves WHERE idx = 259",
    "the newest hash was altered": "UPDATE audit_leaves SET hash = {blob} WHERE idx = 259",
    "an older hash was altered": "UPDATE audit_leaves SET hash = {blob} WHERE idx = 3",
    "the newest content was altered": "UPDATE audit_leaves SET leaf = {blob} WHERE idx = 259",
    "an older content was altered": "UPDATE audit_leaves SET leaf = {blob} WHERE idx = 2",
    "the newest checkpoint was taken away": (
        "DELETE FROM audit_checkpoints WHERE size = (SELECT max(size) FROM audit_checkpoints)"
    ),
    "the newest checkpoint was altered": "UPDATE audit_checkpoints SET note = 'nothing of the kind'",
    "a node was altered": "UPDATE audit_nodes SET hash = {blob} WHERE place = 0",
    "a node was taken away": "DELETE FROM audit_nodes WHERE place = 0",
}


@pytest.mark.parametrize("altered", ALTERED)
async def test_a_log_whose_tail_was_altered_is_refused_and_the_next_step_named(
    url: str, keys: FileKeys, stored: StoredLeaves, altered: str
) -> None:
    log = await AuditLog.open(url, keys)
    for number in range(TAIL + 1):  # more than one tile
        await log.record(act(f"r{number}"))
    await log.close()
    blob = f"x'{'00' * 32}'" if stored.is_sqlite else f"'\\x{'00' * 32}'::bytea"
    with stored.connection() as connection:
        connection.execute(ALTERED[altered].format(blob=blob))
    with pytest.raises(ConfigurationError, match="hub audit fsck"):
        await AuditLog.open(url, keys)


async def test_a_content_that_was_destroyed_on_purpose_keeps_nobody_from_starting(
    url: str, keys: FileKeys, stored: StoredLeaves
) -> None:
    await written(url, keys, 3)
    with stored.connection() as connection:
        connection.execute("DELETE FROM audit_keys")
    log = await AuditLog.open(url, keys)
    assert log.size == 3
    assert await log.record(act("next")) == 3
    await log.close()
