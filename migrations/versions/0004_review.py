"""Reviewing access: verdicts, flags and marks of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review_verdicts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("enquiry_id", sa.String()),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("judgement", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", _instant, nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_verdicts"),
    )
    op.create_index("ix_review_verdicts_item_at", "review_verdicts", ["item", "at"])
    op.create_table(
        "person_flags",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("flagged_by", sa.String(), nullable=False),
        sa.Column("flagged_at", _instant, nullable=False),
        sa.Column("lifted_by", sa.String()),
        sa.Column("lifted_at", _instant),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_flags"),
    )
    op.create_table(
        "staff_marks",
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("noted_by", sa.String(), nullable=False),
        sa.Column("noted_at", _instant, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("principal", name="pk_staff_marks"),
    )


def downgrade() -> None:
    for table in ("staff_marks", "person_flags", "review_verdicts"):
        op.drop_table(table)
