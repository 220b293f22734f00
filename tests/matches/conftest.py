"""A hub at work in which one source waits for a person to say who is whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from deciding import CARE, CLINIC, MISSPELT, RHYS, Hub, prepare, standing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare(tmp_path)
    return tmp_path


@pytest.fixture
async def hub(folder: Path) -> AsyncIterator[Hub]:
    """The clinic is sure of whom is asked about; social care knows a boy whose name is written otherwise."""
    async with standing(folder) as hub:
        hub.tell(CLINIC, "c-1", RHYS)
        hub.tell(CARE, "s-1", MISSPELT)
        yield hub
