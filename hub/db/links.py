"""Links: under which local identifier each source knows a subject. Sealed to their row."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.store import Store
from hub.db.tables import links
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import LinkedPerson
from hub.keys import Keys

CONFIRMED = "confirmed"  # how a link came about that a person made

_FOR_SUBJECT = (
    select(links.c.source, links.c.how, links.c.sealed)
    .where(links.c.subject == bindparam("subject"))
    .order_by(links.c.source)
)
_DELETE = delete(links).where(links.c.subject == bindparam("subject"), links.c.source == bindparam("source"))


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a link holds."""

    local_id: str
    fingerprint: bytes


_decode = msgspec.msgpack.Decoder(_Sealed).decode


class LinkStore:
    """Links by subject. ``subject`` is a keyed hash: the table alone says nothing about anybody."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def for_subject(self, subject: str) -> tuple[LinkedPerson, ...]:
        """Every link, in source order. Raises SealBroken when a blob was altered or moved."""
        return tuple(self._link(subject, row) for row in await self._store.select(_FOR_SUBJECT, {"subject": subject}))

    async def put(self, subject: str, link: LinkedPerson, how: str, by: str, at: datetime) -> None:
        """Keep a link, in place of any earlier one to the same source; a match never in place of a confirmation."""
        async with self._store.writing() as connection:
            await self.put_within(connection, subject, link, how, by, at)

    async def put_within(
        self, connection: AsyncConnection, subject: str, link: LinkedPerson, how: str, by: str, at: datetime
    ) -> None:
        """The same, as part of somebody's transaction."""
        plain = msgspec.msgpack.encode(_Sealed(link.local_id, link.fingerprint))
        row = {
            "subject": subject,
            "source": link.source,
            "how": how,
            "confirmed_by": by,
            "confirmed_at": at,
            "sealed": self._keys.seal(plain, _context(subject, link.source, how)),
        }
        await connection.execute(_UPSERT[connection.dialect.name], row)

    async def remove(self, subject: str, source: SourceId) -> None:
        """Forget one link; nothing happens where there is none."""
        async with self._store.writing() as connection:
            await connection.execute(_DELETE, {"subject": subject, "source": source})

    async def remove_within(
        self, connection: AsyncConnection, subject: str, source: SourceId, local_id: LocalId
    ) -> None:
        """Forget the link to this local identifier, as part of somebody's transaction; another's stays."""
        kept = [self._link(subject, row) for row in await connection.execute(_FOR_SUBJECT, {"subject": subject})]
        if any((link.source, link.local_id) == (source, local_id) for link in kept):
            await connection.execute(_DELETE, {"subject": subject, "source": source})

    def _link(self, subject: str, row: Row[*tuple[Any, ...]]) -> LinkedPerson:
        inside = _decode(self._keys.open(row.sealed, _context(subject, row.source, row.how)))
        return LinkedPerson(
            SourceId(row.source), LocalId(inside.local_id), inside.fingerprint, confirmed=row.how == CONFIRMED
        )


def link_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored link to its row."""
    return _context(row.subject, row.source, row.how)


def _context(subject: str, source: str, how: str) -> bytes:
    """Bind the blob to its row, so that a match does not pass for a person's confirmation."""
    return msgspec.json.encode(["link", subject, source, *([how] if how == CONFIRMED else [])])


def _upsert(insert: Any) -> Any:
    statement = insert(links)
    new = {name: statement.excluded[name] for name in ("how", "confirmed_by", "confirmed_at", "sealed")}
    return statement.on_conflict_do_update(
        index_elements=(links.c.subject, links.c.source),
        set_=new,
        where=or_(links.c.how != CONFIRMED, statement.excluded.how == CONFIRMED),
    )


_UPSERT = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
