"""Tables of the partnership: who joined, under which agreements, and what is under way with each partner.

As in ``hub.db.tables``: whatever could be personal, secret or altered to harm stands in a sealed column.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table

from hub.db.tables import Instant, metadata

# One row. Every change of the register raises it in the same transaction; workers compare it with what they hold.
register_revision = Table(
    "register_revision",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

registrations = Table(
    "registrations",
    metadata,
    Column("source", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("digest", String, nullable=False),  # SHA-256 of the manifest's canonical bytes
    Column("agency", String, nullable=False),
    Column("origin", String, nullable=False),  # file: declared by the operator; registered: by the partner
    Column("registered_by", String, nullable=False),  # the principal's id
    Column("registered_at", Instant, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the manifest, its mapping, the reason of the last change
)

registration_changes = Table(
    "registration_changes",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the reason
    Index("ix_registration_changes_source_at", "source", "at"),
)

conformance_results = Table(
    "conformance_results",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String, nullable=False),  # of the manifest that was tested
    Column("outcome", String, nullable=False),  # passed or failed
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the report, signed
    Index("ix_conformance_results_source_version", "source", "version"),
)

agreements = Table(
    "agreements",
    metadata,
    Column("id", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("state", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("submitted_by", String, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("changed_by", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the document and the reason of the last change
    Index("ix_agreements_source", "source"),
)

partner_secrets = Table(
    "partner_secrets",
    metadata,
    Column("source", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("key_id", String, nullable=False),  # of the key that wraps the data key
    Column("wrapped", LargeBinary, nullable=False),  # the data key
    Column("sealed", LargeBinary, nullable=False),  # the secret, under the data key
    Column("created_at", Instant, nullable=False),
    Column("created_by", String, nullable=False),
)

source_health = Table(
    "source_health",
    metadata,
    Column("source", String, primary_key=True),
    Column("hour", Instant, primary_key=True),
    Column("outcome", String, primary_key=True),  # answered, or the state that a call failed with
    Column("calls", BigInteger, nullable=False),
    Column("total_ms", BigInteger, nullable=False),
    Column("slowest_ms", Integer, nullable=False),
)

exchange_requests = Table(
    "exchange_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("lease", String),  # a keyed hash of the lease token
    Column("leased_until", Instant),
    Column("holder", String),  # the client that holds, or last held, the lease
    Column("claims", Integer, nullable=False),
    Column("answered_at", Instant),
    Column("sealed", LargeBinary, nullable=False),  # what is asked
    Column("answer", LargeBinary),  # sealed; gone once it was collected
    Index("ix_exchange_requests_source_created_at", "source", "created_at"),
    Index("ix_exchange_requests_expires_at", "expires_at"),
)

holder_reviews = Table(
    "holder_reviews",
    metadata,
    Column("id", String, primary_key=True),
    Column("enquiry_id", String, nullable=False),
    Column("source", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("state", String, nullable=False),
    Column("purpose", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("reminded_at", Instant),
    Column("decided_at", Instant),
    Column("decided_by", String),
    Column("sealed", LargeBinary, nullable=False),  # who decides, the partner's reference, the reason
    Index("ix_holder_reviews_enquiry_id_source", "enquiry_id", "source", unique=True),
    Index("ix_holder_reviews_agency_state", "agency", "state"),
)

events_out = Table(
    "events_out",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False),  # whose subscriber it goes to
    Column("type", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("next_at", Instant),  # None: delivered, or given up
    Column("attempts", Integer, nullable=False),
    Column("taken_until", Instant),  # a worker is delivering it until then
    Column("delivered_at", Instant),
    Column("dead_at", Instant),
    Column("fault", String),  # of the last attempt, in fixed words
    Column("sealed", LargeBinary, nullable=False),  # the event's body
    Index("ix_events_out_next_at", "next_at"),
    Index("ix_events_out_source_at", "source", "at"),
)

partner_clients = Table(
    "partner_clients",
    metadata,
    Column("id", String, primary_key=True),  # the OAuth2 client id
    Column("agency", String, nullable=False),
    Column("state", String, nullable=False),
    Column("enrolled_by", String, nullable=False),
    Column("enrolled_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # organisation, sources it speaks for, its public keys
)

used_tokens = Table(
    "used_tokens",
    metadata,
    Column("id", String, primary_key=True),  # a keyed hash of issuer and jti
    Column("expires_at", Instant, nullable=False),
    Index("ix_used_tokens_expires_at", "expires_at"),
)
