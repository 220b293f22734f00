"""Days as the parties to an agreement mean them: calendar days of the United Kingdom, both ends included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LAST_YEAR = 2999  # of a date that an agreement may name


@cache
def london() -> ZoneInfo:
    """The clock that the parties live by; from the machine's own zones, else from the tzdata package."""
    return ZoneInfo("Europe/London")


def day_of(at: datetime) -> date:
    """Which day it is in the United Kingdom."""
    return at.astimezone(london()).date()


def first_instant(day: date) -> datetime:
    """When a day begins there, in UTC."""
    return datetime.combine(day, time(), london()).astimezone(UTC)


def end_of(day: date) -> datetime:
    """When a day is over there, in UTC: the first instant that is no longer in it."""
    return first_instant(day + timedelta(days=1))
