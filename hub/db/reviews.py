"""What persons at the partners decide: one review for each enquiry and source."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import holder_reviews
from hub.db.store import Store
from hub.domain.codes import Agency, PurposeCode, Urgency
from hub.domain.holding import DenialReason, HolderReview, ReviewState
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound
from hub.keys import Keys, SealBroken

_log = structlog.get_logger("hub.db")
MOST_LISTED = 200

_T = holder_reviews.c
_OF_ENQUIRY = select(holder_reviews).where(_T.enquiry_id == bindparam("enquiry_id"))
_BY_ID = select(holder_reviews).where(_T.id == bindparam("id"))
_WORK = (
    select(holder_reviews)
    .where(_T.agency == bindparam("agency"), _T.state == ReviewState.PENDING.value)
    .order_by(_T.due_at, _T.id)
    .limit(MOST_LISTED)
)
_TO_REMIND = (
    select(holder_reviews)
    .where(_T.state == ReviewState.PENDING.value, _T.reminded_at.is_(None))
    .order_by(_T.due_at, _T.id)
    .limit(MOST_LISTED)
)


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a review holds. New fields go last, with a default, so that old blobs still open."""

    who: str
    reference: str | None
    local_id: str | None
    reason: DenialReason | None = None
    words: str = ""


_decode = msgspec.msgpack.Decoder(_Sealed).decode


class ReviewStore:
    """Every read is one statement; every write is one transaction."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def of(self, enquiry_id: str) -> dict[SourceId, HolderReview]:
        """The reviews under one enquiry, by source. Raises SealBroken for an altered row."""
        rows = await self._store.select(_OF_ENQUIRY, {"enquiry_id": enquiry_id})
        return {review.source: review for review in map(self._review, rows)}

    async def get(self, review_id: str) -> HolderReview | None:
        """One review."""
        rows = await self._store.select(_BY_ID, {"id": review_id})
        return self._review(rows[0]) if rows else None

    async def waiting(self, agency: Agency) -> tuple[HolderReview, ...]:
        """What waits for somebody at an agency, the soonest due first; at most ``MOST_LISTED``."""
        return tuple(map(self._review, await self._store.select(_WORK, {"agency": agency.value})))

    async def unreminded(self) -> tuple[HolderReview, ...]:
        """What waits and nobody was reminded of, the soonest due first."""
        reviews = []
        for row in await self._store.select(_TO_REMIND):
            try:
                reviews.append(self._review(row))
            except SealBroken:  # nobody is reminded of what was altered, and everybody of the rest
                _log.critical("review_row_altered", source=row.source)
        return tuple(reviews)

    async def open(self, review: HolderReview) -> bool:
        """Keep a new review; False where this enquiry has one at this source already."""
        async with self._store.writing() as connection:
            kept = await connection.execute(_INSERT[connection.dialect.name], self._row(review))
            return kept.first() is not None

    async def remind(self, review: HolderReview, at: datetime) -> bool:
        """Note that somebody was reminded; False where another worker did."""
        change = update(holder_reviews).where(_T.id == review.id, _T.reminded_at.is_(None))
        async with self._store.writing() as connection:
            return (await connection.execute(change.values(reminded_at=at))).rowcount == 1

    async def decide(self, decided: HolderReview) -> HolderReview:
        """Keep a decision. The first stands: raises Conflict for a second, NotFound for none to decide."""
        row = self._row(decided)
        change = update(holder_reviews).where(_T.id == decided.id, _T.state == ReviewState.PENDING.value)
        new = {name: row[name] for name in ("state", "decided_at", "decided_by", "sealed")}
        async with self._store.writing() as connection:
            if (await connection.execute(change.values(new))).rowcount == 1:
                return decided
            known: Sequence[Row[Any]] = (await connection.execute(_BY_ID, {"id": decided.id})).fetchall()
        if not known:
            raise NotFound(reasons=("no-such-review",))
        raise Conflict("Somebody has decided this already. The first decision stands.", ("review-decided",))

    def _row(self, review: HolderReview) -> dict[str, Any]:
        inside = _Sealed(review.who, review.reference, review.local_id, review.reason, review.words)
        plain = {
            "id": review.id,
            "enquiry_id": review.enquiry_id,
            "source": str(review.source),
            "agency": review.agency.value,
            "state": review.state.value,
            "purpose": review.purpose.value,
            "urgency": review.urgency.value,
        }
        context = _bound(review.decided_by, *plain.values())
        return {
            **plain,
            "asked_at": review.asked_at,
            "due_at": review.due_at,
            "reminded_at": review.reminded_at,
            "decided_at": review.decided_at,
            "decided_by": review.decided_by,
            "sealed": self._keys.seal(msgspec.msgpack.encode(inside), context),
        }

    def _review(self, row: Row[Any]) -> HolderReview:
        inside = _decode(self._keys.open(row.sealed, holder_review_context(row)))
        return HolderReview(
            id=row.id,
            enquiry_id=row.enquiry_id,
            source=SourceId(row.source),
            agency=Agency(row.agency),
            state=ReviewState(row.state),
            purpose=PurposeCode(row.purpose),
            urgency=Urgency(row.urgency),
            asked_at=row.asked_at,
            due_at=row.due_at,
            who=inside.who,
            reference=inside.reference,
            local_id=inside.local_id,
            reminded_at=row.reminded_at,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            reason=inside.reason,
            words=inside.words,
        )


def holder_review_context(row: Row[Any]) -> bytes:
    """What binds a review's blob to its row."""
    plain = row.id, row.enquiry_id, row.source, row.agency, row.state, row.purpose, row.urgency
    return _bound(row.decided_by, *plain)


def _bound(decided_by: str | None, *plain: str) -> bytes:
    """Bind the blob to its row: beside another state, enquiry, source or person it does not open."""
    return msgspec.json.encode(["holder-review", *plain, decided_by or ""])


def _insert(insert: Any) -> Any:
    return insert(holder_reviews).on_conflict_do_nothing(index_elements=(_T.enquiry_id, _T.source)).returning(_T.id)


_INSERT = {"sqlite": _insert(sqlite.insert), "postgresql": _insert(postgresql.insert)}
