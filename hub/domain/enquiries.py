"""Enquiries: one purpose, one reason, one subject, opened by one person, with an end."""

import re
import secrets
from datetime import date, datetime
from enum import StrEnum

import msgspec

from hub.domain.codes import PurposeCode, Urgency
from hub.domain.people import PersonReference
from hub.domain.principals import Principal

_ID = re.compile(r"[A-Za-z0-9_-]{24}")


def new_enquiry_id() -> str:
    """An id that nobody can guess and that says nothing."""
    return secrets.token_urlsafe(18)


def well_formed(enquiry_id: str | None) -> str | None:
    """The id where the hub can have given it; None for anybody's own words, which no evidence may hold."""
    return enquiry_id if enquiry_id and _ID.fullmatch(enquiry_id) else None


class EnquiryState(StrEnum):
    """``EXPIRED`` is told from the clock, never stored."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    EXPIRED = "EXPIRED"


class FamilyAgreement(msgspec.Struct, frozen=True):
    """The family's agreement to a service: who gave it, when, and to which agencies it extends."""

    given_by: str
    given_on: date
    scope: tuple[str, ...]


class Enquiry(msgspec.Struct, frozen=True):
    """Every read happens under one of these."""

    id: str
    purpose: PurposeCode
    reason: str
    urgency: Urgency
    about: PersonReference
    opened_by: Principal
    opened_at: datetime
    expires_at: datetime
    referral_id: str | None = None
    closed_at: datetime | None = None
    broken_glass_until: datetime | None = None
    family_agreement: FamilyAgreement | None = None

    def state(self, now: datetime) -> EnquiryState:
        """Where the enquiry stands at ``now``."""
        if self.closed_at is not None:
            return EnquiryState.CLOSED
        return EnquiryState.EXPIRED if now >= self.expires_at else EnquiryState.OPEN

    def glass_broken(self, by: Principal, now: datetime) -> bool:
        """Whether a break-glass grant of this person is in force at ``now``. Nobody uses another's."""
        in_force = self.broken_glass_until is not None and now < self.broken_glass_until
        return in_force and by.id == self.opened_by.id
