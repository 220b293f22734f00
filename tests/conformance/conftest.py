"""Checking a source as the partner's desk does, with a system that a test serves or a process of the demo."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from conforming_school import TOKEN, School, manifest

from hub.conformance.checking import Manner, check_source
from hub.conformance.report import Report
from hub.connectors.credentials import Credentials
from hub.connectors.manifest import Manifest
from hub.opening import connector_of
from tests.fixtures.leaks import Leaks
from tests.fixtures.loopback import Serve
from tests.fixtures.partnership import RunningPartnership

AtTheDesk = Callable[..., Awaitable[Report]]


@pytest.fixture
def at_the_desk(tmp_path: Path) -> AtTheDesk:
    """Check a manifest with the secrets of a folder."""

    async def check(checked: Manifest, secrets: Path = tmp_path, **manner: object) -> Report:
        build = partial(connector_of, credentials=Credentials(None, secrets))
        return await check_source(checked, build, Manner(made="at the partner's desk", called=True, **manner))

    return check


@pytest.fixture
def school(serve: Serve, at_the_desk: AtTheDesk, tmp_path: Path) -> AtTheDesk:
    """Check a school that does one thing wrong; ``changes`` are made to its manifest."""

    async def check(wrong: str = "", *changes: tuple[str, str], **manner: object) -> Report:
        (tmp_path / "school").write_text(TOKEN)
        return await at_the_desk(manifest(await serve(School(wrong).app()), *changes), **manner)

    return check


@pytest.fixture(scope="session")
def partners(tmp_path_factory: pytest.TempPathFactory, leaks: Leaks) -> Iterator[RunningPartnership]:
    """The demo's partner systems as separate processes."""
    with RunningPartnership(tmp_path_factory.mktemp("conforming"), leaks.hear) as running:
        yield running


@pytest.fixture(scope="session")
def hub(partners: RunningPartnership) -> str:
    """The address of a hub that knows them."""
    return partners.start_hub()
