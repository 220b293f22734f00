"""FHIR dates: a year, a month, a day or a moment. What is missing is said, never invented silently."""

import re
from datetime import date, datetime
from typing import Any

import msgspec

from hub.connectors.fhir_r4.elements import Json, part
from hub.connectors.mapping.dates import read_date, read_moment

_PARTIAL = re.compile(r"\d{4}(-\d{2})?\Z")


class When(msgspec.Struct, frozen=True):
    """A moment, and in words how exactly the source gives it; None where it gives the day."""

    at: datetime
    only: str | None = None


class Span(msgspec.Struct, frozen=True):
    """A period in days. Either end may be unknown."""

    start: date | None = None
    end: date | None = None


def day(value: Any) -> date | None:
    """A calendar date. A year or a month alone is its first day."""
    return read_date(_completed(value))


def moment(*values: Any) -> When | None:
    """The first of these values that is a date or a moment."""
    for value in values:
        at = read_moment(_completed(value))
        if at is not None:
            return When(at, value.strip() if _is_partial(value) else None)
    return None


def span(value: Any) -> Span:
    """A Period."""
    period = part(value)
    return Span(day(period.get("start")), day(period.get("end")))


def timing(resource: Json, name: str) -> Span:
    """The choice element ``name[x]``: a date, or a Period."""
    period = span(resource.get(f"{name}Period"))
    return Span(day(resource.get(f"{name}DateTime")) or period.start, period.end)


def _is_partial(value: Any) -> bool:
    return isinstance(value, str) and _PARTIAL.match(value.strip()) is not None


def _completed(value: Any) -> Any:
    if not _is_partial(value):
        return value
    text = value.strip()
    return f"{text}-01-01" if len(text) == 4 else f"{text}-01"
