"""Partners' secrets: each version sealed under a data key of its own, which a KeyProvider wraps.

Secret and data key are both bound to source, field and version: neither opens in another row.
"""

from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import partner_secrets
from hub.db.revision import raise_revision
from hub.db.store import Store
from hub.errors import BadInput, Conflict
from hub.keys import KeyProvider, SealBroken, Wrapped
from hub.keys.envelopes import fresh_data_key, open_with, seal_with

MOST_BYTES = 64 * 1024  # of one secret
_TRIES = 5  # for a version that others take at the same moment

_table = partner_secrets
_ROW = (_table.c.source, _table.c.field, _table.c.version)
_ONE = (_table.c.source == bindparam("of_source"), _table.c.field == bindparam("of_field"))
_NEWEST = select(_table).where(*_ONE).order_by(_table.c.version.desc()).limit(1)
_NEWEST_VERSION = select(func.max(_table.c.version)).where(*_ONE)
_VERSIONS = select(*_ROW, _table.c.key_id, _table.c.created_at, _table.c.created_by).order_by(*_ROW)
_OLD = _table.c.key_id != bindparam("current")
_OLD_COUNT = select(func.count()).select_from(_table).where(_OLD)
_OLD_AFTER = (
    select(*_ROW, _table.c.key_id, _table.c.wrapped)
    .where(_OLD, tuple_(*_ROW) > tuple_(bindparam("a"), bindparam("b"), bindparam("c")))
    .order_by(*_ROW)
    .limit(bindparam("most"))
)
_INSERT = {  # the first of two with one version wins; the other takes the next
    "sqlite": sqlite.insert(_table).on_conflict_do_nothing(index_elements=_ROW).returning(_table.c.version),
    "postgresql": postgresql.insert(_table).on_conflict_do_nothing(index_elements=_ROW).returning(_table.c.version),
}


class SecretVersion(msgspec.Struct, frozen=True):
    """What may be shown of a secret: everything but the secret."""

    source: str
    field: str
    version: int
    key_id: str
    created_at: datetime
    created_by: str


class SecretStore:
    """Secrets go in by ``put`` and come out by ``get``, for the hub's own use. Nothing of them is ever logged."""

    def __init__(self, store: Store, provider: KeyProvider) -> None:
        self._store, self._provider = store, provider

    async def put(self, source: str, field: str, value: str, by: str, at: datetime) -> int:
        """Keep a new version, and return its number. Raises BadInput for what no secret can be."""
        secret = value.encode()
        if not secret.strip() or len(secret) > MOST_BYTES:
            raise BadInput(f"A secret has something in it and at most {MOST_BYTES} bytes.", ("secret-size",))
        for _ in range(_TRIES):
            rows = await self._store.select(_NEWEST_VERSION, _named(source, field))
            version = (rows[0][0] or 0) + 1
            row = await self._row(secret, source, field, version)
            async with self._store.writing() as connection:  # the engine was asked before, never in here
                statement = _INSERT[connection.dialect.name]
                done = await connection.execute(statement, {**row, "created_at": at, "created_by": by})
                await raise_revision(connection)
                kept = done.first()  # of an insert, PostgreSQL's driver tells no count of rows
            if kept is not None:
                return version
        raise Conflict("This secret is being set by somebody else at this moment. Look, then set it again.")

    async def get(self, source: str, field: str) -> str | None:
        """The newest version. Raises SealBroken, with an alarm, when its row was altered or moved."""
        rows = await self._store.select(_NEWEST, _named(source, field))
        if not rows:
            return None
        row, context = rows[0], _context(source, field, rows[0].version)
        try:
            data_key = await self._provider.unwrap(Wrapped(row.key_id, row.wrapped), context)
            return open_with(data_key, row.sealed, context).decode()
        except SealBroken:
            _alarm(source, field)
            raise

    async def versions(self) -> tuple[SecretVersion, ...]:
        """Every version of every secret."""
        rows = await self._store.select(_VERSIONS)
        return tuple(msgspec.convert(row, SecretVersion, from_attributes=True) for row in rows)

    async def remove(self, source: str) -> None:
        """Forget every secret of a source."""
        async with self._store.writing() as connection:
            await raise_revision(connection)
            await connection.execute(delete(_table).where(_table.c.source == source))

    async def old_count(self) -> int:
        """How many data keys are not wrapped by the current key."""
        rows = await self._store.select(_OLD_COUNT, {"current": await self._provider.current()})
        return int(rows[0][0])

    async def rewrap(self, batch: int) -> int:
        """Wrap at most this many old data keys with the current key; how many were. Secrets are not touched.

        Each row by itself and only if nobody changed it meanwhile: several may do this at once, and stop at
        any point. A row that does not open is left as it is, with an alarm.
        """
        current, done, after = await self._provider.current(), 0, ("", "", 0)
        while done < batch:
            seen = {"current": current, "most": batch - done, **dict(zip("abc", after, strict=True))}
            rows = await self._store.select(_OLD_AFTER, seen)
            for row in rows:
                done += await self._rewrapped(row)
            if not rows:
                break
            after = (rows[-1].source, rows[-1].field, rows[-1].version)
        return done

    async def _rewrapped(self, row: Row[Any]) -> bool:
        context = _context(row.source, row.field, row.version)
        try:
            data_key = await self._provider.unwrap(Wrapped(row.key_id, row.wrapped), context)
        except SealBroken:
            _alarm(row.source, row.field)
            return False
        new = await self._provider.wrap(data_key, context)
        key = (row.source, row.field, row.version)
        unchanged = update(_table).where(tuple_(*_ROW) == key, _table.c.wrapped == row.wrapped)
        async with self._store.writing() as connection:
            done = await connection.execute(unchanged.values(key_id=new.key_id, wrapped=new.wrapped))
        return done.rowcount == 1

    async def _row(self, secret: bytes, source: str, field: str, version: int) -> dict[str, Any]:
        context, data_key = _context(source, field, version), fresh_data_key()
        by_key = await self._provider.wrap(data_key, context)
        return {
            "source": source,
            "field": field,
            "version": version,
            "key_id": by_key.key_id,
            "wrapped": by_key.wrapped,
            "sealed": seal_with(data_key, secret, context),
        }


def _named(source: str, field: str) -> dict[str, str]:
    return {"of_source": source, "of_field": field}


def _context(source: str, field: str, version: int) -> bytes:
    return msgspec.json.encode(["partner-secret", source, field, version])


def _alarm(source: str, field: str) -> None:
    structlog.get_logger("secrets").critical("secret_moved_or_altered", source=source, field=field)
