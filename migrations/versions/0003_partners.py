"""The partnership: registrations, agreements, secrets, what is under way with partners."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "register_revision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_revision"),
    )
    op.create_table(
        "registrations",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("registered_at", _instant, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "version", name="pk_registrations"),
    )
    op.create_table(
        "registration_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String()),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration_changes"),
    )
    op.create_index("ix_registration_changes_source_at", "registration_changes", ["source", "at"])
    op.create_table(
        "conformance_results",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conformance_results"),
    )
    op.create_index("ix_conformance_results_source_version", "conformance_results", ["source", "version"])
    op.create_table(
        "agreements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("submitted_at", _instant, nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_agreements"),
    )
    op.create_index("ix_agreements_source", "agreements", ["source"])
    op.create_table(
        "partner_secrets",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("source", "field", "version", name="pk_partner_secrets"),
    )
    op.create_table(
        "source_health",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("hour", _instant, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("total_ms", sa.BigInteger(), nullable=False),
        sa.Column("slowest_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "hour", "outcome", name="pk_source_health"),
    )
    op.create_table(
        "exchange_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("created_at", _instant, nullable=False),
        sa.Column("expires_at", _instant, nullable=False),
        sa.Column("lease", sa.String()),
        sa.Column("leased_until", _instant),
        sa.Column("holder", sa.String()),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("answered_at", _instant),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_requests"),
    )
    op.create_index("ix_exchange_requests_expires_at", "exchange_requests", ["expires_at"])
    op.create_index("ix_exchange_requests_source_created_at", "exchange_requests", ["source", "created_at"])
    op.create_table(
        "holder_reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("enquiry_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("asked_at", _instant, nullable=False),
        sa.Column("due_at", _instant, nullable=False),
        sa.Column("reminded_at", _instant),
        sa.Column("decided_at", _instant),
        sa.Column("decided_by", sa.String()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holder_reviews"),
    )
    op.create_index("ix_holder_reviews_agency_state", "holder_reviews", ["agency", "state"])
    op.create_index("ix_holder_reviews_enquiry_id_source", "holder_reviews", ["enquiry_id", "source"], unique=True)
    op.create_table(
        "events_out",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", _instant, nullable=False),
        sa.Column("next_at", _instant),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_until", _instant),
        sa.Column("delivered_at", _instant),
        sa.Column("dead_at", _instant),
        sa.Column("fault", sa.String()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events_out"),
    )
    op.create_index("ix_events_out_next_at", "events_out", ["next_at"])
    op.create_index("ix_events_out_source_at", "events_out", ["source", "at"])
    op.create_table(
        "partner_clients",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("enrolled_by", sa.String(), nullable=False),
        sa.Column("enrolled_at", _instant, nullable=False),
        sa.Column("changed_at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partner_clients"),
    )
    op.create_table(
        "used_tokens",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("expires_at", _instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_used_tokens"),
    )
    op.create_index("ix_used_tokens_expires_at", "used_tokens", ["expires_at"])


def downgrade() -> None:
    for table in (
        "used_tokens",
        "partner_clients",
        "events_out",
        "holder_reviews",
        "exchange_requests",
        "source_health",
        "partner_secrets",
        "agreements",
        "conformance_results",
        "registration_changes",
        "registrations",
        "register_revision",
    ):
        op.drop_table(table)
