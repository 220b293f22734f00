"""What somebody does at a moment of the year, and the misuse that it is part of, if it is."""

from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.codes import PurposeCode, Urgency
from hub.domain.enquiries import FamilyAgreement
from hub.domain.people import PersonReference
from hub.domain.principals import Principal


class Do(StrEnum):
    """What is done, by the hub's own use cases."""

    OPEN = "open"
    FIND = "find"
    VIEW = "view"
    CLOSE = "close"
    BREAK_GLASS = "break-glass"


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What an enquiry is opened with."""

    purpose: PurposeCode
    reason: str
    urgency: Urgency
    about: PersonReference
    referral: str | None = None
    agreement: FamilyAgreement | None = None


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """One act. ``case`` names an enquiry of the plan: deeds of an enquiry that was refused are left undone."""

    at: datetime
    by: Principal
    do: Do
    case: str
    asking: Asking | None = None  # of an opening
    words: str = ""  # why the glass is broken


class Seen(StrEnum):
    """What a fair reader of the log could see of a misuse."""

    SIGN = "a sign that the rules look for"
    DEGREE = "a sign that the thresholds decide on"
    NOTHING = "nothing in the log, or in what the council noted, tells it from honest work"


class Misuse(msgspec.Struct, frozen=True, kw_only=True):
    """One misuse that was planted: a person, and the enquiries it is made of."""

    id: str
    kind: str
    says: str
    by: str
    cases: tuple[str, ...]
    seen: Seen


class Flagged(msgspec.Struct, frozen=True):
    """Somebody whom the council flags before the year begins: ``colleague`` or ``public-figure``."""

    about: PersonReference
    kind: str
