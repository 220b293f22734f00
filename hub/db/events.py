"""The outbox: events that wait for delivery, those delivered, and those given up."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import events_out
from hub.db.store import Store
from hub.domain.events import Event
from hub.domain.identifiers import SourceId
from hub.errors import NotFound
from hub.keys import Keys, SealBroken

_log = structlog.get_logger("hub.db")

Subscribed = Callable[[SourceId], frozenset[str]]  # the types of events that a source wants to be told of
MOST_LISTED = 200
_TAKEN = timedelta(seconds=60)  # longer than any one delivery takes

_T = events_out.c
_FREE = and_(_T.next_at <= bindparam("now"), or_(_T.taken_until.is_(None), _T.taken_until <= bindparam("now")))
_TURN = func.row_number().over(partition_by=_T.source, order_by=(_T.next_at, _T.id)).label("turn")
_IN_TURN = select(events_out, _TURN).where(_FREE).subquery()
_DUE = (
    select(_IN_TURN).where(_IN_TURN.c.turn <= bindparam("most")).order_by(_IN_TURN.c.next_at, _IN_TURN.c.id).limit(200)
)
_NEWEST = select(events_out).order_by(_T.at.desc(), _T.id).limit(MOST_LISTED)
_BY_ID = select(events_out).where(_T.id == bindparam("of_id"))


class EventState(StrEnum):
    """Where one event stands: told from its times alone."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    DEAD = "DEAD"


class Kept(msgspec.Struct, frozen=True):
    """One event, and how its delivery goes. ``fault`` is of the last attempt, in fixed words."""

    id: str
    event: Event
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    dead_at: datetime | None
    fault: str | None

    @property
    def state(self) -> EventState:
        """Where it stands."""
        if self.delivered_at is not None:
            return EventState.DELIVERED
        return EventState.DEAD if self.dead_at is not None else EventState.WAITING


class EventStore:
    """Delivery is at least once: an event is taken for a while, and free again where nothing came of that."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def put(self, event: Event, event_id: str | None = None) -> bool:
        """Keep an event for delivery; False where one of this id is kept already."""
        name = event_id or secrets.token_urlsafe(18)
        row = {
            "id": name,
            "source": str(event.source),
            "type": event.type.value,
            "at": event.at,
            "next_at": event.at,
            "attempts": 0,
            "sealed": self._keys.seal(msgspec.json.encode(event), _bound(name, event.source, event.type)),
        }
        async with self._store.writing() as connection:
            return (await connection.execute(_INSERT[connection.dialect.name], row)).first() is not None

    async def take(self, now: datetime, most: int, of_one: int) -> tuple[Kept, ...]:
        """Take what is due, so that no other worker delivers it meanwhile; of one source at most so many."""
        taken: list[Kept] = []
        for row in await self._store.select(_DUE, {"now": now, "most": of_one}):
            if len(taken) == most:
                break
            free = or_(_T.taken_until.is_(None), _T.taken_until <= now)
            claim = update(events_out).where(and_(_T.id == row.id, _T.next_at <= now, free))
            async with self._store.writing() as connection:
                claimed = (await connection.execute(claim.values(taken_until=now + _TAKEN))).rowcount == 1
            if not claimed:
                continue
            try:
                taken.append(self._kept(row))
            except SealBroken:  # it is set aside: one row that was altered holds up no other
                _log.critical("event_row_altered", source=row.source)
                await self._note(row.id, next_at=None, taken_until=None, dead_at=now, fault="altered where it is kept")
        return tuple(taken)

    async def delivered(self, event_id: str, at: datetime) -> None:
        """Note that the receiver took it."""
        await self._note(event_id, delivered_at=at, next_at=None, taken_until=None, fault=None)

    async def failed(self, kept: Kept, at: datetime, fault: str, again: datetime | None) -> None:
        """Note an attempt in vain; ``again`` of None gives the event up."""
        await self._note(
            kept.id,
            attempts=kept.attempts + 1,
            next_at=again,
            taken_until=None,
            dead_at=at if again is None else None,
            fault=fault,
        )

    async def listed(self, source: SourceId | None = None) -> tuple[Kept, ...]:
        """Events of one source or of all, the newest first; at most ``MOST_LISTED``."""
        statement = _NEWEST if source is None else _NEWEST.where(_T.source == source)
        return tuple(self._kept(row) for row in await self._store.select(statement))

    async def get(self, event_id: str) -> Kept | None:
        """One event."""
        rows = await self._store.select(_BY_ID, {"of_id": event_id})
        return self._kept(rows[0]) if rows else None

    async def replay(self, event_id: str, at: datetime) -> None:
        """Deliver once more, from the first attempt on. Raises NotFound."""
        if await self.get(event_id) is None:
            raise NotFound(reasons=("no-such-event",))
        await self._note(event_id, attempts=0, next_at=at, delivered_at=None, dead_at=None, fault=None)

    async def _note(self, event_id: str, **facts: Any) -> None:
        async with self._store.writing() as connection:
            await connection.execute(update(events_out).where(_T.id == event_id).values(facts))

    def _kept(self, row: Row[Any]) -> Kept:
        event = msgspec.json.decode(self._keys.open(row.sealed, event_context(row)), type=Event)
        return Kept(row.id, event, row.attempts, row.next_at, row.delivered_at, row.dead_at, row.fault)


class Outbox:
    """Where use cases put events. Only what the source subscribed to is kept."""

    def __init__(self, events: EventStore, subscribed: Subscribed) -> None:
        self._events, self._subscribed = events, subscribed

    def over(self, subscribed: Subscribed) -> "Outbox":
        """The same, for these subscriptions."""
        return Outbox(self._events, subscribed)

    def wanted(self, event: Event) -> bool:
        """Whether its source wants to be told."""
        return event.type in self._subscribed(event.source)

    async def emit(self, event: Event, event_id: str | None = None) -> None:
        """Keep it for delivery, if its source wants it; once only where it has an id of its own."""
        if self.wanted(event):
            await self._events.put(event, event_id)

    async def listed(self, source: SourceId | None = None) -> tuple[Kept, ...]:
        """As ``EventStore.listed``."""
        return await self._events.listed(source)

    async def get(self, event_id: str) -> Kept | None:
        """As ``EventStore.get``."""
        return await self._events.get(event_id)

    async def replay(self, event_id: str, at: datetime) -> None:
        """As ``EventStore.replay``."""
        await self._events.replay(event_id, at)


def event_context(row: Row[Any]) -> bytes:
    """What binds an event's blob to its row."""
    return _bound(row.id, row.source, row.type)


def _bound(event_id: str, source: str, kind: str) -> bytes:
    return msgspec.json.encode(["event-out", event_id, str(source), str(kind)])


def _insert(insert: Any) -> Any:
    return insert(events_out).on_conflict_do_nothing(index_elements=(_T.id,)).returning(_T.id)


_INSERT = {"sqlite": _insert(sqlite.insert), "postgresql": _insert(postgresql.insert)}
