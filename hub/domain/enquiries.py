"""Enquiries: one purpose, one reason, one subject, opened by one person, with an end."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from hub.domain.codes import PurposeCode, Urgency
from hub.domain.people import PersonReference
from hub.domain.principals import Principal


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
