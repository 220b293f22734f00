"""Human decisions about matches, and the links that follow from them: kept together or not at all."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.db.links import CONFIRMED, LinkStore
from hub.db.store import Store
from hub.db.tables import match_decisions
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import LinkedPerson
from hub.keys import Keys

_KEY = (match_decisions.c.subject, match_decisions.c.source, match_decisions.c.pair)
_FOR_SUBJECT = (
    select(match_decisions)
    .where(match_decisions.c.subject == bindparam("subject"))
    .order_by(match_decisions.c.source, match_decisions.c.at, match_decisions.c.pair)
)
_OTHERS_CONFIRMED = delete(match_decisions).where(
    match_decisions.c.subject == bindparam("of_subject"),
    match_decisions.c.source == bindparam("of_source"),
    match_decisions.c.pair != bindparam("of_pair"),
    match_decisions.c.decision == Decision.CONFIRMED.value,
)


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of a decision holds. New fields go last, with a default, so that old blobs still open."""

    local_id: str
    seen: bytes
    reason: str
    enquiry_id: str


_decode = msgspec.msgpack.Decoder(_Sealed).decode


class DecisionStore:
    """The latest decision for each subject and local identifier of a source; the audit log has every one.

    ``subject`` is a keyed hash, and so is the column that tells pairs apart: the table alone says nothing
    about anybody.
    """

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store, self._keys = store, keys
        self._links = LinkStore(store, keys)

    async def for_subject(self, subject: str) -> tuple[MatchDecision, ...]:
        """Every decision about this subject. Raises SealBroken when a row was altered or its blob moved."""
        rows = await self._store.select(_FOR_SUBJECT, {"subject": subject})
        return tuple(self._decision(row) for row in rows)

    async def keep(self, subject: str, decision: MatchDecision, fingerprint: bytes) -> None:
        """Keep a decision in place of an earlier one about the same pair, and do to the link what it says.

        One transaction: a confirmation makes the link, with ``fingerprint``, in place of any other at the
        source and of any other confirmation there; a rejection removes the link to this local identifier.
        """
        async with self._store.writing() as connection:
            await _take_turns(connection, subject, decision.source)
            row = self._row(subject, decision)
            await connection.execute(_UPSERT[connection.dialect.name], row)
            if decision.decision is Decision.REJECTED:
                await self._links.remove_within(connection, subject, decision.source, decision.local_id)
                return
            others = {"of_subject": subject, "of_source": decision.source, "of_pair": row["pair"]}
            await connection.execute(_OTHERS_CONFIRMED, others)
            link = LinkedPerson(decision.source, decision.local_id, fingerprint)
            await self._links.put_within(connection, subject, link, CONFIRMED, decision.by, decision.at)

    def _row(self, subject: str, decision: MatchDecision) -> dict[str, Any]:
        inside = _Sealed(decision.local_id, decision.seen, decision.reason, decision.enquiry_id)
        told = msgspec.json.encode([subject, decision.source, decision.local_id])
        plain = {
            "subject": subject,
            "source": str(decision.source),
            "pair": self._keys.mac("match-decision", told).hex(),
            "decision": decision.decision.value,
            "decided_by": decision.by,
        }
        sealed = self._keys.seal(msgspec.msgpack.encode(inside), _context(decision.at, *plain.values()))
        return {**plain, "at": decision.at, "sealed": sealed}

    def _decision(self, row: Row[Any]) -> MatchDecision:
        inside = _decode(self._keys.open(row.sealed, decision_context(row)))
        return MatchDecision(
            source=SourceId(row.source),
            local_id=LocalId(inside.local_id),
            decision=Decision(row.decision),
            seen=inside.seen,
            by=row.decided_by,
            at=row.at,
            reason=inside.reason,
            enquiry_id=inside.enquiry_id,
        )


async def _take_turns(connection: AsyncConnection, subject: str, source: str) -> None:
    """Let one at a time decide about a subject at a source, until this transaction ends. SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{subject} {source}", 0))))


def decision_context(row: Row[Any]) -> bytes:
    """What binds the blob of a stored decision to its row."""
    return _context(row.at, row.subject, row.source, row.pair, row.decision, row.decided_by)


def _context(at: datetime, *plain: str) -> bytes:
    """Bind the blob to its row: beside another subject, pair, decision, person or time it does not open."""
    return msgspec.json.encode(["match-decision", *plain, at.astimezone(UTC).isoformat(timespec="microseconds")])


def _upsert(insert: Any) -> Any:
    statement = insert(match_decisions)
    new = {name: statement.excluded[name] for name in ("decision", "decided_by", "at", "sealed")}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=new)


_UPSERT = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
