"""Delivering what waits in the outbox: signed, retried with growing pauses, given up in the end and never lost."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import structlog

from hub.connectors.manifest import Subscription
from hub.db.events import EventStore, Kept
from hub.domain.answers import SourceFailed
from hub.domain.identifiers import SourceId
from hub.errors import HubError
from hub.notifying.signing import signed
from hub.outbound import PartnerHttp

_log = structlog.get_logger("hub.notifying")
PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)  # seconds before each further attempt
SECONDS = 10.0  # that a receiver has to answer
_GONE = 410  # the receiver wants no more of this
_AT_ONCE, _OF_ONE = 16, 4  # events in one round, and of one source: a slow receiver leaves room for others
_MOST_REPLY = 64 * 1024

Subscriptions = Callable[[SourceId], Awaitable[Subscription | None]]
Secrets = Callable[[SourceId, str], Awaitable[str]]  # raises ConfigurationError where there is none


class Delivery:
    """One loop for each worker; several never deliver the same event at once."""

    def __init__(
        self,
        events: EventStore,
        subscriptions: Subscriptions,
        secrets: Secrets,
        now: Callable[[], datetime],
        *,
        origin: str,
        rest: float = 1.0,
    ) -> None:
        """``origin`` is the hub's public address, which events name as their source."""
        self._events, self._subscriptions, self._secrets, self._now = events, subscriptions, secrets, now
        self._origin, self._rest = origin, rest
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, inside a running event loop."""
        self._task = asyncio.create_task(self._forever(), name="delivery")

    async def stop(self) -> None:
        """End. What was under way is free for another worker after its time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def once(self) -> int:
        """Deliver what is due now; return how many were tried. Raises Unavailable."""
        due = await self._events.take(self._now(), _AT_ONCE, _OF_ONE)
        await asyncio.gather(*(self._tried(one) for one in due))
        return len(due)

    async def _forever(self) -> None:
        while True:
            try:
                if await self.once():
                    continue
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next round tries again
                _log.warning("delivery_waits", fault=type(fault).__name__)
            await asyncio.sleep(self._rest)

    async def _tried(self, kept: Kept) -> None:
        fault, final = await self._sent(kept)
        now = self._now()
        if fault is None:
            await self._events.delivered(kept.id, now)
            return
        pause = None if final or kept.attempts >= len(PAUSES) else PAUSES[kept.attempts]
        again = None if pause is None else now + timedelta(seconds=pause * random.uniform(0.8, 1.2))  # noqa: S311
        await self._events.failed(kept, now, fault, again)
        if again is None:
            _log.error("event_given_up", source=kept.event.source, type=kept.event.type.value, fault=fault)

    async def _sent(self, kept: Kept) -> tuple[str | None, bool]:
        """What went wrong, None where nothing did; and whether trying again is in vain."""
        subscription = await self._subscriptions(kept.event.source)
        if subscription is None or kept.event.type not in subscription.types:
            return "no longer subscribed", True
        try:
            secret = await self._secrets(kept.event.source, subscription.secret)
            status = await self._posted(subscription.url, kept, secret)
        except SourceFailed:
            return "could not be reached", False
        except TimeoutError:
            return "did not answer in time", False
        except HubError:
            return "cannot be signed: its secret is missing or of another form", False
        if 200 <= status < 300:
            return None, False
        return f"answered with status {status}", status == _GONE

    async def _posted(self, url: str, kept: Kept, secret: str) -> int:
        body = msgspec.json.encode(cloud_event(kept, self._origin))
        headers = {"Content-Type": "application/cloudevents+json", **signed(kept.id, self._now(), body, (secret,))}
        parts = urlsplit(url)
        http = PartnerHttp(f"{parts.scheme}://{parts.netloc}", max_bytes=_MOST_REPLY, concurrency=1)
        try:
            async with asyncio.timeout(SECONDS):
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                return (await http.send("POST", path, headers=headers, json=msgspec.Raw(body))).status
        finally:
            await http.close()


def cloud_event(kept: Kept, origin: str) -> dict[str, object]:
    """The event as CloudEvents 1.0 in JSON: pointers, and nothing else."""
    event = kept.event
    return {
        "specversion": "1.0",
        "id": kept.id,
        "source": f"{origin}/sources/{event.source}",
        "type": event.type.value,
        "subject": event.subject,
        "time": event.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": dict(event.data),
    }
