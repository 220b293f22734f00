"""Dates as partners write them: ISO 8601 in all its lengths, and day/month/year. Never a guess."""

import re
from datetime import UTC, date, datetime

_UK = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")
_YEARS = range(1880, 2201)  # outside these a date is a placeholder or a fault, and breaks time zones


def read_date(value: object) -> date | None:
    """A calendar date, or None. Of a date and time, the date as written, whatever its offset."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value if value.year in _YEARS else None
    if not isinstance(value, str):
        return None
    found = _written(value.strip())
    return found if found is not None and found.year in _YEARS else None


def read_moment(value: object) -> datetime | None:
    """A moment with an offset, or None. A date is its midnight; a time without an offset is taken as UTC."""
    if isinstance(value, str) and len(value) > 10:
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        day = read_date(value)
        return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    if value.year not in _YEARS:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


def _written(text: str) -> date | None:
    try:
        if len(text) == 10 or (len(text) > 10 and text[10] in "T "):
            if len(text) > 10:
                datetime.fromisoformat(text)  # the rest must be a time, not more words
            if text[4] == "-":
                return date.fromisoformat(text[:10])
        parts = _UK.match(text)
        return date(int(parts[3]), int(parts[2]), int(parts[1])) if parts else None
    except ValueError:
        return None
