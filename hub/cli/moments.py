"""Moments as they are typed: a day, or a moment with its zone."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hub.errors import BadInput

FromOption = Annotated[str | None, typer.Option("--from", help="From this day or moment on.")]
ToOption = Annotated[str | None, typer.Option("--to", help="Before this day or moment.")]


def moment(text: str | None) -> str | None:
    """What is sent: RFC 3339. A day begins when it does in London. Raises BadInput."""
    if not text:
        return None
    try:
        at = datetime.combine(date.fromisoformat(text), time(), ZoneInfo("Europe/London"))
    except ValueError:
        at = _whole(text)
    return at.astimezone(UTC).isoformat()


def _whole(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadInput("Give a day such as 2026-11-02, or a moment such as 2026-11-02T09:00:00Z.", ("time-zone",))
    return at
