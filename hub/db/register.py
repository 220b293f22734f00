"""The register: every version of every source's manifest, how far it has come, and what testing it came to."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.partner_tables import conformance_results, registration_changes, registrations
from hub.db.register_rows import (
    change_of,
    change_row,
    registration_of,
    registration_row,
    result_of,
    result_row,
)
from hub.db.revision import raise_revision
from hub.db.store import Store
from hub.domain.conformance import ConformanceResult
from hub.domain.identifiers import SourceId
from hub.domain.registrations import NEXT, REGISTERED, Change, Registration, RegistrationState, Side
from hub.errors import Conflict, NotFound
from hub.keys import Keys

_t, _c, _r = registrations.c, registration_changes.c, conformance_results.c
_ALL = select(registrations).order_by(_t.source, _t.version)
_STANDING = _ALL.where(_t.state.in_([state.value for state in sorted(REGISTERED)]))
_OF_SOURCE = _ALL.where(_t.source == bindparam("of_source"))
_HISTORY = select(registration_changes).where(_c.source == bindparam("of_source")).order_by(_c.id)
_CHANGES = select(func.count()).select_from(registration_changes).where(_c.source == bindparam("of_source"))
_NEWEST_RESULT = (
    select(conformance_results)
    .where(_r.source == bindparam("of_source"), _r.version == bindparam("of_version"))
    .order_by(_r.at.desc(), _r.id.desc())
    .limit(1)
)
_REPLACE = update(registrations).where(_t.source == bindparam("of_source"), _t.version == bindparam("of_version"))
CHANGED = ("source-state",)


class Stop(NamedTuple):
    """Whose suspension it is; ``lifted`` where that side lifts its own and the source stays suspended by another's."""

    side: Side
    lifted: bool = False


class RegisterStore:
    """Every change is one transaction with its line in the history. Changes take turns, on every engine."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys

    async def standing(self) -> tuple[Registration, ...]:
        """Every LIVE or SUSPENDED version, by source. Raises SealBroken for a row that was altered."""
        return tuple(registration_of(row, self._keys) for row in await self._store.select(_STANDING))

    async def all(self) -> tuple[Registration, ...]:
        """Every version, by source and version. Raises SealBroken."""
        return tuple(registration_of(row, self._keys) for row in await self._store.select(_ALL))

    async def versions(self, source: SourceId) -> tuple[Registration, ...]:
        """Every version of one source, oldest first. Raises SealBroken."""
        rows = await self._store.select(_OF_SOURCE, {"of_source": source})
        return tuple(registration_of(row, self._keys) for row in rows)

    async def get(self, source: SourceId, version: int | None = None) -> Registration | None:
        """One version, or the newest. Raises SealBroken."""
        known = [one for one in await self.versions(source) if version in {None, one.version}]
        return known[-1] if known else None

    async def history(self, source: SourceId) -> tuple[Change, ...]:
        """Every step of every version of a source, in order. Raises SealBroken."""
        rows = await self._store.select(_HISTORY, {"of_source": source})
        return tuple(change_of(row, self._keys) for row in rows)

    async def put(self, registration: Registration) -> Registration:
        """Keep a new version: a DRAFT that somebody registers, or whatever the operator's files declare.

        The very same version again is no fault, and what is kept is returned. A file takes the place of an
        earlier file. Raises Conflict for any other document under a version that there is.
        """
        if registration.origin == "registered" and registration.state is not RegistrationState.DRAFT:
            raise ValueError("what somebody registers begins as a draft")
        async with self._store.writing() as connection:
            await raise_revision(connection)  # first of all: from here on nobody else changes the register
            known = await self._within(connection, registration.source)
            before = known.get(registration.version)
            if before is not None and _same(before, registration):
                return before
            if before is not None and (before.origin, registration.origin) != ("file", "file"):
                raise Conflict(
                    f"{registration.reference} is registered with another document, and a version never changes. "
                    "Give the document a higher version.",
                    ("source-version-exists",),
                )
            suspended = before is not None and before.state is RegistrationState.SUSPENDED
            await self._keep(connection, before, registration, None if suspended else Stop(Side.OPERATOR))
            await self._make_room(connection, known, registration)
        return registration

    async def move(  # noqa: PLR0913  a change is all of this
        self,
        source: SourceId,
        version: int,
        to: RegistrationState,
        *,
        by: str,
        at: datetime,
        reason: str,
        expecting: frozenset[RegistrationState],
        stop: Stop | None = None,
        seen: int | None = None,
    ) -> Registration:
        """Bring one version on its way; as LIVE it retires the one that stood before. To suspend takes a ``stop``.

        Raises NotFound, and Conflict unless it is in a state that is expected and leads there: of two who move
        it at once one is told so. With ``seen`` also unless the source's history has as many steps as that.
        """
        if to is RegistrationState.SUSPENDED and stop is None:
            raise ValueError("a suspension is somebody's")
        async with self._store.writing() as connection:
            await raise_revision(connection)
            known = await self._within(connection, source)
            if version not in known:
                raise NotFound(reasons=("no-such-source",))
            before = known[version]
            if before.state not in expecting or to not in NEXT[before.state]:
                raise Conflict(
                    f"{before.reference} is {before.state} now, and cannot become {to} from there. Look at it again.",
                    CHANGED,
                )
            if seen not in {None, await _steps(connection, source)}:
                raise Conflict("Somebody else changed this source at the same moment. Look at it again.", CHANGED)
            after = msgspec.structs.replace(before, state=to, changed_by=by, changed_at=at, reason=reason)
            await self._keep(connection, before, after, stop)
            await self._make_room(connection, known, after)
        return after

    async def keep_result(self, result: ConformanceResult) -> None:
        """Keep what a test came to, for good."""
        async with self._store.writing() as connection:
            await connection.execute(insert(conformance_results), result_row(result, self._keys))

    async def newest_result(self, source: SourceId, version: int) -> ConformanceResult | None:
        """What the last test of a version came to. Raises SealBroken."""
        rows = await self._store.select(_NEWEST_RESULT, {"of_source": source, "of_version": version})
        return result_of(rows[0], self._keys) if rows else None

    async def _within(self, connection: AsyncConnection, source: SourceId) -> Mapping[int, Registration]:
        rows = await connection.execute(_OF_SOURCE, {"of_source": source})
        return {row.version: registration_of(row, self._keys) for row in rows}

    async def _make_room(
        self, connection: AsyncConnection, known: Mapping[int, Registration], after: Registration
    ) -> None:
        """Retire whichever other version stands, where this one now does."""
        if after.state not in REGISTERED:
            return
        for other in known.values():
            if other.version != after.version and other.state in REGISTERED:
                gone = msgspec.structs.replace(
                    other,
                    state=RegistrationState.RETIRED,
                    changed_by=after.changed_by,
                    changed_at=after.changed_at,
                    reason=f"Version {after.version} took its place.",
                )
                await self._keep(connection, other, gone, None)

    async def _keep(
        self, connection: AsyncConnection, before: Registration | None, after: Registration, stop: Stop | None
    ) -> None:
        row = registration_row(after, self._keys)
        if before is None:
            await connection.execute(insert(registrations), row)
        else:
            await connection.execute(_REPLACE.values(row), {"of_source": after.source, "of_version": after.version})
        change = Change(
            source=after.source,
            version=after.version,
            before=before.state if before else None,
            after=after.state,
            by=after.changed_by,
            at=after.changed_at,
            reason=after.reason,
        )
        if after.state is RegistrationState.SUSPENDED and stop is not None:
            change = msgspec.structs.replace(change, side=stop.side, lifted=stop.lifted)
        place = await _steps(connection, after.source)
        await connection.execute(insert(registration_changes), change_row(change, place, self._keys))


async def _steps(connection: AsyncConnection, source: SourceId) -> int:
    """How many steps a source's history has."""
    return int((await connection.execute(_CHANGES, {"of_source": source})).scalar_one())


def _same(before: Registration, registration: Registration) -> bool:
    """Whether this is what is kept already: a draft however far it has come, a file in the state it declares."""
    told = before.digest, before.origin
    unchanged = registration.origin == "registered" or before.state is registration.state
    return told == (registration.digest, registration.origin) and unchanged
