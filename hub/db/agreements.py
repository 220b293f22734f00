"""Agreements: every version of every document, and whether it stands."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, bindparam, insert, select, update

from hub.db.partner_tables import agreements
from hub.db.revision import raise_revision
from hub.db.store import Store
from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound
from hub.keys import Keys, SealBroken

_log = structlog.get_logger("hub.db")

_T = agreements.c
_ALL = select(agreements).order_by(_T.source, _T.id, _T.version)
_STANDING = _ALL.where(_T.state == AgreementState.APPROVED.value)
_ONE = select(agreements).where(_T.id == bindparam("of_id"), _T.version == bindparam("of_version"))
_OLDER = select(agreements).where(
    _T.id == bindparam("of_id"), _T.version < bindparam("of_version"), _T.state == AgreementState.APPROVED.value
)
_ELSEWHERE = select(_T.id).where(_T.id == bindparam("of_id"), _T.source != bindparam("of_source"))
_CHANGE = update(agreements).where(_T.id == bindparam("of_id"), _T.version == bindparam("of_version"))


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of an agreement holds. New fields go last, with a default, so that old blobs still open."""

    document: bytes
    reason: str


_decode = msgspec.msgpack.Decoder(_Sealed).decode


class AgreementStore:
    """Every change is one transaction that raises the register's revision."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def standing(self) -> tuple[AgreementRecord, ...]:
        """Every approved version, by source.

        A row that was altered is alarmed and left out: an agreement that is missing is a deny.
        """
        records = []
        for row in await self._store.select(_STANDING):
            try:
                records.append(self._record(row))
            except SealBroken:
                _log.critical("agreement_row_altered", source=row.source)
        return tuple(records)

    async def all(self) -> tuple[AgreementRecord, ...]:
        """Every version. Raises SealBroken."""
        return tuple(self._record(row) for row in await self._store.select(_ALL))

    async def get(self, agreement_id: str, version: int) -> AgreementRecord | None:
        """One version. Raises SealBroken."""
        rows = await self._store.select(_ONE, {"of_id": agreement_id, "of_version": version})
        return self._record(rows[0]) if rows else None

    async def put(self, record: AgreementRecord) -> AgreementRecord:
        """Keep a new version. The very same one again is no fault; raises Conflict for other content."""
        async with self._store.writing() as connection:
            await raise_revision(connection)  # first of all: from here on nobody else changes the register
            elsewhere = await connection.execute(_ELSEWHERE, {"of_id": record.id, "of_source": record.source})
            if elsewhere.first() is not None:
                raise Conflict(
                    "An agreement about another source has this id. Give this one an id of its own.",
                    ("agreement-id-taken",),
                )
            found = (await connection.execute(_ONE, {"of_id": record.id, "of_version": record.version})).fetchall()
            if not found:
                await connection.execute(insert(agreements), self._row(record))
                return record
        before = self._record(found[0])
        if before.digest != record.digest:
            raise Conflict(
                "This version of the agreement is there with other content. Raise its version.",
                ("agreement-version-taken",),
            )
        return before

    async def move(  # noqa: PLR0913  a change is all of this
        self,
        agreement_id: str,
        version: int,
        to: AgreementState,
        *,
        by: str,
        at: datetime,
        reason: str,
        expecting: AbstractSet[AgreementState],
    ) -> AgreementRecord:
        """Change where one version stands. Raises NotFound, and Conflict unless it stands where it is expected.

        With a version that is revoked, every older one of it that stands is revoked: what it replaced does not
        come back.
        """
        names = {"of_id": agreement_id, "of_version": version}
        async with self._store.writing() as connection:
            await raise_revision(connection)
            found = (await connection.execute(_ONE, names)).fetchall()
            if not found:
                raise NotFound(reasons=("no-such-agreement",))
            before = self._record(found[0])
            if before.state not in expecting:
                raise Conflict(
                    f"This version of the agreement is {before.state}, which does not allow that.",
                    ("agreement-state",),
                )
            older = (await connection.execute(_OLDER, names)).fetchall() if to is AgreementState.REVOKED else []
            for one in (before, *(self._record(row) for row in older)):
                moved = msgspec.structs.replace(one, state=to, changed_by=by, changed_at=at, reason=reason)
                new = self._row(moved)
                changed = {name: new[name] for name in ("state", "changed_by", "changed_at", "sealed")}
                await connection.execute(_CHANGE.values(changed), {**names, "of_version": one.version})
        return msgspec.structs.replace(before, state=to, changed_by=by, changed_at=at, reason=reason)

    def _row(self, record: AgreementRecord) -> dict[str, Any]:
        inside = msgspec.msgpack.encode(_Sealed(record.document, record.reason))
        return {
            "id": record.id,
            "version": record.version,
            "source": str(record.source),
            "state": record.state.value,
            "digest": record.digest,
            "origin": record.origin,
            "submitted_by": record.submitted_by,
            "submitted_at": record.submitted_at,
            "changed_by": record.changed_by,
            "changed_at": record.changed_at,
            "sealed": self._keys.seal(inside, agreement_context(record)),
        }

    def _record(self, row: Row[Any]) -> AgreementRecord:
        inside = _decode(self._keys.open(row.sealed, agreement_context(row)))
        return AgreementRecord(
            id=row.id,
            version=row.version,
            source=SourceId(row.source),
            state=AgreementState(row.state),
            digest=row.digest,
            origin=row.origin,
            document=inside.document,
            submitted_by=row.submitted_by,
            submitted_at=row.submitted_at,
            changed_by=row.changed_by,
            changed_at=row.changed_at,
            reason=inside.reason,
        )


def agreement_context(row: Row[Any] | AgreementRecord) -> bytes:
    """Bind the blob to its row: beside another state, source, hash or name it does not open."""
    told = [row.id, row.version, str(row.source), str(row.state), row.digest, row.origin]
    return msgspec.json.encode(["agreement", *told, row.submitted_by, row.changed_by])
