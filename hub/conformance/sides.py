"""One connector, asked as the hub asks it; every call ends in time and in words, whatever the partner does."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import msgspec

from hub.connectors.breaker import RetryBudget
from hub.connectors.connector import AdultsConnector, Connector
from hub.connectors.envelopes import RequestType
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.holding import reasons_of
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.searching import CannotSearch, Probe, TooManyFound
from hub.outbound import carrying

CALL_SECONDS = 5.0
_NEVER_OPENS = 100  # failures that are provoked must not close the source to the next check
Read = TypeVar("Read")
Told_co = TypeVar("Told_co", covariant=True)
Envelope = Callable[[RequestType, frozenset[Category]], str | None]


class Attempt(msgspec.Struct, Generic[Told_co], frozen=True):
    """What became of one call. ``said`` completes "it ..." in plain words, without a value of any reply."""

    seconds: float
    said: str
    answered: bool = False
    value: Told_co | None = None
    state: AnswerState | None = None  # of a call that gave no usable answer
    refused: type[Exception] | None = None  # CannotSearch or TooManyFound


class Side:
    """One connector of a manifest, or of a manifest changed for a check."""

    def __init__(self, manifest: Manifest, connector: Connector, envelope: Envelope) -> None:
        self.manifest, self._connector, self._envelope = manifest, connector, envelope
        limits = msgspec.structs.replace(manifest.limits, breaker_failures=_NEVER_OPENS)
        asked = msgspec.structs.replace(manifest, state="LIVE", limits=limits)
        self._guarded = GuardedSource(asked, connector, RetryBudget())

    async def find(self, probe: Probe, seconds: float = CALL_SECONDS) -> Attempt[tuple[Found, ...]]:
        """One search."""
        deadline = Deadline.after(seconds)
        return await self._tried(lambda: self._connector.find(probe, deadline), deadline, "find", frozenset())

    async def find_adults(self, probe: Probe, seconds: float = CALL_SECONDS) -> Attempt[tuple[Found, ...]]:
        """One search for an adult around a child."""
        deadline, connector = Deadline.after(seconds), self._connector
        if not isinstance(connector, AdultsConnector):
            return Attempt(0.0, "cannot be searched for adults", refused=CannotSearch)
        return await self._tried(lambda: connector.find_adults(probe, deadline), deadline, "find", frozenset())

    async def fetch(
        self, local_id: LocalId, categories: frozenset[Category], seconds: float = CALL_SECONDS
    ) -> Attempt[Fetched | None]:
        """One read, on behalf of nobody: a record that is open to some people alone stays closed."""
        deadline, person = Deadline.after(seconds), LinkedPerson(self.manifest.id, local_id, b"")
        return await self._tried(
            lambda: self._connector.fetch(person, categories, deadline), deadline, "fetch", categories
        )

    async def cut_short(self, probe: Probe, seconds: float) -> float:
        """Stop waiting for a search after so long; how many seconds later the connector let go."""
        began = time.perf_counter()
        with contextlib.suppress(TimeoutError, SourceFailed, TooManyFound):
            async with asyncio.timeout(seconds):
                with carrying(self._envelope("find", frozenset())):
                    await self._connector.find(probe, Deadline.after(seconds))
        return max(0.0, time.perf_counter() - began - seconds)

    async def _tried(
        self,
        read: Callable[[], Awaitable[Read]],
        deadline: Deadline,
        kind: RequestType,
        categories: frozenset[Category],
    ) -> Attempt[Read]:
        began = time.perf_counter()

        async def carried() -> Read:
            with carrying(self._envelope(kind, categories)):
                return await read()

        try:
            value = await self._guarded.call(carried, deadline)
        except TooManyFound as refusal:
            return Attempt(_since(began), "had more people than it gives", refused=type(refusal))
        except CannotSearch as refusal:
            return Attempt(_since(began), "did not make this search", refused=type(refusal))
        except SourceFailed as failure:
            return Attempt(_since(began), _in_words(failure), state=failure.state)
        return Attempt(_since(began), "answered", answered=True, value=value)


def _since(began: float) -> float:
    return time.perf_counter() - began


def _in_words(failure: SourceFailed) -> str:
    """What happened. A holder's own words stay with it: only the kind of its reason is told."""
    if failure.state in {AnswerState.WITHHELD, AnswerState.UNDER_REVIEW}:
        return " ".join((f"ended as {failure.state}", *reasons_of(failure)))
    return failure.happened
