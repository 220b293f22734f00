"""Bells: whoever waits for something in the database hears of it at once, and need not ask every millisecond.

A bell is a hint and nothing more. What is so stands in the database; whoever waits looks there when a bell
rings, and every so often without one.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from typing import Protocol

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from hub.db.store import async_url

_log = structlog.get_logger("hub.db")
_CHANNEL = "hub_bells"
_LONGEST_PAUSE = 5.0  # seconds between two attempts to listen again


class Ear:
    """One waiter's. It stays rung until the waiter has looked again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def heard(self, seconds: float) -> bool:
        """Wait for a ring, for at most these seconds; a ring since the last wait counts."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung

    def ring(self) -> None:
        """Wake the waiter."""
        self._rung.set()

    @property
    def rung(self) -> bool:
        """Whether it rang and nobody has looked since."""
        return self._rung.is_set()


class Bell(Protocol):
    """Rings by name. Each ring wakes one waiter of that name in every worker: there is one thing to be had."""

    def listening(self, name: str) -> AbstractContextManager[Ear]:
        """An ear for as long as the context lasts. Look for what you wait for after entering it, not before."""
        ...

    def ring(self, name: str) -> None:
        """Wake one waiter of this worker."""
        ...

    async def announce(self, connection: AsyncConnection, name: str) -> None:
        """Wake one waiter of every other worker, when this transaction is durable."""
        ...


class LocalBell:
    """The bell of a hub with one worker."""

    def __init__(self) -> None:
        self._ears: dict[str, deque[Ear]] = {}

    @contextmanager
    def listening(self, name: str) -> Iterator[Ear]:
        """See ``Bell``. A ring that its waiter leaves unheard goes to the next."""
        ear, ears = Ear(), self._ears.setdefault(name, deque())
        ears.append(ear)
        try:
            yield ear
        finally:
            ears.remove(ear)
            if not ears:
                del self._ears[name]
            elif ear.rung:
                self.ring(name)

    def ring(self, name: str) -> None:
        """Wake one waiter that is not woken yet; in turn, so that none is always first."""
        ears = self._ears.get(name)
        sleeping = next((ear for ear in ears if not ear.rung), None) if ears else None
        if ears and sleeping is not None:
            ears.remove(sleeping)
            ears.append(sleeping)
            sleeping.ring()

    async def announce(self, connection: AsyncConnection, name: str) -> None:
        """There is no other worker."""


class PostgresBell(LocalBell):
    """The bell of several workers on one PostgreSQL: LISTEN on one connection, NOTIFY within the transaction.

    A notification holds ids alone. While the connection is lost, this worker hears its own rings only.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__()
        self._engine, self._worker = engine, secrets.token_hex(8)

    async def announce(self, connection: AsyncConnection, name: str) -> None:
        """NOTIFY; the database sends it when the transaction commits, and not if it does not."""
        await connection.execute(select(func.pg_notify(_CHANNEL, f"{self._worker} {name}")))

    async def listen(self) -> None:
        """Hear the others until cancelled."""
        pause = 0.1
        while True:
            try:
                async with self._engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await connection.exec_driver_sql(f"LISTEN {_CHANNEL}")
                    pause = 0.1
                    await self._hear(connection)
            except Exception as fault:  # noqa: BLE001 - whatever it is, waiters look without a bell meanwhile
                _log.warning("bell_lost", fault=type(fault).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _hear(self, connection: AsyncConnection) -> None:
        driver = (await connection.get_raw_connection()).driver_connection
        if driver is None:
            return
        async for notice in driver.notifies():
            worker, _, name = notice.payload.partition(" ")
            if worker != self._worker:  # our own waiters were woken without the detour
                self.ring(name)


@asynccontextmanager
async def open_bell(url: str) -> AsyncIterator[LocalBell]:
    """The bell of a store's workers. SQLite serves one hub process, so there a local bell is enough."""
    at = async_url(url)
    if at.get_backend_name() == "sqlite":
        yield LocalBell()
        return
    engine = create_async_engine(at, poolclass=NullPool, hide_parameters=True)
    bell = PostgresBell(engine)
    listening = asyncio.create_task(bell.listen(), name="bell")
    try:
        yield bell
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await engine.dispose()
