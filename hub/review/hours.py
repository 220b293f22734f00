"""When people are expected to work: London's days and hours, without bank holidays where they are told."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hub.domain.review import Thresholds

_LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5
_LATE = timedelta(hours=2)


def out_of_hours(at: datetime, thresholds: Thresholds) -> str | None:
    """Why nobody of the day's work is expected then, in words; None inside working hours."""
    here = at.astimezone(_LONDON)
    if here.date() in thresholds.bank_holidays:
        return f"on a bank holiday, at {here:%H:%M}"
    if here.weekday() >= _SATURDAY:
        return f"on a {here:%A}, at {here:%H:%M}"
    if not _time(thresholds.day_starts) <= here.time() < _time(thresholds.day_ends):
        return f"at {here:%H:%M}"
    return None


def goes_on_late(at: datetime, thresholds: Thresholds) -> bool:
    """Whether it is a working day within two hours of its end: work goes on past closing time."""
    here = at.astimezone(_LONDON)
    ends = datetime.combine(here.date(), _time(thresholds.day_ends), _LONDON)
    working = here.weekday() < _SATURDAY and here.date() not in thresholds.bank_holidays
    return working and ends <= here < ends + _LATE


def works_at_night(roles: Iterable[str], thresholds: Thresholds) -> bool:
    """Whether one of these roles is on duty at any hour."""
    return not set(roles).isdisjoint(thresholds.night_roles)


@lru_cache
def _time(text: str) -> time:
    return time.fromisoformat(text)
