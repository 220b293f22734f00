"""Calls of every source by the hour, added up over all workers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import source_health
from hub.db.store import Store
from hub.domain.health import Calls
from hub.domain.identifiers import SourceId

_t = source_health.c
_SINCE = (
    select(source_health)
    .where(_t.source == bindparam("of_source"), _t.hour >= bindparam("since"))
    .order_by(_t.hour, _t.outcome)
)


class HealthStore:
    """Adding is one transaction: counts of several workers are summed, none is lost."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, calls: Sequence[Calls]) -> None:
        """Add to what is kept. Give them sorted by source, hour and outcome, as every worker does."""
        async with self._store.writing() as connection:
            statement = _ADD[connection.dialect.name]
            for one in calls:
                await connection.execute(statement, msgspec.structs.asdict(one))

    async def since(self, source: SourceId, hour: datetime) -> tuple[Calls, ...]:
        """Every count of a source from this hour on, oldest first."""
        rows = await self._store.select(_SINCE, {"of_source": source, "since": hour})
        return tuple(msgspec.convert(row, Calls, from_attributes=True) for row in rows)


def _add(insert: Any, greater: Any) -> Any:
    statement = insert(source_health)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=(_t.source, _t.hour, _t.outcome),
        set_={
            "calls": _t.calls + new.calls,
            "total_ms": _t.total_ms + new.total_ms,
            "slowest_ms": greater(_t.slowest_ms, new.slowest_ms),
        },
    )


_ADD = {"sqlite": _add(sqlite.insert, func.max), "postgresql": _add(postgresql.insert, func.greatest)}
