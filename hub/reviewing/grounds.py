"""What the rules of review compare the log with, gathered anew for each reading of the list."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from functools import lru_cache

from hub.domain.acts import Action
from hub.domain.periods import require_period
from hub.domain.principals import Principal
from hub.errors import BadInput
from hub.recorded_acts import Recorded, act_of
from hub.review.finding import Ground
from hub.review.openings import Openings
from hub.review.told import Told
from hub.services import Services

_SAMPLE = "audit-sample"
_WHOLE = 2**64
_UNDER_WAY = timedelta(days=7)  # longer than any enquiry lives


def reading(principal: Principal, action: Action, services: Services) -> Recorded:
    """The bracket around a reading of evidence that is about no one enquiry."""
    return Recorded(act_of(action, principal, None, services), services)


async def told_since(since: datetime, services: Services) -> Told:
    """What the log tells since then, and of enquiries and refusals that were under way."""
    desk = services.review
    return await desk.casebook.told(since - max(_UNDER_WAY, timedelta(days=desk.thresholds.refusals_over_days)))


async def ground(told: Told, services: Services) -> Ground:
    """Marks of staff and thresholds as they stand now, and flags with the time until which they stood."""
    desk = services.review
    share = desk.thresholds.random_sample

    key = lru_cache(lambda month: sample_key(month, services))

    def drawn(enquiry_id: str, opened: datetime) -> bool:
        return is_drawn(enquiry_id, key(month_of(opened)), share)

    return Ground(
        now=services.now(),
        thresholds=desk.thresholds,
        staff=await desk.watched.staff(),
        flags=await desk.watched.flags_ever(),
        share=told.share,
        openings=await _openings(services),
        drawn=drawn,
    )


async def _openings(services: Services) -> Openings:
    """Of all the time that review looks back on, whatever period is asked for: months are what one rule is about."""
    desk = services.review
    told = await desk.openings.told(services.now() - timedelta(days=desk.thresholds.look_back_days))
    return await asyncio.to_thread(Openings, told.facts)


def period(since: datetime | None, until: datetime | None, days: int, services: Services) -> tuple[datetime, datetime]:
    """A period, its end now and its beginning so many days before where they are left out. Raises BadInput."""
    end, back = until or services.now(), services.review.thresholds.look_back_days
    begin = since or end - timedelta(days=min(days, back))
    require_period(begin, end)
    if begin < services.now() - timedelta(days=back + 1):
        raise BadInput(f"Review looks back {back} days; search the log for what is older.", ("period",))
    return begin, end


def month_of(at: datetime) -> str:
    """The month that a moment is in, by UTC."""
    return f"{at:%Y-%m}"


def sample_key(month: str, services: Services) -> str:
    """What the random sample of a month is drawn by, in hexadecimal.

    Nobody without the hub's keys knows it beforehand. It may be told once the month is over: with it anybody
    can draw the same sample (``is_drawn``).
    """
    return services.keys.mac(_SAMPLE, month.encode()).hex()


def is_drawn(enquiry_id: str, key: str, share: float) -> bool:
    """Whether the sample holds an enquiry: SHA-256 of the month's key and its id, against the share."""
    number = int.from_bytes(hashlib.sha256(f"{key}:{enquiry_id}".encode()).digest()[:8])
    return number < share * _WHOLE
