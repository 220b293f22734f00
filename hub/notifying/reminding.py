"""Looking after time: reviews that nobody decides, and agreements that come to their end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from hub.domain.events import Event, EventType
from hub.domain.holding import HolderReview
from hub.services import Services

_log = structlog.get_logger("hub.notifying")
_SHARE = 0.75  # of a review's time, after which its holder is reminded
_DAYS_BEFORE = (60, 30, 7, 1)  # an agreement's end
_REST = 20.0


class Reminding:
    """One loop for each worker; nobody is reminded twice of the same."""

    def __init__(self, services: Callable[[], Awaitable[Services]], *, rest: float = _REST) -> None:
        self._services, self._rest = services, rest
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, inside a running event loop."""
        self._task = asyncio.create_task(self._forever(), name="reminding")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def once(self) -> None:
        """Remind of what is due. Raises Unavailable."""
        services = await self._services()
        now = services.now()
        for review in await services.reviews.unreminded():
            if now >= review.asked_at + _SHARE * (review.due_at - review.asked_at) and await services.reviews.remind(
                review, now
            ):
                await services.events.emit(_overdue(review, now))
        for source, name, ends in services.policies.endings():
            for days in _DAYS_BEFORE:
                if timedelta(0) <= ends - now <= timedelta(days=days):
                    event = Event(
                        source=source,
                        type=EventType.AGREEMENT_EXPIRING,
                        at=now,
                        subject=name,
                        data={"ends": ends.isoformat(), "days": str(days)},
                    )
                    await services.events.emit(event, f"{name}:{source}:{days}")

    async def _forever(self) -> None:
        while True:
            try:
                await self.once()
            except Exception as fault:  # noqa: BLE001 - whatever it is, the next round tries again
                _log.warning("reminding_waits", fault=type(fault).__name__)
            await asyncio.sleep(self._rest)


def _overdue(review: HolderReview, now: datetime) -> Event:
    return Event(
        source=review.source,
        type=EventType.REVIEW_OVERDUE,
        at=now,
        subject=review.id,
        data={
            "purpose": review.purpose,
            "urgency": review.urgency,
            "due": review.due_at.isoformat(),
            "overdue": "yes" if now > review.due_at else "no",
        },
    )
