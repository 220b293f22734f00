"""Enquiries, the break-glass review list and confirmed links."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", _instant, nullable=False),
        sa.Column("expires_at", _instant, nullable=False),
        sa.Column("closed_at", _instant),
        sa.Column("broken_glass_until", _instant),
        sa.Column("idempotency", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
    )
    op.create_index("ix_enquiries_opened_by_idempotency", "enquiries", ["opened_by", "idempotency"], unique=True)
    op.create_table(
        "break_glass_reviews",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("enquiry_id", sa.String(), nullable=False),
        sa.Column("at", _instant, nullable=False),
        sa.Column("until", _instant, nullable=False),
        sa.Column("reviewed_at", _instant),
        sa.Column("reviewed_by", sa.String()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass_reviews"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_break_glass_reviews_enquiry_id"),
    )
    op.create_index("ix_break_glass_reviews_enquiry_id", "break_glass_reviews", ["enquiry_id"])
    op.create_table(
        "links",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "source", name="pk_links"),
    )


def downgrade() -> None:
    op.drop_table("links")
    op.drop_table("break_glass_reviews")
    op.drop_table("enquiries")
