"""The hub's tables. Personal values stand only in ``sealed`` columns; operators may read the rest."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, String, Table, TypeDecorator

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """A moment with its zone. SQLite keeps no zone, so there it is UTC going in and coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone."""
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored moment has a zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


enquiries = Table(
    "enquiries",
    metadata,
    Column("id", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("opened_by", String, nullable=False),  # the principal's id
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("broken_glass_until", Instant),
    Column("idempotency", LargeBinary, nullable=False),  # keyed hash of the opener's idempotency key
    Column("sealed", LargeBinary, nullable=False),
    Index("ix_enquiries_opened_by_idempotency", "opened_by", "idempotency", unique=True),
)

break_glass_reviews = Table(
    "break_glass_reviews",
    metadata,
    Column("id", String, primary_key=True),
    Column("enquiry_id", String, ForeignKey("enquiries.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("reviewed_at", Instant),
    Column("reviewed_by", String),
    Column("sealed", LargeBinary, nullable=False),  # the reason
)

links = Table(
    "links",
    metadata,
    Column("subject", String, primary_key=True),  # a keyed hash
    Column("source", String, primary_key=True),
    Column("how", String, nullable=False),
    Column("confirmed_by", String, nullable=False),
    Column("confirmed_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # local id and fingerprint
)

match_decisions = Table(
    "match_decisions",
    metadata,
    Column("subject", String, primary_key=True),  # a keyed hash
    Column("source", String, primary_key=True),
    Column("pair", String, primary_key=True),  # a keyed hash of subject, source and local id
    Column("decision", String, nullable=False),
    Column("decided_by", String, nullable=False),  # the principal's id
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # local id, what the source told, the reason, the enquiry
)
