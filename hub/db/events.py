"""The outbox: events that wait for delivery, those delivered, and those given up."""

import secrets
from collections.abc import Callable

import msgspec
from sqlalchemy import insert

from hub.db.partner_tables import events_out
from hub.db.store import Store
from hub.domain.events import Event
from hub.domain.identifiers import SourceId
from hub.keys import Keys

Subscribed = Callable[[SourceId], frozenset[str]]  # the types of events that a source wants to be told of


class EventStore:
    """Every event is one row, written in one transaction."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def put(self, event: Event) -> str:
        """Keep an event for delivery, and return its id."""
        event_id = secrets.token_urlsafe(18)
        row = {
            "id": event_id,
            "source": str(event.source),
            "type": event.type.value,
            "at": event.at,
            "next_at": event.at,
            "attempts": 0,
            "sealed": self._keys.seal(msgspec.json.encode(event), _context(event_id, event.source, event.type)),
        }
        async with self._store.writing() as connection:
            await connection.execute(insert(events_out), row)
        return event_id


class Outbox:
    """Where use cases put events. Only what the source subscribed to is kept."""

    def __init__(self, events: EventStore, subscribed: Subscribed) -> None:
        self._events, self._subscribed = events, subscribed

    def over(self, subscribed: Subscribed) -> "Outbox":
        """The same, for these subscriptions."""
        return Outbox(self._events, subscribed)

    async def emit(self, event: Event) -> None:
        """Keep it for delivery, if its source wants it."""
        if event.type in self._subscribed(event.source):
            await self._events.put(event)


def _context(event_id: str, source: str, kind: str) -> bytes:
    return msgspec.json.encode(["event-out", event_id, source, kind])
