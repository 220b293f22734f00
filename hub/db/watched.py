"""Whom reviewers flagged, and marks of who works here: keyed hashes alone, sealed to their rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Row, Select, bindparam, delete, insert, select, update

from hub.db.review_tables import person_flags, staff_marks
from hub.db.store import Store
from hub.domain.review import Flag, FlagKind, StaffMarks
from hub.errors import NotFound
from hub.keys import Keys, SealBroken

_log = structlog.get_logger("hub.db")
_STANDING = (
    select(person_flags)
    .where(person_flags.c.lifted_at.is_(None))
    .order_by(person_flags.c.flagged_at.desc(), person_flags.c.id)
)
_EVER = select(person_flags).order_by(person_flags.c.flagged_at.desc(), person_flags.c.id)
_FLAG = select(person_flags).where(person_flags.c.id == bindparam("id"))
_STAFF = select(staff_marks).order_by(staff_marks.c.principal)


class _Marks(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of somebody of the staff holds. New fields go last, with a default."""

    surnames: frozenset[str]
    parts: frozenset[str]
    postcodes: frozenset[str]
    people: frozenset[str]


_decode_people = msgspec.msgpack.Decoder(frozenset[str]).decode
_decode_marks = msgspec.msgpack.Decoder(_Marks).decode


class WatchStore:
    """Every read is one statement; every write is one transaction."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def flag(self, flag: Flag) -> None:
        """Keep a flag."""
        row = {
            "id": flag.id,
            "kind": flag.kind.value,
            "flagged_by": flag.flagged_by,
            "flagged_at": flag.flagged_at,
            "sealed": self._keys.seal(msgspec.msgpack.encode(sorted(flag.people)), _flag(flag.id, flag.kind.value)),
        }
        async with self._store.writing() as connection:
            await connection.execute(insert(person_flags), row)

    async def lift(self, flag_id: str, by: str, at: datetime) -> None:
        """Take a flag away; one that was lifted before stays as it is. Raises NotFound."""
        change = update(person_flags).where(person_flags.c.id == flag_id, person_flags.c.lifted_at.is_(None))
        async with self._store.writing() as connection:
            await connection.execute(change.values(lifted_by=by, lifted_at=at))
            if (await connection.execute(_FLAG, {"id": flag_id})).one_or_none() is None:
                raise NotFound(reasons=("no-such-flag",))

    async def flags(self) -> tuple[Flag, ...]:
        """Flags that stand, the newest first. One whose row was altered is left out, with an alarm."""
        return await self._flags(_STANDING)

    async def flags_ever(self) -> tuple[Flag, ...]:
        """Flags that stand or stood, the newest first. One whose row was altered is left out, with an alarm."""
        return await self._flags(_EVER)

    async def _flags(self, which: Select[Any]) -> tuple[Flag, ...]:
        found = []
        for row in await self._store.select(which):
            try:
                people = _decode_people(self._keys.open(row.sealed, flag_context(row)))
            except SealBroken:
                _log.critical("flag_row_altered", flag=row.id)
                continue
            found.append(Flag(row.id, FlagKind(row.kind), people, row.flagged_by, row.flagged_at, row.lifted_at))
        return tuple(found)

    async def note_staff(self, staff: Iterable[StaffMarks], by: str, at: datetime) -> None:
        """Keep marks of staff, in place of what was kept of them."""
        rows = [self._row(one, by, at) for one in staff]
        async with self._store.writing() as connection:
            for row in rows:
                await connection.execute(delete(staff_marks).where(staff_marks.c.principal == row["principal"]))
            if rows:
                await connection.execute(insert(staff_marks), rows)

    async def forget_staff(self, principal: str) -> bool:
        """Forget somebody who left; False where nothing was kept."""
        async with self._store.writing() as connection:
            gone = await connection.execute(delete(staff_marks).where(staff_marks.c.principal == principal))
            return gone.rowcount == 1

    async def staff(self) -> Mapping[str, StaffMarks]:
        """Marks of staff, by principal. Those whose row was altered are left out, with an alarm."""
        found = {}
        for row in await self._store.select(_STAFF):
            try:
                inside = _decode_marks(self._keys.open(row.sealed, staff_context(row)))
            except SealBroken:
                _log.critical("staff_row_altered")
                continue
            found[row.principal] = StaffMarks(
                row.principal, inside.surnames, inside.parts, inside.postcodes, inside.people
            )
        return found

    def _row(self, marks: StaffMarks, by: str, at: datetime) -> dict[str, Any]:
        inside = _Marks(marks.surnames, marks.parts, marks.postcodes, marks.people)
        sealed = self._keys.seal(msgspec.msgpack.encode(inside), _staff(marks.principal))
        return {"principal": marks.principal, "noted_by": by, "noted_at": at, "sealed": sealed}


def flag_context(row: Row[Any]) -> bytes:
    """What binds a flag's blob to its row."""
    return _flag(row.id, row.kind)


def staff_context(row: Row[Any]) -> bytes:
    """What binds the blob of somebody of the staff to their row."""
    return _staff(row.principal)


def _flag(flag_id: str, kind: str) -> bytes:
    return msgspec.json.encode(["person-flag", flag_id, kind])


def _staff(principal: str) -> bytes:
    return msgspec.json.encode(["staff-marks", principal])
