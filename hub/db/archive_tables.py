"""The table of what decided, and when: documents that never change, by digest."""

from sqlalchemy import Column, LargeBinary, String, Table

from hub.db.tables import Instant, metadata

archived_documents = Table(
    "archived_documents",
    metadata,
    Column("digest", String, primary_key=True),  # SHA-256 of the document, in hexadecimal
    Column("kind", String, nullable=False),
    Column("version", String, nullable=False, index=True),  # of policies; else empty
    Column("kept_at", Instant, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the document, compressed; agreements name who signed them
)
