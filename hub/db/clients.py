"""Partners' systems that may sign in. What would let a stranger in if it were altered is sealed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from hub.db.partner_tables import partner_clients
from hub.db.revision import raise_revision
from hub.db.store import Store
from hub.db.used_tokens import UsedTokens
from hub.domain.clients import ClientState, PartnerClient
from hub.domain.codes import Agency
from hub.domain.identifiers import SourceId
from hub.errors import Conflict, NotFound
from hub.keys import Keys

_c = partner_clients.c
_ALL = select(partner_clients).order_by(_c.id)
_ONE = select(partner_clients).where(_c.id == bindparam("client"))


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a client holds. New fields go last, with a default, so that old blobs still open."""

    organisation: str
    sources: tuple[SourceId, ...]
    jwks: Mapping[str, Any]
    reason: str


_decode = msgspec.json.Decoder(_Sealed).decode


class ClientStore:
    """One row for each client, for good: a revoked one keeps its id."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self.used = UsedTokens(store, keys)  # the assertions by which clients signed in

    async def get(self, client: str) -> PartnerClient | None:
        """One client. Raises SealBroken for a row that was altered or moved."""
        rows = await self._store.select(_ONE, {"client": client})
        return self._client(rows[0]) if rows else None

    async def all(self) -> tuple[PartnerClient, ...]:
        """Every client, by id. Raises SealBroken."""
        return tuple(self._client(row) for row in await self._store.select(_ALL))

    async def enrol(self, client: PartnerClient) -> PartnerClient:
        """Keep a client, in place of what was enrolled under its id before: other keys, other sources.

        Raises Conflict where the id was revoked, or belongs to another agency.
        """
        async with self._store.writing() as connection:
            await raise_revision(connection)  # first of all: from here on nobody else changes the register
            row = (await connection.execute(_ONE, {"client": client.id})).first()
            before = self._client(row) if row is not None else None
            if before is not None and (before.state is ClientState.REVOKED or before.agency is not client.agency):
                raise Conflict(
                    "This client id was revoked, or belongs to another agency. Enrol the system under another id.",
                    ("client-id-taken",),
                )
            await connection.execute(_UPSERT[connection.dialect.name], self._row(client))
        return client

    async def revoke(self, client: str, reason: str, at: datetime) -> PartnerClient:
        """Close a client for good; to revoke it twice is no fault. Raises NotFound."""
        async with self._store.writing() as connection:
            await raise_revision(connection)
            row = (await connection.execute(_ONE, {"client": client})).first()
            if row is None:
                raise NotFound(reasons=("no-such-client",))
            before = self._client(row)
            if before.state is ClientState.REVOKED:
                return before
            revoked = msgspec.structs.replace(before, state=ClientState.REVOKED, changed_at=at, reason=reason)
            await connection.execute(_UPSERT[connection.dialect.name], self._row(revoked))
        return revoked

    def _row(self, client: PartnerClient) -> dict[str, Any]:
        inside = _Sealed(client.organisation, tuple(sorted(client.sources)), client.jwks, client.reason)
        plain: dict[str, str | datetime] = {
            "id": client.id,
            "agency": client.agency.value,
            "state": client.state.value,
            "enrolled_by": client.enrolled_by,
            "enrolled_at": client.enrolled_at,
            "changed_at": client.changed_at,
        }
        return {**plain, "sealed": self._keys.seal(msgspec.json.encode(inside), _context(*plain.values()))}

    def _client(self, row: Row[Any]) -> PartnerClient:
        inside = _decode(self._keys.open(row.sealed, client_context(row)))
        return PartnerClient(
            id=row.id,
            agency=Agency(row.agency),
            organisation=inside.organisation,
            sources=frozenset(inside.sources),
            jwks=inside.jwks,
            state=ClientState(row.state),
            enrolled_by=row.enrolled_by,
            enrolled_at=row.enrolled_at,
            changed_at=row.changed_at,
            reason=inside.reason,
        )


def client_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored client to its row."""
    return _context(row.id, row.agency, row.state, row.enrolled_by, row.enrolled_at, row.changed_at)


def _context(*plain: str | datetime) -> bytes:
    """Beside another id, agency, state, person or time the blob does not open."""
    at = {one: one.astimezone(UTC).isoformat(timespec="microseconds") for one in plain if isinstance(one, datetime)}
    return msgspec.json.encode(["partner-client", *(at[one] if isinstance(one, datetime) else one for one in plain)])


def _upsert(insert: Any) -> Any:
    statement = insert(partner_clients)
    new = {column.name: statement.excluded[column.name] for column in partner_clients.c if column.name != "id"}
    return statement.on_conflict_do_update(index_elements=(_c.id,), set_=new)


_UPSERT = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
