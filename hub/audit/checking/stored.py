"""A leaf's row as the check reads it."""

from typing import NamedTuple

COLUMNS = "at", "request_id", "stage", "kind", "principal", "subject", "purpose", "outcome", "enquiry", "sources"
_SELECT = (
    "SELECT leaves.idx, leaves.leaf, leaves.hash, leaves.key, keys.id, keys.subject, keys.period, keys.sealed, "  # noqa: S608 - our own words
    + ", ".join(f"leaves.{name}" for name in COLUMNS)
    + "{} FROM audit_leaves AS leaves LEFT JOIN audit_keys AS keys ON keys.id = leaves.key "
)
PLAIN = _SELECT.format("")
IN_ORDER = {
    "sqlite": _SELECT.format(", NULL") + "ORDER BY leaves.idx",
    "postgresql": _SELECT.format(", leaves.writer") + "ORDER BY leaves.idx",
}


class Stored(NamedTuple):
    """A leaf's row, and the row of its key where that is there."""

    place: int
    leaf: bytes
    hash: bytes
    key: str
    key_id: str | None
    key_subject: str | None
    key_period: str | None
    key_sealed: bytes | None
    columns: tuple[str | None, ...]
    writer: int | None = None  # which of several hubs wrote it

    @classmethod
    def of(cls, row: tuple[object, ...]) -> "Stored":
        """A row as it was read."""
        return cls(*row[:8], row[8 : 8 + len(COLUMNS)], *row[8 + len(COLUMNS) :])  # type: ignore[call-arg,arg-type]
