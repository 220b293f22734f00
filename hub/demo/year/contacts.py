"""What arrives at a front door."""

from datetime import date

import msgspec

from hub.demo.year.staff import Colleague
from hub.demo.year.town import Family


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that arrives, about one family, and who takes it. ``minutes`` after midnight."""

    id: str
    day: date
    minutes: float
    by: Colleague
    family: Family
    referral: str | None  # None where nobody has written yet
