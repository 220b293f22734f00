from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.db.store import open_store
from hub.db.upgrade import upgrade
from hub.policy.policies import Policies, shipped_policies
from tests.onboarding.joining import Joining, joining


@pytest.fixture(scope="session")
def policies() -> Policies:
    return Policies.load(shipped_policies(), None, ())


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/hub.db" if request.param == "sqlite" else request.getfixturevalue("fresh_database")
    upgrade(url)
    return url


@pytest.fixture
async def hub(store_url: str, tmp_path: Path, policies: Policies) -> AsyncIterator[Joining]:
    store = open_store(store_url)
    async with joining(tmp_path, store, policies) as one:
        yield one
    await store.close()
