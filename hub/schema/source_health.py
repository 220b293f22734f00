"""How a source's system does, hour by hour, as the schema shows it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Self

import strawberry

from hub.domain.health import ANSWERED, Calls


@strawberry.type(description="Calls that ended alike: answered, or the state that they failed with.")
class CallOutcome:
    """One row of the tally."""

    outcome: str
    calls: int


@strawberry.type(description="The calls of one source that began in one hour. Hours without a call are left out.")
class SourceHealthHour:
    """``hub.domain.health.Calls`` of one hour."""

    hour: datetime
    calls: int
    answered: int
    outcomes: list[CallOutcome]
    mean_ms: int
    slowest_ms: int

    @classmethod
    def all_of(cls, told: Sequence[Calls]) -> list[Self]:
        """One for each hour, oldest first."""
        return [cls._of(hour, list(calls)) for hour, calls in groupby(told, key=lambda one: one.hour)]

    @classmethod
    def _of(cls, hour: datetime, told: Sequence[Calls]) -> Self:
        calls = sum(one.calls for one in told)
        return cls(
            hour=hour,
            calls=calls,
            answered=sum(one.calls for one in told if one.outcome == ANSWERED),
            outcomes=[CallOutcome(outcome=one.outcome, calls=one.calls) for one in told],
            mean_ms=round(sum(one.total_ms for one in told) / calls),
            slowest_ms=max(one.slowest_ms for one in told),
        )
