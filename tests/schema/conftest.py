"""A caller at an open door, for each test anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from door_caller import Caller
from partnership_stand_in import standing


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Caller]:
    async with standing(tmp_path) as one:
        yield one
