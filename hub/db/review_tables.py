"""Tables of those who review access: their verdicts, whom they flagged, and marks of who works here.

As in ``hub.db.tables``: whatever could be personal, or altered to harm, stands in a sealed column. Of people whom
an auditor flags, and of staff, there are keyed hashes alone, and those sealed.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from hub.db.tables import Instant, metadata

review_verdicts = Table(
    "review_verdicts",
    metadata,
    Column("id", String, primary_key=True),
    Column("item", String, nullable=False),  # an enquiry's id, or a line about somebody's doings
    Column("enquiry_id", String),
    Column("principal", String, nullable=False),  # whose access it is about
    Column("judgement", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("through", BigInteger, nullable=False),  # the newest entry of the log that it covers
    Column("sealed", LargeBinary, nullable=False),  # the reason, and the rules it covers
    Index("ix_review_verdicts_item_at", "item", "at"),
)

person_flags = Table(
    "person_flags",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("flagged_by", String, nullable=False),
    Column("flagged_at", Instant, nullable=False),
    Column("lifted_by", String),
    Column("lifted_at", Instant),
    Column("sealed", LargeBinary, nullable=False),  # keyed hashes of the person
)

staff_marks = Table(
    "staff_marks",
    metadata,
    Column("principal", String, primary_key=True),
    Column("noted_by", String, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # keyed hashes of names, postcodes and the person
)
