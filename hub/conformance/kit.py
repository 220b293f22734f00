"""Checking one registered manifest against the partner's own system, from inside the hub."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from hub.conformance.checking import Manner, check_source
from hub.conformance.report import encoded
from hub.conformance.run import Build
from hub.connectors.envelopes import RequestType
from hub.connectors.manifest import Manifest
from hub.domain.categories import Category
from hub.domain.conformance import Checked
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Origin, Registration

Sign = Callable[[SourceId, RequestType, frozenset[Category]], str]  # the envelope of one call of a test


class Kit:
    """``Conformance`` by live calls with the manifest's own test people."""

    def __init__(self, builds: Mapping[Origin, Build], sign: Sign) -> None:
        """``builds`` make connectors with the secrets that a registration of that origin may use.

        ``sign`` makes the envelope that a call to a partner carries.
        """
        self._builds, self._sign = builds, sign

    async def check(self, registration: Registration) -> Checked:
        """Try everything that the manifest declares. It takes a minute at most, and a call more."""
        manifest = msgspec.json.decode(registration.manifest, type=Manifest)
        envelope = partial(self._sign, registration.source)
        manner = Manner(made="in the hub", called=not manifest.pulled, envelope=envelope)
        report = await check_source(manifest, self._builds[registration.origin], manner)
        return Checked(report.passed, encoded(report))
