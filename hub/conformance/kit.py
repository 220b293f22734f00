"""Checking one registered manifest against the partner's own system."""

from collections.abc import Awaitable, Callable

from hub.connectors.connector import Connector
from hub.connectors.manifest import Manifest
from hub.domain.conformance import Checked
from hub.domain.registrations import Registration
from hub.errors import Unavailable

Build = Callable[[Manifest], Awaitable[Connector]]  # raises ConfigurationError


class Kit:
    """``Conformance`` by live calls with the manifest's own test people."""

    def __init__(self, build: Build) -> None:
        self._build = build

    async def check(self, registration: Registration) -> Checked:
        """Try everything that the manifest declares."""
        raise Unavailable("The conformance kit is not built yet.")
