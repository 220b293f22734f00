"""The statements of the line, for each engine: they differ in whose clock tells the time, and in locks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
from sqlalchemy import (
    ColumnElement,
    Delete,
    Float,
    Interval,
    LargeBinary,
    Select,
    String,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from hub.db.partner_tables import exchange_requests as table
from hub.db.tables import Instant

LINGER = timedelta(minutes=1)  # after its end: whoever comes late is told what became of it

Moment = ColumnElement[Any]


class Times(Protocol):
    """Gives the parameters of a moment, and of one so many seconds later."""

    def __call__(self, now: datetime, seconds: float = 0.0, /) -> Mapping[str, Any]:
        """Parameters of a statement."""
        ...


class Statements(msgspec.Struct, frozen=True):
    """What one engine is asked."""

    put: ReturningInsert[str]
    any_free: Select[*tuple[Any, ...]]
    claim: ReturningUpdate[*tuple[Any, ...]]
    row: Select[*tuple[Any, ...]]
    renew: ReturningUpdate[*tuple[Any, ...]]
    answer: ReturningUpdate[*tuple[Any, ...]]
    tidy: Delete
    times: Times


def statements(now: Moment, until: Moment, long_ago: Moment, times: Times) -> Statements:
    """Every statement, over these expressions for now, for so many seconds from now, and for ``LINGER`` ago."""
    open_ = table.c.source == bindparam("whose"), table.c.answered_at.is_(None), table.c.expires_at > now
    free = (*open_, or_(table.c.leased_until.is_(None), table.c.leased_until <= now))
    held = update(table).where(
        table.c.id == bindparam("of"), table.c.lease == bindparam("held_by"), table.c.leased_until > now, *open_
    )
    old = select(table.c.id).where(table.c.expires_at < long_ago).order_by(table.c.expires_at).limit(bindparam("most"))
    return Statements(
        put=_put(now, until, open_),
        any_free=select(table.c.id).where(*free).limit(1),
        claim=_claim(now, until, free),
        row=select(table, now.label("now")).where(table.c.id == bindparam("of")),
        renew=held.values(leased_until=until).returning(table.c.expires_at, now.label("now")),
        answer=held.values(answered_at=now, answer=bindparam("reply")).returning(table.c.id),
        tidy=delete(table).where(table.c.id.in_(old.with_for_update(skip_locked=True))),
        times=times,
    )


def _claim(now: Moment, until: Moment, free: tuple[ColumnElement[bool], ...]) -> ReturningUpdate[*tuple[Any, ...]]:
    """Take the oldest that are free and that nobody is just taking. What comes back is in no order."""
    oldest = (
        select(table.c.id)
        .where(*free)
        .order_by(table.c.created_at, table.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("oldest")  # evaluated once: its locks are what keeps two claims apart
    )
    return (
        update(table)
        .where(table.c.id.in_(select(oldest.c.id)))
        .values(lease=bindparam("held_by"), holder=bindparam("client"), leased_until=until, claims=table.c.claims + 1)
        .returning(table.c.id, table.c.source, table.c.created_at, table.c.expires_at, table.c.sealed, now.label("now"))
    )


def _put(now: Moment, until: Moment, open_: tuple[ColumnElement[bool], ...]) -> ReturningInsert[str]:
    """Insert one, unless ``most`` are open: the count stops there, so a long line costs no more."""
    line = select(table.c.id).where(*open_).limit(bindparam("most")).subquery()
    count = select(func.count()).select_from(line).scalar_subquery()
    row = select(
        bindparam("of", type_=String),
        bindparam("whose", type_=String),
        now,
        until,
        literal(0),
        bindparam("asked", type_=LargeBinary),
    ).where(count < bindparam("most"))
    columns = ["id", "source", "created_at", "expires_at", "claims", "sealed"]
    return insert(table).from_select(columns, row).returning(table.c.id)


def _postgresql() -> Statements:
    now = func.clock_timestamp(type_=Instant)
    started = func.statement_timestamp(type_=Instant)  # the same for a whole statement, so that an index serves
    later = func.make_interval(0, 0, 0, 0, 0, 0, bindparam("seconds", type_=Float), type_=Interval)

    def times(_now: datetime, seconds: float = 0.0) -> Mapping[str, Any]:
        return {"seconds": seconds}

    return statements(now, now + later, started - literal(LINGER, Interval), times)


def _sqlite() -> Statements:
    """One host, so one clock: this process's."""

    def times(now: datetime, seconds: float = 0.0) -> Mapping[str, Any]:
        return {
            "now": now,
            "until": now + timedelta(seconds=seconds),
            "long_ago": now - LINGER,
        }

    now, until, long_ago = (bindparam(name, type_=Instant) for name in ("now", "until", "long_ago"))
    return statements(now, until, long_ago, times)


BY_DIALECT: Mapping[str, Statements] = {"sqlite": _sqlite(), "postgresql": _postgresql()}
