"""What reviewers came to. Verdicts are added and never changed: the newest of a line stands."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, insert, select

from hub.db.review_tables import review_verdicts
from hub.db.store import Store
from hub.domain.review import Judgement, ReviewVerdict, Rule
from hub.keys import Keys, SealBroken

_log = structlog.get_logger("hub.db")
_ALL = select(review_verdicts).order_by(review_verdicts.c.at, review_verdicts.c.id)


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a verdict holds. New fields go last, with a default, so that old blobs still open."""

    reason: str
    rules: tuple[Rule, ...]
    entries: tuple[int, ...] = ()


_decode = msgspec.msgpack.Decoder(_Sealed).decode


class VerdictStore:
    """Every read is one statement; every write is one transaction."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def keep(self, verdict: ReviewVerdict) -> None:
        """Keep a verdict."""
        async with self._store.writing() as connection:
            await connection.execute(insert(review_verdicts), self._row(verdict))

    async def by_item(self) -> Mapping[str, list[ReviewVerdict]]:
        """Every verdict, by its line, the newest last. One whose row was altered is left out, with an alarm."""
        found: dict[str, list[ReviewVerdict]] = {}
        for row in await self._store.select(_ALL):
            try:
                verdict = self._verdict(row)
            except SealBroken:
                _log.critical("verdict_row_altered", verdict=row.id)
                continue
            found.setdefault(verdict.item, []).append(verdict)
        return found

    def _row(self, verdict: ReviewVerdict) -> dict[str, Any]:
        inside = _Sealed(verdict.reason, verdict.rules, verdict.entries)
        plain = {
            "id": verdict.id,
            "item": verdict.item,
            "enquiry_id": verdict.enquiry_id,
            "principal": verdict.principal,
            "judgement": verdict.judgement.value,
            "by": verdict.by,
            "at": verdict.at,
            "through": verdict.through,
        }
        return {**plain, "sealed": self._keys.seal(msgspec.msgpack.encode(inside), _context(*plain.values()))}

    def _verdict(self, row: Row[Any]) -> ReviewVerdict:
        inside = _decode(self._keys.open(row.sealed, verdict_context(row)))
        return ReviewVerdict(
            id=row.id,
            item=row.item,
            enquiry_id=row.enquiry_id,
            principal=row.principal,
            judgement=Judgement(row.judgement),
            reason=inside.reason,
            by=row.by,
            at=row.at,
            rules=inside.rules,
            through=row.through,
            entries=inside.entries,
        )


def verdict_context(row: Row[Any]) -> bytes:
    """What binds a verdict's blob to its row: beside another judgement, line or person it does not open."""
    return _context(row.id, row.item, row.enquiry_id, row.principal, row.judgement, row.by, row.at, row.through)


def _context(*plain: str | int | datetime | None) -> bytes:
    return msgspec.json.encode(["review-verdict", *(_exact(one) for one in plain)])


def _exact(value: str | int | datetime | None) -> str | int | None:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
