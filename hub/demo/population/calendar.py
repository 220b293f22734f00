"""Dates of the simulated partnership: all counted back from one day, so that nothing depends on a clock."""

from datetime import UTC, date, datetime, timedelta

ANCHOR = date(2026, 11, 1)


def ago(days: int) -> date:
    """The day ``days`` before the anchor; after it when negative."""
    return ANCHOR - timedelta(days=days)


def moment(days: int, hour: int = 12, minute: int = 0) -> datetime:
    """A time of day, in UTC, ``days`` before the anchor."""
    day = ago(days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def age(born: date) -> int:
    """Full years on the anchor day."""
    return ANCHOR.year - born.year - ((ANCHOR.month, ANCHOR.day) < (born.month, born.day))
