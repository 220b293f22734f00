"""Moments as the formats write them."""

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def milliseconds(at: datetime) -> int:
    """Since the beginning of 1970."""
    return int(at.timestamp() * 1000)
