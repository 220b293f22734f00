"""Days of the year in England, and times of day as a clock on the wall there shows them."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")
_SATURDAY = 5
_DAY = timedelta(days=1)
# Weeks of the year without school, by ISO number: half terms, Easter roughly, summer, Christmas.
_NO_SCHOOL = frozenset({1, 8, 14, 15, 22, *range(30, 36), 44, 52, 53})


def at(day: date, minutes: float) -> datetime:
    """So many minutes after midnight in London, in UTC. More than a day's minutes run into the next."""
    here = datetime(day.year, day.month, day.day, tzinfo=_LONDON) + timedelta(minutes=minutes)  # on the wall clock
    return here.astimezone(UTC)


def is_working(day: date) -> bool:
    """Whether the front door is open by day: no weekend, no bank holiday."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def busy(day: date) -> float:
    """How much busier than usual a working day is: Mondays and days after holidays are, school holidays are not."""
    after_rest = 1.3 if not is_working(day - _DAY) else 0.93
    return after_rest * (0.75 if day.isocalendar().week in _NO_SCHOOL else 1.06)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Bank holidays of England in a year, with the days given instead of those on a weekend."""
    easter = _easter(year)
    first = date(year, 1, 1)
    spring, summer = _last_monday(year, 5), _last_monday(year, 8)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    given = {_weekday_from(first), easter - 2 * _DAY, easter + _DAY, _first_monday(year, 5), spring, summer}
    given.add(_weekday_from(christmas))
    boxing = _weekday_from(boxing)
    while boxing in given or boxing.weekday() >= _SATURDAY:
        boxing += _DAY
    return frozenset(given | {boxing})


def _weekday_from(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += _DAY
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + _DAY * (-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - _DAY * last.weekday()


def _easter(year: int) -> date:
    """By the anonymous Gregorian rule."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skipped = century // 4, century % 4
    moon = (19 * golden + century - leap - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * skipped + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    months = moon + sunday - 7 * late + 114
    return date(year, months // 31, months % 31 + 1)
