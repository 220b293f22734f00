from collections.abc import AsyncIterator, Iterator

import pytest
from ssd_partner import SocialCare

from hub.connectors.sql import Sql
from hub.demo.population import Population, populate


@pytest.fixture(scope="module")
def social_care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SocialCare]:
    with SocialCare(tmp_path_factory.mktemp("ssd")) as running:
        yield running


@pytest.fixture
async def connector(social_care: SocialCare) -> AsyncIterator[Sql]:
    connector = social_care.connector()
    yield connector
    social_care.behave("ok")
    await connector.close()


@pytest.fixture(scope="session")
def population() -> Population:
    return populate(2019)
