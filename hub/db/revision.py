"""The register's revision: one number that every change of the register raises, in the same transaction.

A worker that holds the register as of the newest revision holds the register as it stands.
"""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.partner_tables import register_revision
from hub.db.store import Store

_ROW = "register"
_READ = select(register_revision.c.revision).where(register_revision.c.id == bindparam("id"))


async def revision(store: Store) -> int:
    """The newest revision; 0 before the first change. Raises Unavailable: what cannot be compared is not used."""
    rows = await store.select(_READ, {"id": _ROW})
    return int(rows[0].revision) if rows else 0


async def raise_revision(connection: AsyncConnection) -> None:
    """Say, as part of somebody's transaction, that the register changes. Changes take turns from here on."""
    await connection.execute(_RAISE[connection.dialect.name])


def _raise(insert: Any) -> Any:
    return (
        insert(register_revision)
        .values(id=_ROW, revision=1)
        .on_conflict_do_update(
            index_elements=(register_revision.c.id,), set_={"revision": register_revision.c.revision + 1}
        )
    )


_RAISE = {"sqlite": _raise(sqlite.insert), "postgresql": _raise(postgresql.insert)}
