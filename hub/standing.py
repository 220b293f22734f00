"""The hub's services over the register as it stands: rebuilt when the register's revision has moved.

Every question works to its end with the services it began with, and looks here once more before it settles
(``hub.disclosure``). What cannot be compared with the register is not used: a store that does not answer
refuses questions rather than answering them by what once stood.
"""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import msgspec
import structlog

from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.connector import Connector
from hub.connectors.credentials import Credentials
from hub.connectors.envelopes import Envelopes
from hub.connectors.guarded import GuardedSource
from hub.connectors.health import Tally
from hub.connectors.manifest import Manifest, Subscription
from hub.connectors.sources import Sources
from hub.connectors.unusable import Unusable
from hub.db.revision import revision
from hub.db.secrets import SecretVersion
from hub.db.store import Store
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Origin, Registration
from hub.errors import HubError
from hub.identity.matching.matcher import Matcher
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.policy.agreements import decoded
from hub.policy.kept import register_documents
from hub.revoked import Revocations
from hub.services import Services

_log = structlog.get_logger("hub.standing")
LEAVING_SECONDS = 30.0  # a question under way may still hold a connector that left the register

UNUSABLE_SECONDS = 15.0  # after which a source that could not be set up is tried again


class Build(Protocol):
    """Makes the connector of a source."""

    async def __call__(self, manifest: Manifest, *, credentials: Credentials = ...) -> Connector:
        """Raises ConfigurationError, SealBroken or Unavailable."""
        ...


class Making(NamedTuple):
    """How connectors are made, and with whose secrets: a partner's document opens no file of the operator's."""

    builds: Mapping[Origin, Build]
    credentials: Mapping[Origin, Credentials]
    envelopes: Envelopes
    tally: Tally


class _Built(NamedTuple):
    digest: str
    secrets: tuple[SecretVersion, ...]
    guarded: GuardedSource
    origin: Origin

    @property
    def usable(self) -> bool:
        """Whether it could be set up."""
        return not isinstance(self.guarded.connector, Unusable)


class Standing:
    """One for each worker. ``services`` gives what to work with now."""

    def __init__(self, ground: Services, store: Store, matcher: Matcher, making: Making) -> None:
        """``ground`` holds everything that does not change with the register."""
        self.ground = replace(ground, newest=self.services)
        self._store, self._matcher, self._making = store, matcher, making
        self._budget, self._revoked = RetryBudget(), Revocations(ground.audit)
        self._as_of, self._services = -1, self.ground
        self._again_at = math.inf
        self._built: dict[SourceId, _Built] = {}
        self._changing = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def services(self) -> Services:
        """The services over the newest register. Raises Unavailable, or SealBroken for an altered register."""
        newest = await revision(self._store)
        if newest == self._as_of and time.monotonic() < self._again_at:
            return self._services
        async with self._changing:
            # Other than, and not only newer: a register that was put back is another register.
            if newest != self._as_of or time.monotonic() >= self._again_at:
                # Noted as of before it was read: what changes meanwhile is read again next time.
                self._services = await self._over_the_register()
                self._as_of = newest
                usable = all(one.usable for one in self._built.values())
                self._again_at = math.inf if usable else time.monotonic() + UNUSABLE_SECONDS
                _log.info("register_read", revision=newest, sources=len(self._built))
        return self._services

    async def secret(self, source: SourceId, name: str) -> str:
        """A secret that a source's manifest names. Raises ConfigurationError, SealBroken or Unavailable."""
        built = self._built.get(source)
        return await self._making.credentials[built.origin if built else "registered"].secret(source, name)

    async def subscription(self, source: SourceId) -> Subscription | None:
        """Where a source wants its events sent, as the register stands."""
        return (await self.services()).sources.subscription(source)

    async def close(self) -> None:
        """Give back every connector's connections."""
        for task in self._leaving:
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        await asyncio.gather(*(one.guarded.connector.close() for one in self._built.values()))

    async def _over_the_register(self) -> Services:
        ground = self.ground
        await self._revoked.look()
        registered = self._revoked.registrations(await ground.register.standing())
        kept = await ground.secrets.versions()
        built = {
            one.source: await self._source(one, tuple(secret for secret in kept if secret.source == one.source))
            for one in registered
        }
        self._let_go(built)
        guarded = [one.guarded for one in built.values()]
        sources = Sources(guarded, ground.keys.mac, ground.now)
        records = self._revoked.agreements(await ground.agreements.standing())
        agreements = decoded(records)
        register, named = register_documents(ground.policies.texts, sources.all, records, agreements)
        await ground.archive.stand((*named, register))  # durable before a question is decided by it
        return replace(
            ground,
            policies=ground.policies.standing_with(sources.all, agreements, register.digest),
            sources=sources,
            people=People(sources, ground.links, ground.keys.mac, ground.now, ground.decisions, self._matcher),
            network=Network(AroundSources(guarded, ground.keys.mac), self._matcher),
            events=ground.events.over(sources.subscribed),
        )

    async def _source(self, registration: Registration, secrets: tuple[SecretVersion, ...]) -> _Built:
        """The source behind its limits: the same one as before where nothing of it changed."""
        manifest = msgspec.json.decode(registration.manifest, type=Manifest)
        manifest = msgspec.structs.replace(manifest, state=registration.state.value)
        known = self._built.get(registration.source)
        now = (registration.digest, secrets, registration.origin)
        same = known is not None and known.usable and (known.digest, known.secrets, known.origin) == now
        if known is not None and same and known.guarded.source.state == manifest.state:
            return known
        kept = known.guarded.connector if known is not None and same else None
        connector = kept or await self._connector(manifest, registration.origin)
        making = self._making
        guarded = GuardedSource(manifest, connector, self._budget, making.envelopes, making.tally)
        return _Built(registration.digest, secrets, guarded, registration.origin)

    async def _connector(self, manifest: Manifest, origin: Origin) -> Connector:
        try:
            return await self._making.builds[origin](manifest)
        except HubError as fault:  # one source that cannot be spoken to hurts no other
            _log.error("source_unusable", source=manifest.id, fault=type(fault).__name__)
            return Unusable()

    def _let_go(self, built: dict[SourceId, _Built]) -> None:
        """Take these, and close what left once nobody can still be using it."""
        kept = {id(one.guarded.connector) for one in built.values()}
        gone: Sequence[_Built] = [one for one in self._built.values() if id(one.guarded.connector) not in kept]
        self._built = built
        for one in gone:
            task = asyncio.create_task(_close_later(one.guarded.connector))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


async def _close_later(connector: Connector) -> None:
    try:
        await asyncio.sleep(LEAVING_SECONDS)
    finally:
        await connector.close()
