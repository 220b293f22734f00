"""Keys are rotated, and all is wrapped and sealed again, while two workers go on reading and writing."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from running_vault import RunningVault

from hub.db.links import LinkStore
from hub.db.rewrapping import Rewrapping
from hub.db.sealed_rows import SealedRows
from hub.db.secrets import SecretStore
from hub.db.store import open_store
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from hub.keys import FileKeyProvider, FileKeys, KeyProvider, KeyProviders, Transit, VaultKeyProvider, rotate_keys

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
SOURCES = ("school", "clinic", "police")
ROTATIONS = 4


class Worker(NamedTuple):
    """What one process of the hub holds; two of them share a database, a key file and an engine."""

    secrets: SecretStore
    links: LinkStore
    rewrapping: Rewrapping


@asynccontextmanager
async def worker(url: str, path: Path, wrapping: str, vault: RunningVault) -> AsyncIterator[Worker]:
    store, keys = open_store(url), FileKeys.read(path)
    transit = VaultKeyProvider(Transit(vault.url, vault.token_file))
    provider: KeyProvider = KeyProviders(wrapping, {"file": FileKeyProvider(keys), "vault": transit})
    secrets = SecretStore(store, provider)
    rewrapping = Rewrapping(secrets, SealedRows(store, keys), rest=0.02)
    rewrapping.start()
    yield Worker(secrets, LinkStore(store, keys), rewrapping)
    await rewrapping.stop()
    await provider.close()
    await store.close()


async def ask_for_ever(one: Worker, asked: list[bool], link: Callable[[int], LinkedPerson]) -> None:
    """Read every secret and link, and now and then write one, as questions and partners do."""
    for turn in itertools.count():
        source = SOURCES[turn % len(SOURCES)]
        asked.append((await one.secrets.get(source, "token") or "").startswith(f"secret of {source}"))
        asked.append(len(await one.links.for_subject(f"subject-{turn % 40}")) == 1)
        if turn % 10 == 0:
            await one.links.put(f"subject-{turn % 40}", link(turn), "match", "user-1", AT)
        if turn % 50 == 0:
            await one.secrets.put(source, "token", f"secret of {source} {turn}", "user-1", AT)
        await asyncio.sleep(0)


def link(number: int) -> LinkedPerson:
    return LinkedPerson(SourceId("school"), LocalId(f"local-{number}"), b"fingerprint")


async def until(told: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await told():  # noqa: ASYNC110  the count stands in a database
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("wrapping", ["file", "vault"])
async def test_no_read_fails_while_keys_are_rotated(
    url: str, keys: FileKeys, tmp_path: Path, vault: RunningVault, wrapping: str
) -> None:
    path, asked = tmp_path / "keys.json", list[bool]()
    async with worker(url, path, wrapping, vault) as one, worker(url, path, wrapping, vault) as other:
        for source in SOURCES:
            await one.secrets.put(source, "token", f"secret of {source}", "user-1", AT)
        for number in range(40):
            await one.links.put(f"subject-{number}", link(number), "match", "user-1", AT)
        async with asyncio.TaskGroup() as asking:  # a refusal anywhere ends the test
            askers = [asking.create_task(ask_for_ever(of, asked, link)) for of in (one, other)]
            for _ in range(ROTATIONS):
                before = len(asked)
                await asyncio.to_thread(rotate_keys, path, "sealing")
                await asyncio.to_thread(vault.rotate)

                async def nothing_old(since: int = before) -> bool:
                    return len(asked) > since + 100 and await one.secrets.old_count() == 0

                await until(nothing_old)
            for asker in askers:
                asker.cancel()
        assert all(asked)
        assert len({version.key_id for version in await one.secrets.versions()}) == 1
        await one.rewrapping.stop()
    async with worker(url, path, wrapping, vault) as last:  # what was still written with a key just gone by
        await until_none_is_old(last.rewrapping)


async def until_none_is_old(rewrapping: Rewrapping) -> None:
    async def none_is_old() -> bool:
        return len(rewrapping.old) > 1 and not any(rewrapping.old.values())

    await until(none_is_old)
