from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from running_vault import RunningVault

from hub.db.secrets import SecretStore
from hub.db.store import Store, open_store
from hub.db.upgrade import upgrade
from hub.keys import FileKeyProvider, FileKeys, KeyProvider, Transit, VaultKeyProvider


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the hub's tables, on each engine."""
    here = f"sqlite:///{tmp_path}/hub.db"
    url = here if request.param == "sqlite" else str(request.getfixturevalue("fresh_database"))
    upgrade(url)
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
def keys(tmp_path: Path) -> FileKeys:
    return FileKeys.create(tmp_path / "keys.json")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[RunningVault]:
    with RunningVault(tmp_path) as running:
        yield running


@pytest.fixture
async def transit(vault: RunningVault) -> AsyncIterator[VaultKeyProvider]:
    provider = VaultKeyProvider(Transit(vault.url, vault.token_file))
    yield provider
    await provider.close()


@pytest.fixture(params=["file", "vault"])
def provider(request: pytest.FixtureRequest) -> KeyProvider:
    """Each provider of keys."""
    if request.param == "file":
        return FileKeyProvider(request.getfixturevalue("keys"))
    return request.getfixturevalue("transit")


@pytest.fixture
def secrets(store: Store, provider: KeyProvider) -> SecretStore:
    return SecretStore(store, provider)
