"""The enquiries and the break-glass review list."""

import secrets
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.enquiry_rows import enquiry_of, row_of, same_request
from hub.db.store import Store
from hub.db.tables import break_glass_reviews, enquiries
from hub.domain.codes import PurposeCode
from hub.domain.enquiries import Enquiry
from hub.errors import Conflict, NotFound
from hub.keys import Keys, SealBroken

MOST_REVIEWS = 100

_KEY = (enquiries.c.opened_by, enquiries.c.idempotency)
_BY_ID = select(enquiries).where(enquiries.c.id == bindparam("id"))
_BY_KEY = select(enquiries).where(*(column == bindparam(column.name) for column in _KEY))
_REVIEWS = select(break_glass_reviews, enquiries.c.purpose, enquiries.c.opened_by).join(enquiries)
_REVIEW = _REVIEWS.where(break_glass_reviews.c.id == bindparam("id"))
_OF_ENQUIRY = _REVIEWS.where(break_glass_reviews.c.enquiry_id == bindparam("id")).order_by(
    break_glass_reviews.c.at, break_glass_reviews.c.id
)
_PENDING = (
    _REVIEWS.where(break_glass_reviews.c.reviewed_at.is_(None))
    .order_by(break_glass_reviews.c.at, break_glass_reviews.c.id)
    .limit(MOST_REVIEWS)
)
_INSERT = {  # the first of two with one key wins; the other finds it
    "sqlite": sqlite.insert(enquiries).on_conflict_do_nothing(index_elements=_KEY).returning(enquiries.c.id),
    "postgresql": postgresql.insert(enquiries).on_conflict_do_nothing(index_elements=_KEY).returning(enquiries.c.id),
}


class BreakGlassReview(msgspec.Struct, frozen=True):
    """One broken glass that somebody has to look at, or has looked at."""

    id: str
    enquiry_id: str
    purpose: PurposeCode
    opened_by: str  # the principal's id; only they can have broken it
    at: datetime
    until: datetime
    reason: str
    reviewed_at: datetime | None
    reviewed_by: str | None


class EnquiryStore:
    """Every read is one statement; every write is one transaction."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def open(self, enquiry: Enquiry, idempotency_key: str) -> Enquiry:
        """Store a new enquiry, or return the one that this person opened with this key before.

        Raises Conflict when the key was used for other content.
        """
        row = row_of(enquiry, idempotency_key, self._keys)
        async with self._store.writing() as connection:
            kept = await connection.execute(_INSERT[connection.dialect.name], row)
            if kept.first() is not None:
                return enquiry
            found = await connection.execute(_BY_KEY, {column.name: row[column.name] for column in _KEY})
            first = enquiry_of(found.one(), self._keys)
        if not same_request(first, enquiry):
            raise Conflict(
                "This idempotency key was used for another enquiry. Send a fresh key.", ("idempotency-key-reused",)
            )
        return first

    async def get(self, enquiry_id: str) -> Enquiry | None:
        """The enquiry of this id. Raises SealBroken when its row was altered."""
        rows = await self._store.select(_BY_ID, {"id": enquiry_id})
        return enquiry_of(rows[0], self._keys) if rows else None

    async def close(self, enquiry_id: str, at: datetime) -> Enquiry:
        """Close it. An enquiry closed before stays closed as of then. Raises NotFound."""
        async with self._store.writing() as connection:
            return await self._change(connection, enquiry_id, closed_at=at)

    async def break_glass(self, enquiry_id: str, until: datetime, at: datetime, reason: str) -> Enquiry:
        """Grant deeper access until then, and list it for review. Raises NotFound, and Conflict when closed."""
        review_id = secrets.token_hex(16)
        sealed = self._keys.seal(reason.encode(), _review_context(review_id, enquiry_id))
        review = {"id": review_id, "enquiry_id": enquiry_id, "at": at, "until": until, "sealed": sealed}
        async with self._store.writing() as connection:
            enquiry = await self._change(connection, enquiry_id, broken_glass_until=until)
            if enquiry.closed_at is not None:
                raise Conflict("This enquiry is closed. Open another to look again.", ("enquiry-closed",))
            await connection.execute(insert(break_glass_reviews), review)
        return enquiry

    async def break_glass_reviews(self) -> tuple[BreakGlassReview, ...]:
        """Broken glasses that nobody has reviewed, oldest first, at most ``MOST_REVIEWS`` of them."""
        return tuple(self._review(row) for row in await self._store.select(_PENDING))

    async def break_glass_review(self, review_id: str) -> BreakGlassReview | None:
        """One of them, reviewed or not."""
        rows = await self._store.select(_REVIEW, {"id": review_id})
        return self._review(rows[0]) if rows else None

    async def broken_glasses(self, enquiry_id: str) -> tuple[BreakGlassReview | None, ...]:
        """Every time the glass of an enquiry was broken, in order; None for one whose row was altered since."""
        return tuple(self._unless_altered(row) for row in await self._store.select(_OF_ENQUIRY, {"id": enquiry_id}))

    async def mark_reviewed(self, review_id: str, by: str, at: datetime) -> BreakGlassReview:
        """Take one off the pending list. The first reviewer stands. Raises NotFound."""
        table = break_glass_reviews
        change = update(table).where(table.c.id == review_id, table.c.reviewed_at.is_(None))
        async with self._store.writing() as connection:
            await connection.execute(change.values(reviewed_at=at, reviewed_by=by))
            row = (await connection.execute(_REVIEW, {"id": review_id})).one_or_none()
        if row is None:
            raise NotFound
        return self._review(row)

    async def _change(self, connection: AsyncConnection, enquiry_id: str, **facts: datetime) -> Enquiry:
        """Set facts of an enquiry unless it is closed, and return it as it then is."""
        change = update(enquiries).where(enquiries.c.id == enquiry_id, enquiries.c.closed_at.is_(None))
        await connection.execute(change.values(facts))
        row = (await connection.execute(_BY_ID, {"id": enquiry_id})).one_or_none()
        if row is None:
            raise NotFound
        return enquiry_of(row, self._keys)

    def _unless_altered(self, row: Row[Any]) -> BreakGlassReview | None:
        try:
            return self._review(row)
        except SealBroken:
            return None

    def _review(self, row: Row[Any]) -> BreakGlassReview:
        return BreakGlassReview(
            id=row.id,
            enquiry_id=row.enquiry_id,
            purpose=PurposeCode(row.purpose),
            opened_by=row.opened_by,
            at=row.at,
            until=row.until,
            reason=self._keys.open(row.sealed, review_context(row)).decode(),
            reviewed_at=row.reviewed_at,
            reviewed_by=row.reviewed_by,
        )


def review_context(row: Row[Any]) -> bytes:
    """What binds the reason of a stored review to its row."""
    return _review_context(row.id, row.enquiry_id)


def _review_context(review_id: str, enquiry_id: str) -> bytes:
    return msgspec.json.encode(["break-glass", review_id, enquiry_id])
