"""The simulated partnership's people, made once."""

import pytest

from hub.demo.population import Population, populate


@pytest.fixture(scope="session")
def population() -> Population:
    return populate()
