"""Bringing everything that is stored under the current keys: in the background, in batches, with pauses."""

import asyncio
import time
from collections.abc import Mapping

import structlog

from hub.db.sealed_rows import CONTEXTS, SealedRows, sealed_tables
from hub.db.secrets import SecretStore
from hub.errors import HubError

SECRETS = "partner_secrets"
_BATCH = 50
_SOON, _LATE = 30.0, 3600.0  # seconds: after a new key a slower worker may still seal with the one before


class Rewrapping:
    """One loop for each worker; several do no harm. Whatever it cannot do now it tries again later."""

    def __init__(self, secrets: SecretStore, rows: SealedRows, *, rest: float = 5.0) -> None:
        self._secrets, self._rows, self._rest = secrets, rows, rest
        self._old_rows: dict[str, int] = {}
        self._old_secrets: int | None = None
        self._walked: bytes | None = None  # the sealing key of the last walk over all tables
        self._walk_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def old(self) -> Mapping[str, int]:
        """By table, how many rows were under an old key when last counted. Empty until all were counted once."""
        return {} if self._old_secrets is None else {SECRETS: self._old_secrets, **self._old_rows}

    def start(self) -> None:
        """Begin, inside a running event loop."""
        self._task = asyncio.create_task(self._forever(), name="rewrapping")

    async def stop(self) -> None:
        """End between two batches, or in the middle of one: nothing is lost."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def once(self) -> None:
        """Bring what can be brought under the current keys. Raises Unavailable or ConfigurationError."""
        current = self._rows.current()
        if current != self._walked or time.monotonic() >= self._walk_at:
            await self._walk()
            self._walk_at = time.monotonic() + (_LATE if current == self._walked else _SOON)
            self._walked = current
        await self._rewrap()

    async def _rewrap(self) -> None:
        old = await self._secrets.old_count()
        while old:
            self._old_secrets = old
            done = await self._secrets.rewrap(_BATCH)
            _tell(SECRETS, done)
            old = await self._secrets.old_count()
            if not done:
                break
        self._old_secrets = old

    async def _walk(self) -> None:
        self._old_rows = await self._rows.old_counts()
        for table in sealed_tables():
            if self._old_rows[table.name] and table.name in CONTEXTS:
                done = await self._rows.reseal(table)
                self._old_rows[table.name] = max(0, self._old_rows[table.name] - done)
                _tell(table.name, done)

    async def _forever(self) -> None:
        while True:
            try:
                await self.once()
            except HubError as refusal:
                structlog.get_logger("keys").warning("rewrapping_waits", why=refusal.message)
            except Exception as fault:  # noqa: BLE001  a fault here must not end the loop, nor show a value
                structlog.get_logger("keys").error("rewrapping_failed", fault=type(fault).__name__)
            await asyncio.sleep(self._rest)


def _tell(table: str, done: int) -> None:
    if done:
        structlog.get_logger("keys").info("under_current_key", table=table, rows=done)
