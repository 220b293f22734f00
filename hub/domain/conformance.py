"""Conformance: what came of testing one version of one source, as the register keeps it."""

from datetime import datetime
from typing import Protocol

import msgspec

from hub.domain.identifiers import SourceId
from hub.domain.registrations import Registration


class Checked(msgspec.Struct, frozen=True):
    """What a check of a source came to. ``report`` is the whole of it as JSON; nothing in it is anybody's record."""

    passed: bool
    report: bytes


class ConformanceResult(msgspec.Struct, frozen=True, kw_only=True):
    """One test of one version. ``signature`` is the hub's, over a ``Testimony`` about the report."""

    id: str
    source: SourceId
    version: int
    digest: str  # of the manifest that was tested
    passed: bool
    by: str  # the principal's id
    at: datetime
    report: bytes
    signature: str  # compact JWS


class Testimony(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub signs: this manifest was tested then, with this outcome and this report."""

    __test__ = False  # not a test of pytest's

    source: SourceId
    version: int
    digest: str
    passed: bool
    at: str  # RFC 3339
    report_digest: str


class Conformance(Protocol):
    """Tests a registered manifest at the partner's own system, with the people that the manifest gives for it."""

    async def check(self, registration: Registration) -> Checked:
        """Try everything that the manifest declares. What a partner does wrong is in the report, never raised."""
        ...
