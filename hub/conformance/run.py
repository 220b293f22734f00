"""One run of the checks over one manifest: what was asked already, what was seen, and the time that is left."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Protocol

import msgspec

from hub.conformance.between import Between, between
from hub.conformance.people import Tester, searches, testers, who_fit
from hub.conformance.sides import CALL_SECONDS, Attempt, Envelope, Side
from hub.connectors.connector import Connector
from hub.connectors.credentials import Credentials
from hub.connectors.manifest import Authentication, Manifest
from hub.domain.answers import Fetched
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import SourceId
from hub.domain.people import Found
from hub.domain.searching import Probe, SearchKey

LEAST_SECONDS = 0.1  # with less a call would only look like the system's failure
MOST_READ = 12  # test people whose records are read


class Build(Protocol):
    """Makes the connector of a manifest: with this side's own secrets, or with the credentials that are given."""

    async def __call__(self, manifest: Manifest, *, credentials: Credentials = ...) -> Connector:
        """Raises ConfigurationError."""
        ...


class TimeUsedUp(Exception):
    """The time for this run is over: what is left could not be tried."""


class Whole(msgspec.Struct, frozen=True):
    """A search and a read that went through the stand-in: the calls that each took, and the largest reply's bytes."""

    found: Attempt[tuple[Found, ...]] | None
    read: Attempt[Fetched | None] | None
    search_calls: int
    read_calls: int
    largest: int


class WrongCredentials(Credentials):
    """A secret that is nobody's, made anew for each look."""

    def __init__(self) -> None:
        super().__init__(None, Path())

    async def secret(self, source: SourceId, name: str) -> str:  # noqa: ARG002 - whatever is asked for
        """Something random."""
        return token_urlsafe(24)


class Run:
    """What the checks of one run share. Each question is asked once, however many checks look at its answer."""

    def __init__(self, manifest: Manifest, build: Build, envelope: Envelope, *, called: bool, seconds: float) -> None:
        """``called``: the connector calls the system itself, and is not asked through somebody who claims."""
        self.manifest, self.called = manifest, called
        self.people = testers(manifest)
        self.states: dict[AnswerState, str] = {}  # seen so far, with how
        self._build, self._envelope, self._deadline = build, envelope, Deadline.after(seconds)
        self._kept = AsyncExitStack()
        self._own: Side | None = None
        self._stand_in: tuple[Between, Side] | None = None
        self._whole: Whole | None = None
        self._found: dict[tuple[tuple[SearchKey, str], ...], Attempt[tuple[Found, ...]]] = {}
        self._fetched: dict[int, Attempt[Fetched | None]] = {}

    @property
    def own(self) -> Side:
        """The connector of the manifest as it stands."""
        if self._own is None:
            raise TimeUsedUp
        return self._own

    def expecting(self, *words: str) -> tuple[Tester, ...]:
        """Test people of whom the manifest expects one of these."""
        return tuple(one for one in self.people if one.person.expect in words)

    @property
    def held(self) -> tuple[Tester, ...]:
        """Test people of whom the system is to hold a record."""
        return self.expecting("known", "restricted")[:MOST_READ]

    def seconds(self, most: float = CALL_SECONDS) -> float:
        """What one more call may take. Raises TimeUsedUp."""
        left = self._deadline.remaining()
        if left <= LEAST_SECONDS:
            raise TimeUsedUp
        return min(most, left)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Make the connector. Raises ConfigurationError."""
        async with self._kept:
            self._own = await self._kept.enter_async_context(self.side(self.manifest))
            yield

    @asynccontextmanager
    async def side(self, manifest: Manifest, credentials: Credentials | None = None) -> AsyncIterator[Side]:
        """Another connector, of a manifest changed for a check. Raises ConfigurationError."""
        connector = await (
            self._build(manifest) if credentials is None else self._build(manifest, credentials=credentials)
        )
        try:
            yield Side(manifest, connector, self._envelope)
        finally:
            await connector.close()

    async def stand_in(self) -> tuple[Between, Side]:
        """A stand-in for the system on loopback, and a connector that takes it for the system."""
        if self._stand_in is None:
            token, limit = self.manifest.authentication.token_path, self.manifest.limits.max_bytes
            made = await self._kept.enter_async_context(between(self.manifest.endpoint, limit, spared=token))
            turned = msgspec.structs.replace(self.manifest, endpoint=made.endpoint)
            self._stand_in = made, await self._kept.enter_async_context(self.side(turned))
        return self._stand_in

    async def whole(self) -> "Whole":
        """A search and the fullest record read through the stand-in, unspoilt, once: what they take."""
        if self._whole is None:
            stand_in, side = await self.stand_in()
            stand_in.spoiling(None)
            probe, person = self.first_probe, max(self.read, key=lambda one: len(one.records), default=None)
            found = None if probe is None else await side.find(probe, self.seconds())
            searched = stand_in.now.calls
            attempt = None
            if person is not None:
                attempt = await side.fetch(person.local_id, self.manifest.categories, self.seconds())
            self._whole = Whole(found, attempt, searched, stand_in.now.calls - searched, stand_in.now.largest)
        return self._whole

    def without_credential(self) -> Manifest:
        """The manifest with no way to sign in."""
        return msgspec.structs.replace(self.manifest, authentication=Authentication())

    async def find(self, probe: Probe) -> Attempt[tuple[Found, ...]]:
        """A search of the manifest's own connector, made once."""
        key = tuple(sorted((key, str(value)) for key, value in probe.values.items()))
        if key not in self._found:
            self._found[key] = attempt = await self.own.find(probe, self.seconds())
            self.noted(attempt, "a search")
        return self._found[key]

    @property
    def first_probe(self) -> Probe | None:
        """The narrowest search of the first test person who has values for one, somebody known before others."""
        people = (*self.expecting("known"), *self.people)
        return next((probe for one in people for probe in searches(one, self.manifest.search)), None)

    async def recognised(self, tester: Tester) -> Found | None:
        """Whom the system knows as this test person: the only one who fits their narrowest searches."""
        for probe in list(searches(tester, self.manifest.search))[:2]:
            fitting = who_fit(tester, (await self.find(probe)).value or ())
            if len(fitting) == 1:
                return fitting[0]
        return None

    async def anybody(self) -> Found | None:
        """The first known test person whom the system knows."""
        for tester in self.expecting("known"):
            found = await self.recognised(tester)
            if found is not None:
                return found
        return None

    async def record(self, tester: Tester) -> Attempt[Fetched | None] | None:
        """The test person's record, of every category that the manifest serves; None where they are not recognised."""
        if tester.number not in self._fetched:
            found = await self.recognised(tester)
            if found is None:
                return None
            attempt = await self.own.fetch(found.local_id, self.manifest.categories, self.seconds())
            self.noted(attempt, "a read of a test person's record")
            self._fetched[tester.number] = attempt
        return self._fetched[tester.number]

    @property
    def read(self) -> tuple[Fetched, ...]:
        """Records that were read so far."""
        return tuple(attempt.value for attempt in self._fetched.values() if attempt.value)

    async def records(self) -> tuple[tuple[Tester, Fetched], ...]:
        """What could be read of the test people whom the system holds."""
        read = [(one, await self.record(one)) for one in self.held]
        return tuple((one, attempt.value) for one, attempt in read if attempt is not None and attempt.value)

    def noted(self, attempt: Attempt[object], asked: str) -> None:
        """Keep which state an attempt ended in."""
        if attempt.state is not None:
            self.states.setdefault(attempt.state, f"{asked}: it {attempt.said}")
