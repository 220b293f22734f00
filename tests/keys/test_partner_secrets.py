"""Partners' secrets in the store: write-only to people, bound to their row, alarmed when a row was touched."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs

from hub.connectors.credentials import Credentials
from hub.db.partner_tables import partner_secrets
from hub.db.secrets import SecretStore
from hub.db.store import Store
from hub.domain.identifiers import SourceId
from hub.errors import BadInput, ConfigurationError
from hub.keys import FileKeyProvider, FileKeys, KeyProviders, SealBroken, VaultKeyProvider, rotate_keys

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
SECRET = "CANARY-partner-secret"
ALARM = {"event": "secret_moved_or_altered", "log_level": "critical"}


async def rows(store: Store) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in await store.select(select(partner_secrets))]


async def alter(store: Store, source: str, **changes: object) -> None:
    async with store.writing() as connection:
        await connection.execute(update(partner_secrets).where(partner_secrets.c.source == source).values(changes))


async def test_the_newest_version_is_used_and_none_is_shown(secrets: SecretStore, store: Store) -> None:
    assert await secrets.get("school", "token") is None
    assert [await secrets.put("school", "token", f"{SECRET}-{n}", "user-1", AT) for n in (1, 2)] == [1, 2]
    assert await secrets.put("school", "password", SECRET, "user-1", AT) == 1
    assert await secrets.get("school", "token") == f"{SECRET}-2"
    shown = await secrets.versions()
    assert [(one.source, one.field, one.version, one.created_by, one.created_at) for one in shown] == [
        ("school", "password", 1, "user-1", AT),
        ("school", "token", 1, "user-1", AT),
        ("school", "token", 2, "user-1", AT),
    ]
    assert SECRET not in repr(shown) + repr(await rows(store))
    assert len({row["wrapped"] for row in await rows(store)}) == 3


async def test_a_removed_source_has_no_secret_left(secrets: SecretStore) -> None:
    await secrets.put("school", "token", SECRET, "user-1", AT)
    await secrets.put("clinic", "token", SECRET, "user-1", AT)
    await secrets.remove("school")
    assert await secrets.get("school", "token") is None
    assert await secrets.get("clinic", "token") == SECRET


@pytest.mark.parametrize("value", ["", " \n", "x" * (64 * 1024 + 1)])
async def test_what_cannot_be_a_secret_is_refused_without_repeating_it(secrets: SecretStore, value: str) -> None:
    with pytest.raises(BadInput) as refused:
        await secrets.put("school", "token", value, "user-1", AT)
    assert "xxx" not in str(refused.value)


async def test_a_secret_set_by_several_at_once_gets_a_version_each(secrets: SecretStore) -> None:
    put = [secrets.put("school", "token", f"{SECRET}-{n}", "user-1", AT) for n in range(4)]
    assert sorted(await asyncio.gather(*put)) == [1, 2, 3, 4]


@pytest.mark.parametrize("moved", [("sealed",), ("wrapped", "key_id"), ("sealed", "wrapped", "key_id")])
async def test_what_was_moved_between_two_sources_is_refused_and_alarmed(
    secrets: SecretStore, store: Store, moved: tuple[str, ...]
) -> None:
    await secrets.put("school", "token", SECRET, "user-1", AT)
    await secrets.put("clinic", "token", f"{SECRET}-of-the-clinic", "user-1", AT)
    (school,) = [row for row in await rows(store) if row["source"] == "school"]
    await alter(store, "clinic", **{name: school[name] for name in moved})
    with capture_logs() as events, pytest.raises(SealBroken) as refused:
        await secrets.get("clinic", "token")
    assert events == [{**ALARM, "source": "clinic", "field": "token"}]
    assert SECRET not in str(refused.value)
    assert await secrets.get("school", "token") == SECRET


async def test_a_row_under_another_field_or_version_is_refused_and_alarmed(secrets: SecretStore, store: Store) -> None:
    await secrets.put("school", "token", SECRET, "user-1", AT)
    (row,) = await rows(store)
    for change in ({"field": "password"}, {"version": 2}):
        async with store.writing() as connection:
            await connection.execute(insert(partner_secrets).values({**row, **change}))
        with capture_logs() as events, pytest.raises(SealBroken):
            await secrets.get("school", str({**row, **change}["field"]))
        assert [event["event"] for event in events] == ["secret_moved_or_altered"]


@pytest.mark.parametrize("column", ["sealed", "wrapped"])
async def test_an_altered_byte_is_refused_alarmed_and_never_wrapped_anew(
    secrets: SecretStore, store: Store, column: str
) -> None:
    await secrets.put("school", "token", SECRET, "user-1", AT)
    (row,) = await rows(store)
    raw = bytes(row[column])
    for altered in (raw[:-3] + bytes([raw[-3] ^ 3]) + raw[-2:], raw[:9], b""):
        await alter(store, "school", **{column: altered})
        with capture_logs() as events, pytest.raises(SealBroken):
            await secrets.get("school", "token")
        assert events == [{**ALARM, "source": "school", "field": "token"}]


async def test_a_key_id_that_was_altered_does_not_falsify_the_count_unseen(secrets: SecretStore, store: Store) -> None:
    await secrets.put("school", "token", SECRET, "user-1", AT)
    (row,) = await rows(store)
    await alter(store, "school", key_id=str(row["key_id"]) + "0")
    assert await secrets.old_count() == 1
    with capture_logs() as events:
        assert await secrets.rewrap(10) == 0
    assert events == [{**ALARM, "source": "school", "field": "token"}]


async def test_a_row_that_does_not_open_holds_up_no_other(
    store: Store, keys: FileKeys, transit: VaultKeyProvider
) -> None:
    both = {"file": FileKeyProvider(keys), "vault": transit}
    before = SecretStore(store, KeyProviders("file", both))
    for source in ("a", "b", "c", "d"):
        await before.put(source, "token", SECRET, "user-1", AT)
    await alter(store, "a", wrapped=b"gone")
    sealed = {row["source"]: row["sealed"] for row in await rows(store)}
    after = SecretStore(store, KeyProviders("vault", both))
    assert await after.old_count() == 4
    assert [await after.rewrap(2) for _ in range(3)] == [2, 1, 0]
    assert await after.old_count() == 1
    assert {row["source"]: row["sealed"] for row in await rows(store)} == sealed
    assert [await after.get(source, "token") for source in "bcd"] == [SECRET] * 3


async def test_two_workers_wrap_each_data_key_once(store: Store, keys: FileKeys, tmp_path: Path) -> None:
    one = SecretStore(store, FileKeyProvider(keys))
    other = SecretStore(store, FileKeyProvider(FileKeys.read(tmp_path / "keys.json")))
    for source in ("a", "b", "c"):
        await one.put(source, "token", SECRET, "user-1", AT)
    rotate_keys(tmp_path / "keys.json", "sealing")
    assert await one.old_count() == await other.old_count() == 3
    assert sum(await asyncio.gather(one.rewrap(10), other.rewrap(10))) == 3
    assert await one.old_count() == await one.rewrap(10) == 0


async def test_a_secret_set_in_the_hub_comes_before_a_file_of_its_name(secrets: SecretStore, tmp_path: Path) -> None:
    (tmp_path / "school.token").write_text("from the folder\n")
    credentials, school = Credentials(secrets, tmp_path), SourceId("school")
    assert await credentials.secret(school, "school.token") == "from the folder"
    await secrets.put("school", "school.token", SECRET, "user-1", AT)
    assert await credentials.secret(school, "school.token") == SECRET
    with pytest.raises(ConfigurationError, match="Set it"):
        await credentials.secret(SourceId("clinic"), "clinic.token")
    for path in ("../school.token", ".school.token", "/etc/passwd"):
        with pytest.raises(ConfigurationError, match="plain name"):
            await credentials.secret(school, path)
