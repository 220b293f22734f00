"""The connector of a source that cannot be called: it puts the question in line and waits for the answer."""

import asyncio
import secrets
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec

from hub.connectors.manifest import Manifest
from hub.connectors.pull.outcome import fetched, found
from hub.connectors.pull.wire import Asked, Fetch, FetchAdult, Find, FindAdults, Reply, WiredAsker
from hub.domain.answers import Fetched, SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import CannotSearch, Probe
from hub.errors import TooManyRequests, Unavailable
from hub.outbound import carried

LOOK_EVERY = 0.25  # seconds, where no bell rings
MARGIN = 0.06  # seconds of a deadline kept to say why there is no answer, before the caller stops waiting

_replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


class Ear(Protocol):
    """Wakes whoever waits."""

    async def heard(self, seconds: float) -> bool:
        """Wait for a ring, for at most these seconds."""
        ...


class Line(Protocol):
    """Where questions wait for the partner's side. ``hub.db.exchange`` has the promises."""

    async def put(self, source: SourceId, request_id: str, asked: bytes, seconds: float, most: int) -> None:
        """Put in line for so long. Raises TooManyRequests, Unavailable."""
        ...

    async def collect(self, request_id: str) -> bytes | None:
        """The answer, once. Raises Unavailable."""
        ...

    async def withdraw(self, request_id: str) -> bool:
        """Take out of the line; whether anybody had claimed it. Raises Unavailable."""
        ...

    def replied(self, request_id: str) -> AbstractContextManager[Ear]:
        """Rings when the answer is there."""
        ...


class Pull:
    """A ``Connector`` and an ``AdultsConnector``; which questions it may be asked, its manifest says."""

    def __init__(self, manifest: Manifest, line: Line) -> None:
        self._source, self._pull, self._most = manifest.id, manifest.pull, manifest.limits.max_found
        self._searches = frozenset(frozenset(keys) for keys in manifest.search)
        self._adults = frozenset(frozenset(keys) for keys in manifest.network_search)
        self._line = line
        self._leaving: set[asyncio.Task[bool]] = set()

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """Ask who fits."""
        if probe.keys not in self._searches:
            raise CannotSearch
        return await self._found(Find, probe, deadline)

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Ask for records of these categories about one child."""
        return await self._fetched(Fetch, person.local_id, categories, deadline, asker)

    async def find_adults(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """Ask which adults fit."""
        if probe.keys not in self._adults:
            raise CannotSearch
        return await self._found(FindAdults, probe, deadline)

    async def fetch_adult(
        self,
        local_id: LocalId,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None = None,
    ) -> Fetched | None:
        """Ask for records of these categories about one adult."""
        return await self._fetched(FetchAdult, local_id, categories, deadline, asker)

    async def close(self) -> None:
        """Withdraw what nobody waits for any more."""
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def _found(self, kind: type[Find | FindAdults], probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        asked = kind(
            id=_new_id(),
            expires_at=_expiry(deadline),
            envelope=carried() or "",
            step=probe.step,
            values={key: str(value) for key, value in probe.values.items()},
        )
        return found(await self._answer(asked, deadline), self._most)

    async def _fetched(
        self,
        kind: type[Fetch | FetchAdult],
        local_id: LocalId,
        categories: frozenset[Category],
        deadline: Deadline,
        asker: Principal | None,
    ) -> Fetched | None:
        asked = kind(
            id=_new_id(),
            expires_at=_expiry(deadline),
            envelope=carried() or "",
            local_id=local_id,
            categories=categories,
            asker=None if asker is None else msgspec.convert(asker, WiredAsker, from_attributes=True),
        )
        return fetched(await self._answer(asked, deadline), asked)

    async def _answer(self, asked: Asked, deadline: Deadline) -> Reply:
        """The partner's reply. Whatever ends the waiting, nothing of the question stays in line."""
        try:
            with self._line.replied(asked.id) as ear:
                await self._put(asked, deadline)
                try:
                    body = await self._waited(asked.id, ear, deadline)
                except BaseException:
                    self._withdraw_later(asked.id)
                    raise
                if body is None:
                    raise _timed_out(claimed=await self._line.withdraw(asked.id))
                return _replies.decode(body)
        except Unavailable as fault:
            raise SourceFailed(
                AnswerState.UNAVAILABLE, "could not be asked: the hub's own line to it does not work"
            ) from fault

    async def _put(self, asked: Asked, deadline: Deadline) -> None:
        left = max(0.0, deadline.remaining() - MARGIN)
        try:
            await self._line.put(self._source, asked.id, msgspec.json.encode(asked), left, self._pull.most_waiting)
        except TooManyRequests:
            raise SourceFailed(AnswerState.UNAVAILABLE, "is taking no more requests at the moment") from None

    async def _waited(self, request_id: str, ear: Ear, deadline: Deadline) -> bytes | None:
        while (left := deadline.remaining() - MARGIN) > 0:
            await ear.heard(min(left, LOOK_EVERY))
            body = await self._line.collect(request_id)
            if body is not None:
                return body
        return None

    def _withdraw_later(self, request_id: str) -> None:
        """Whoever waited is leaving and does not wait for this; were it lost, the request still expires."""
        task = asyncio.create_task(self._line.withdraw(request_id))
        self._leaving.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[bool]) -> None:
        self._leaving.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nobody is told of it: it only expires later


def _timed_out(*, claimed: bool) -> SourceFailed:
    if claimed:
        return SourceFailed(AnswerState.TIMED_OUT, "took the question and did not answer in time")
    return SourceFailed(AnswerState.TIMED_OUT, "has nobody connected who answers")


def _expiry(deadline: Deadline) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=max(0.0, deadline.remaining() - MARGIN))


def _new_id() -> str:
    return secrets.token_urlsafe(18)
