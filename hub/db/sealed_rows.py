"""Rows whose ``sealed`` blob names a local key: how many are under an old one, and sealing them again.

Nothing is decoded on the way: a blob is opened and sealed as bytes, with its row's own context.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, Select, Table, bindparam, func, select, tuple_, update

from hub.db.agreements import agreement_context
from hub.db.archive import archive_context
from hub.db.clients import client_context
from hub.db.decisions import decision_context
from hub.db.enquiries import review_context
from hub.db.enquiry_rows import enquiry_context
from hub.db.events import event_context
from hub.db.exchange import asked_context
from hub.db.links import link_context
from hub.db.partner_tables import partner_secrets
from hub.db.register_rows import conformance_result_context, registration_change_context, registration_context
from hub.db.reviews import holder_review_context
from hub.db.store import Store
from hub.db.tables import metadata
from hub.db.verdicts import verdict_context
from hub.db.watched import flag_context, staff_context
from hub.keys import FileKeys, SealBroken
from hub.keys.sealing import ID_AT, ID_BYTES

Context = Callable[[Row[Any]], bytes]

# What binds a blob to its row. A table with a sealed column that stands here not is counted, and not sealed again.
CONTEXTS: Mapping[str, Context] = {
    "enquiries": enquiry_context,
    "break_glass_reviews": review_context,
    "links": link_context,
    "match_decisions": decision_context,
    "exchange_requests": asked_context,
    "registrations": registration_context,
    "registration_changes": registration_change_context,
    "conformance_results": conformance_result_context,
    "partner_clients": client_context,
    "agreements": agreement_context,
    "holder_reviews": holder_review_context,
    "events_out": event_context,
    "review_verdicts": verdict_context,
    "person_flags": flag_context,
    "staff_marks": staff_context,
    "archived_documents": archive_context,
}
_HEADS, _ROWS = 500, 50  # looked at, and sealed again, between two turns of the event loop


class _Page(msgspec.Struct, frozen=True):
    """Some rows of a table in the order of its key, and how many of them are old."""

    after: tuple[Any, ...] | None  # the key of the last row before; None at the table's start
    upto: tuple[Any, ...]
    old: int


def sealed_tables() -> tuple[Table, ...]:
    """Every table whose ``sealed`` column is sealed with a local key."""
    return tuple(
        table
        for table in metadata.sorted_tables
        if "sealed" in table.c and table is not partner_secrets  # whose data keys a KeyProvider wraps
    )


class SealedRows:
    """The sealed rows of one store, by table."""

    def __init__(self, store: Store, keys: FileKeys, *, pause: float = 0.01) -> None:
        self._store, self._keys, self._pause = store, keys, pause

    def current(self) -> bytes:
        """The id of the key that seals now."""
        return self._keys.current()

    async def old_counts(self) -> dict[str, int]:
        """By table, how many rows are not sealed with the current key."""
        counts = {}
        for table in sealed_tables():
            counts[table.name] = sum([page.old async for page in self._pages(table, self._keys.current())])
        return counts

    async def reseal(self, table: Table) -> int:
        """Seal a table's old rows with the current key; how many were. Safe to stop and to run beside others.

        A row that somebody changed meanwhile stays as they left it. One that does not open is left too, with
        an alarm. Raises KeyError for a table that has no context here.
        """
        context, current, done = CONTEXTS[table.name], self._keys.current(), 0
        async for page in self._pages(table, current):
            if page.old:
                rows = await self._store.select(_old_within(table, page), {"current": current})
                for start in range(0, len(rows), _ROWS):
                    done += await self._sealed_again(table, context, rows[start : start + _ROWS])
                    await asyncio.sleep(self._pause)
        return done

    async def _pages(self, table: Table, current: bytes) -> AsyncIterator[_Page]:
        """Walk the table by its key: no statement scans it whole, so that nobody waits for one."""
        after, key = None, table.primary_key.columns
        while True:
            heads = await self._store.select(_heads(table, after))
            if not heads:
                return
            upto = tuple(heads[-1][: len(key)])
            yield _Page(after, upto, sum(bytes(row.head) != current for row in heads))
            after = upto
            await asyncio.sleep(self._pause)

    async def _sealed_again(self, table: Table, context: Context, rows: Any) -> int:
        changes = []
        for row in rows:
            try:
                bound = context(row)
                new = self._keys.seal(self._keys.open(row.sealed, bound), bound)
            except SealBroken:
                structlog.get_logger("secrets").critical("row_moved_or_altered", table=table.name)
                continue
            changes.append((row, new))
        done = 0
        async with self._store.writing() as connection:
            for row, new in changes:
                where = [column == getattr(row, column.name) for column in table.primary_key.columns]
                unchanged = update(table).where(*where, table.c.sealed == row.sealed)
                done += (await connection.execute(unchanged.values(sealed=new))).rowcount
        return done


def _head(table: Table) -> Any:
    """The id of the key that sealed a row, as it stands in its envelope."""
    return func.substr(table.c.sealed, ID_AT + 1, ID_BYTES, type_=table.c.sealed.type)


def _heads(table: Table, after: tuple[Any, ...] | None) -> Select[Any]:
    key = table.primary_key.columns
    page = select(*key, _head(table).label("head")).order_by(*key).limit(_HEADS)
    return page if after is None else page.where(tuple_(*key) > tuple_(*after))


def _old_within(table: Table, page: _Page) -> Select[Any]:
    key = tuple_(*table.primary_key.columns)
    old = select(table).where(
        key <= tuple_(*page.upto), _head(table) != bindparam("current", type_=table.c.sealed.type)
    )
    return old if page.after is None else old.where(key > tuple_(*page.after))
