"""The ``sql`` connector kind: one partner's database, read and never written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError

from hub.connectors.manifest import Manifest
from hub.connectors.mapping import Fanned, RecordMapping
from hub.connectors.sql import faults
from hub.connectors.sql.jsoncolumns import parsed
from hub.connectors.sql.queries import Search, Sections
from hub.connectors.sql.sessions import read_only_engine
from hub.connectors.sql.statements import ENVELOPE, Statement, asked_with, reading, searching
from hub.domain.answers import Fetched
from hub.domain.categories import Category
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, LinkedPerson
from hub.domain.principals import Principal
from hub.domain.searching import CannotSearch, Probe, SearchKey, TooManyFound
from hub.errors import ConfigurationError
from hub.outbound import carried


class Sql:
    """Asks one database in one statement for each question, over a pool of read-only sessions.

    Make it inside the event loop that uses it. ``secret`` is the database password.
    """

    def __init__(self, manifest: Manifest, mapping: RecordMapping, secret: str | None) -> None:
        self._limits, self._mapping = manifest.limits, mapping
        self._sections = mapping.section(Sections)
        self._searches = _searches(manifest, self._sections)
        self._statements: dict[frozenset[Category], Statement] = {}
        self._finds: dict[Search, Statement] = {}
        self._engine = read_only_engine(manifest, secret)

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:  # noqa: ARG002 - the caller holds it
        """People who fit the condition that the mapping gives for these keys."""
        search = self._searches.get(probe.keys)
        if search is None:
            raise CannotSearch
        rows = (await self._ask(self._searching(search), asked_with(probe)))["person"]
        if len(rows) > self._limits.max_found:
            raise TooManyFound
        return tuple(self._found(row) for row in rows)

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        deadline: Deadline,  # noqa: ARG002 - the caller holds it
        asker: Principal | None = None,  # noqa: ARG002 - this kind limits nobody by name
    ) -> Fetched | None:
        """Records of these categories, of those that the manifest serves, from one snapshot of the queries."""
        a_year_ago = datetime.now(UTC).date() - timedelta(days=365)
        results = await self._ask(self._reading(categories), {"local_id": person.local_id, "a_year_ago": a_year_ago})
        if not results["person"]:
            return None
        broken = parsed(results)
        mapped = self._mapping.apply({name: _row_by_row(rows) for name, rows in results.items()}, categories)
        return Fetched(
            local_id=LocalId(str(results["person"][0]["local_id"])),
            attributes=mapped.attributes,
            records=mapped.records,
            labels=mapped.labels,
            unmapped={**mapped.unmapped, **broken},
        )

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    def _found(self, row: dict[str, Any]) -> Found:
        mapped = self._mapping.apply({"person": [row]}, frozenset())
        return Found(LocalId(str(row["local_id"])), mapped.attributes, mapped.labels)

    def _searching(self, search: Search) -> Statement:
        if search not in self._finds:
            self._finds[search] = searching(self._sections.person, search, self._limits.max_found, self._engine.dialect)
        return self._finds[search]

    def _reading(self, categories: frozenset[Category]) -> Statement:
        if categories not in self._statements:
            needed = self._mapping.sources_for(categories)
            queries = (query for query in self._sections.queries if query.name in needed)
            self._statements[categories] = reading((self._sections.person.one, *queries), self._engine.dialect)
        return self._statements[categories]

    async def _ask(self, statement: Statement, values: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        placed = statement.placed({**values, ENVELOPE: carried() or ""})
        try:
            async with self._engine.connect() as connection:
                rows = (await connection.exec_driver_sql(statement.sql, placed)).all()
        except (DBAPIError, OSError) as fault:
            failure = faults.explained(fault)
        else:
            return statement.rows(rows, self._limits.max_bytes)
        raise failure  # outside the handler, so that no driver's words travel with it


def _row_by_row(rows: Sequence[Any]) -> Fanned:
    """Each row as a reply of its own, so that what a mapping makes of a row's parts can read the row."""
    return Fanned(tuple((None, row) for row in rows))


def _searches(manifest: Manifest, sections: Sections) -> dict[frozenset[SearchKey], Search]:
    """How to search by each of the manifest's key sets. Raises ConfigurationError for one without a condition."""
    by_keys = {frozenset(search.keys): search for search in sections.find}
    missing = [keys for keys in manifest.search if frozenset(keys) not in by_keys]
    if missing:
        raise ConfigurationError(f"{manifest.id}: the mapping has no find for {' and '.join(missing[0])}.")
    return {frozenset(keys): by_keys[frozenset(keys)] for keys in manifest.search}
