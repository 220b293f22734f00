"""What the log holds of a period, kept in memory and read on from where it was left: the log only ever grows.

One for each worker. It holds keyed hashes, ids and counts, as the log does, and nothing else. When contents of
the log are destroyed it is read anew, so that what is gone there is gone here.
"""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

from hub.audit.leaf import Outcome
from hub.audit.reader import PAGE, EntryPage, EntryQuery
from hub.domain.acts import Action
from hub.review.facts import Fact, fact_of
from hub.review.told import Gathering, Told

_AT_ONCE = PAGE  # entries between two turns of the event loop: a few milliseconds
_DESTROYING = Action.SHRED_AUDIT.value, Action.CONFIRM_SHREDDING.value


class ReadsEntries(Protocol):
    """Where entries are read."""

    async def entries(
        self, query: EntryQuery, first: int = ..., after: int | None = ..., *, newest_first: bool = ...
    ) -> EntryPage:
        """Durable entries that fit, by rising index, beyond an index."""
        ...


class Casebook:
    """Facts since some moment; where ``kinds`` are given, of acts of these kinds alone."""

    def __init__(self, log: ReadsEntries, kinds: tuple[str, ...] = ()) -> None:
        self._log = log
        self._kinds = (*kinds, *_DESTROYING) if kinds else ()
        self._reading = asyncio.Lock()
        self._since: datetime | None = None
        self._after: int | None = None
        self._gathering = Gathering()
        self._told: Told | None = None
        self._stale = False  # contents were destroyed since it was read

    async def told(self, since: datetime) -> Told:
        """Everything durable since then, or since an earlier moment. Raises Unavailable.

        It reads from the beginning of a month on, so that moments before each other do not each read it all anew.
        """
        since = since.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        async with self._reading:
            if self._since is None or since < self._since:
                self._forget(since)
            remembered = self._after is not None
            await self._read_on()
            if self._stale and remembered:
                self._forget(self._since or since)
                await self._read_on()
            self._stale = False
            if self._told is None:
                self._told = self._gathering.told()
            return self._told

    def _forget(self, since: datetime) -> None:
        self._since, self._after, self._gathering, self._told = since, None, Gathering(), None

    async def _read_on(self) -> None:
        """Read what is new. Safe to be cancelled, and to be begun again."""
        while True:
            page = await self._log.entries(EntryQuery(since=self._since, kinds=self._kinds), _AT_ONCE, self._after)
            facts = [fact_of(entry) for entry in page.entries]
            if facts:  # nothing is waited for from here on, so that none is lost or taken twice
                self._gathering.add(facts)
                self._after, self._told = facts[-1].index, None
            self._stale = self._stale or any(map(_destroys, facts))
            if not page.has_next:
                return


def _destroys(fact: Fact) -> bool:
    return fact.kind in _DESTROYING and fact.outcome is Outcome.DONE
