"""Requests to partners that cannot be called: put in line here, claimed under a lease by the partner's side, answered.

Nothing sweeps this table. Whether a request is free, held, answered or expired follows from its row and the
time alone: free is what nobody answered, what has not expired, and what no lease holds any more. What was asked
and answered is sealed, and gone with its row as soon as the answer is collected or the question withdrawn.

Nothing here waits for the disk: who asked waits in a process that a power cut ends as well.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.bells import Bell, Ear
from hub.db.exchange_statements import BY_DIALECT
from hub.db.partner_tables import exchange_requests as table
from hub.db.store import Store
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound, TooManyRequests
from hub.keys import Keys

TIDY_EVERY, TIDY_AT_ONCE = 1.0, 500  # seconds between two clearings of rows long expired; how many in one

_ANSWERED = select(table.c.answered_at).where(table.c.id == bindparam("of"))
_COLLECT = (
    delete(table)
    .where(table.c.id == bindparam("of"), table.c.answered_at.is_not(None))
    .returning(table.c.id, table.c.source, table.c.lease, table.c.answer)
)
_WITHDRAW = delete(table).where(table.c.id == bindparam("of")).returning(table.c.claims)
_GIVE_BACK = (
    update(table).where(table.c.id == bindparam("of"), table.c.lease == bindparam("held_by")).values(leased_until=None)
)


class Claimed(msgspec.Struct, frozen=True):
    """One request under a lease. Seconds count from now: the clocks of two hosts need not agree."""

    id: str
    asked: bytes
    lease: str  # proves the claim; of no use to another client
    lease_seconds: float
    expires_in: float


class ExchangeStore:
    """The line of every source. On PostgreSQL the time is the database's, so hosts' clocks do not matter."""

    def __init__(
        self, store: Store, keys: Keys, bell: Bell, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """``now`` is the time on SQLite, which serves one host."""
        self._store, self._keys, self._bell, self._now = store, keys, bell, now
        self._says = BY_DIALECT[store.engine.dialect.name]
        self._tidied = float("-inf")

    async def put(self, source: SourceId, request_id: str, asked: bytes, seconds: float, most: int) -> None:
        """Put a request in line for so long. Raises TooManyRequests where ``most`` are in line already.

        They are counted without a lock: of several put at the same moment, some may go beyond.
        """
        sealed = self._keys.seal(asked, _asked_context(request_id, source))
        row = {"of": request_id, "whose": source, "most": most, "asked": sealed}
        async with self._store.writing(lasting=False) as connection:
            await self._tidy(connection)
            done = await connection.execute(self._says.put, {**row, **self._times(seconds)})
            if done.one_or_none() is None:
                raise TooManyRequests(reasons=("line-full",))
            await self._bell.announce(connection, _waiting(source))
        self._bell.ring(_waiting(source))

    async def claim(self, source: SourceId, client: str, most: int, lease_seconds: float) -> tuple[Claimed, ...]:
        """Take at most so many free requests, the oldest first; each is this client's until its lease ends."""
        if not await self._store.select(self._says.any_free, {"whose": source, **self._times()}):
            return ()
        lease = secrets.token_urlsafe(18)
        taking = {"whose": source, "most": most, "held_by": self._proof(client, lease), "client": client}
        async with self._store.writing(lasting=False) as connection:
            await self._tidy(connection)
            rows = (await connection.execute(self._says.claim, {**taking, **self._times(lease_seconds)})).all()
        rows = sorted(rows, key=lambda row: (row.created_at, row.id))
        return tuple(self._claimed(row, lease, lease_seconds) for row in rows)

    async def held(self, source: SourceId, request_id: str, client: str, lease: str) -> bytes:
        """What was asked, for whoever holds it. Raises NotFound and Conflict as ``answer`` does."""
        found = await self._store.select(self._says.row, {"of": request_id, **self._times()})
        row = _require_held(found, source, self._proof(client, lease))
        return self._keys.open(row.sealed, asked_context(row))

    async def renew(self, source: SourceId, request_id: str, client: str, lease: str, seconds: float) -> float:
        """Hold it for so long from now; gives for how long it then is held. Raises as ``answer``."""
        held_by = self._held_by(source, request_id, client, lease)
        async with self._store.writing(lasting=False) as connection:
            row = await self._changed(connection, self._says.renew, held_by, self._times(seconds))
        left: float = (row.expires_at - row.now).total_seconds()
        return min(seconds, left)

    async def answer(self, source: SourceId, request_id: str, client: str, lease: str, reply: bytes) -> None:
        """Answer it, once.

        Raises NotFound where it is not in line: it was collected or withdrawn, or never was this source's.
        Raises Conflict where it was answered, has expired, or is not held under this lease any more.
        """
        held_by = self._held_by(source, request_id, client, lease)
        sealed = self._keys.seal(reply, _answer_context(request_id, source, held_by["held_by"]))
        async with self._store.writing(lasting=False) as connection:
            await self._changed(connection, self._says.answer, held_by, {"reply": sealed, **self._times()})
            await self._bell.announce(connection, _reply(request_id))
        self._bell.ring(_reply(request_id))

    async def give_back(self, source: SourceId, client: str, claimed: Sequence[Claimed]) -> None:
        """Let go of requests that were claimed and never reached the client."""
        async with self._store.writing(lasting=False) as connection:
            for one in claimed:
                await connection.execute(_GIVE_BACK, self._held_by(source, one.id, client, one.lease))
            await self._bell.announce(connection, _waiting(source))
        self._bell.ring(_waiting(source))

    async def collect(self, request_id: str) -> bytes | None:
        """The answer, once: it is erased with its row. None while there is none."""
        rows = await self._store.select(_ANSWERED, {"of": request_id})
        if not rows or rows[0].answered_at is None:
            return None
        async with self._store.writing(lasting=False) as connection:
            row = (await connection.execute(_COLLECT, {"of": request_id})).one_or_none()
        return None if row is None else self._keys.open(row.answer, _answer_context(row.id, row.source, row.lease))

    async def withdraw(self, request_id: str) -> bool:
        """Take it out of the line, answered or not, with all it holds. Whether anybody had claimed it."""
        async with self._store.writing(lasting=False) as connection:
            row = (await connection.execute(_WITHDRAW, {"of": request_id})).one_or_none()
        return row is not None and row.claims > 0

    def waiting(self, source: SourceId) -> AbstractContextManager[Ear]:
        """Rings when something may be free."""
        return self._bell.listening(_waiting(source))

    def replied(self, request_id: str) -> AbstractContextManager[Ear]:
        """Rings when the answer is there."""
        return self._bell.listening(_reply(request_id))

    def _times(self, seconds: float = 0.0) -> Mapping[str, Any]:
        return self._says.times(self._now(), seconds)

    def _claimed(self, row: Any, lease: str, lease_seconds: float) -> Claimed:
        left: float = (row.expires_at - row.now).total_seconds()
        return Claimed(
            id=row.id,
            asked=self._keys.open(row.sealed, asked_context(row)),
            lease=lease,
            lease_seconds=min(lease_seconds, left),
            expires_in=left,
        )

    def _held_by(self, source: str, request_id: str, client: str, lease: str) -> dict[str, str]:
        return {"of": request_id, "whose": source, "held_by": self._proof(client, lease)}

    def _proof(self, client: str, lease: str) -> str:
        """What a row keeps of a lease: of no use to another client."""
        return self._keys.mac("exchange-lease", msgspec.json.encode([client, lease])).hex()

    async def _changed(
        self, connection: AsyncConnection, change: Any, held_by: Mapping[str, str], values: Mapping[str, Any]
    ) -> Any:
        """Change a row that is held, in one statement, and give what it returns. Raises as ``answer``."""
        row = (await connection.execute(change, {**held_by, **values})).one_or_none()
        if row is None:
            found = await connection.execute(self._says.row, {"of": held_by["of"], **self._times()})
            _require_held(found.all(), held_by["whose"], held_by["held_by"])
            raise _lease_lost()  # it was held, and ended between the two statements
        return row

    async def _tidy(self, connection: AsyncConnection) -> None:
        """Once in a while, as part of what is written anyway, erase what expired long ago."""
        if time.monotonic() - self._tidied >= TIDY_EVERY:
            self._tidied = time.monotonic()
            await connection.execute(self._says.tidy, {"most": TIDY_AT_ONCE, **self._times()})


def asked_context(row: Any) -> bytes:
    """What binds a question to its row."""
    return _asked_context(row.id, row.source)


def _asked_context(request_id: str, source: str) -> bytes:
    return msgspec.json.encode(["exchange-asked", request_id, source])


def _answer_context(request_id: str, source: str, lease: str) -> bytes:
    """What binds an answer to its row and to the lease that it was given under."""
    return msgspec.json.encode(["exchange-answer", request_id, source, lease])


def _require_held(found: Sequence[Row[Any]], source: str, proof: str) -> Row[Any]:
    if not found or found[0].source != source:
        raise NotFound(
            "This request is not in line: it was answered, or withdrawn, or has expired. There is nothing to do.",
            ("no-such-request",),
        )
    row = found[0]
    if row.answered_at is not None:
        raise Conflict("This request was answered already. There is nothing to do.", ("request-answered",))
    if row.expires_at <= row.now:
        raise Conflict("This request has expired; nobody waits for its answer.", ("request-expired",))
    if row.lease is None or not hmac.compare_digest(row.lease, proof):
        raise _lease_lost()
    if row.leased_until is None or row.leased_until <= row.now:
        raise _lease_lost()
    return row


def _lease_lost() -> Conflict:
    return Conflict("The lease has ended or was never yours. Claim again for what is free.", ("lease-lost",))


def _waiting(source: str) -> str:
    return f"waiting {source}"


def _reply(request_id: str) -> str:
    return f"reply {request_id}"
