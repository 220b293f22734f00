"""Checking one registered manifest against the partner's own system, from inside the hub."""

from collections.abc import Callable

import msgspec

from hub.conformance.checking import Manner, check_source, no_envelope
from hub.conformance.report import encoded
from hub.conformance.run import Build
from hub.conformance.sides import Envelope
from hub.connectors.manifest import Manifest
from hub.domain.conformance import Checked
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Registration


def nothing_signed(_source: SourceId) -> Envelope:
    """For a hub that signs nothing."""
    return no_envelope


class Kit:
    """``Conformance`` by live calls with the manifest's own test people."""

    def __init__(self, build: Build, envelopes: Callable[[SourceId], Envelope] = nothing_signed) -> None:
        """``envelopes`` gives what signs the calls to one source."""
        self._build, self._envelopes = build, envelopes

    async def check(self, registration: Registration) -> Checked:
        """Try everything that the manifest declares. It takes a minute at most, and a call more."""
        manifest = msgspec.json.decode(registration.manifest, type=Manifest)
        called = not manifest.pulled
        manner = Manner(made="in the hub", called=called, envelope=self._envelopes(registration.source))
        report = await check_source(manifest, self._build, manner)
        return Checked(report.passed, encoded(report))
