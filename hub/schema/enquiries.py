"""Enquiries as the schema shows them, and what is sent to open one."""

from datetime import date, datetime
from typing import Self

import strawberry

from hub.domain import codes, enquiries
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import Name, PersonReference
from hub.enquiries import OpenEnquiry
from hub.schema.codes import Purpose, Urgency
from hub.schema.principals import Principal


@strawberry.type(description="One purpose, one reason, one subject, one person who opened it, and an end.")
class Enquiry:
    """``hub.domain.enquiries.Enquiry`` at one moment."""

    id: strawberry.ID
    purpose: Purpose
    reason: str
    urgency: Urgency
    opened_by: Principal
    opened_at: datetime
    expires_at: datetime
    state: str
    broken_glass_until: datetime | None

    @classmethod
    def of(cls, enquiry: enquiries.Enquiry, now: datetime) -> Self:
        """As it stands at ``now``."""
        return cls(
            id=strawberry.ID(enquiry.id),
            purpose=enquiry.purpose,
            reason=enquiry.reason,
            urgency=enquiry.urgency,
            opened_by=Principal.of(enquiry.opened_by),
            opened_at=enquiry.opened_at,
            expires_at=enquiry.expires_at,
            state=enquiry.state(now).value,
            broken_glass_until=enquiry.broken_glass_until,
        )


@strawberry.input(description="Another name that somebody goes or went by.")
class NameInput:
    """``hub.domain.people.Name`` as it is sent."""

    given_name: str | None = strawberry.UNSET
    family_name: str | None = strawberry.UNSET

    def name(self) -> Name:
        """As the domain holds it."""
        return Name(_words(self.given_name), _words(self.family_name))


@strawberry.input(
    description="Enough to search on: an NHS number or UPN, or family name and birth date. "
    "A birth date known in part is sent as its first and last possible day."
)
class SubjectInput:
    """Whom somebody asks about, as they claim it."""

    nhs_number: str | None = strawberry.UNSET
    upn: str | None = strawberry.UNSET
    given_name: str | None = strawberry.UNSET
    family_name: str | None = strawberry.UNSET
    birth_date: date | None = strawberry.UNSET
    postcode: str | None = strawberry.UNSET
    born_from: date | None = strawberry.UNSET
    born_to: date | None = strawberry.UNSET
    aliases: list[NameInput] | None = strawberry.UNSET
    school: str | None = strawberry.UNSET

    def reference(self) -> PersonReference:
        """A reference whose numbers have passed their checks. Raises BadInput."""
        return PersonReference(
            nhs_number=nhs_number(self.nhs_number) if self.nhs_number else None,
            upn=upn(self.upn) if self.upn else None,
            given_name=_words(self.given_name),
            family_name=_words(self.family_name),
            birth_date=self.birth_date or None,
            postcode=_words(self.postcode),
            born_from=self.born_from or None,
            born_to=self.born_to or None,
            aliases=tuple(one.name() for one in self.aliases or ()),
            school=_words(self.school),
        )


@strawberry.input(description="The family's agreement to a service: who gave it, when, and to which agencies.")
class FamilyAgreementInput:
    """``hub.domain.enquiries.FamilyAgreement`` as it is sent."""

    given_by: str
    given_on: date
    scope: list[str]

    def agreement(self) -> enquiries.FamilyAgreement:
        """As the domain holds it."""
        return enquiries.FamilyAgreement(self.given_by, self.given_on, tuple(self.scope))


@strawberry.input(description="An enquiry to open. The same idempotencyKey gives the same enquiry.")
class OpenEnquiryInput:
    """``hub.enquiries.OpenEnquiry`` as it is sent."""

    purpose: Purpose
    reason: str
    subject: SubjectInput
    idempotency_key: str
    urgency: Urgency = codes.Urgency.GREEN
    referral_id: strawberry.ID | None = strawberry.UNSET
    family_agreement: FamilyAgreementInput | None = strawberry.UNSET

    def request(self) -> OpenEnquiry:
        """As the use case takes it. Raises BadInput."""
        return OpenEnquiry(
            purpose=self.purpose,
            reason=self.reason,
            urgency=self.urgency,
            about=self.subject.reference(),
            idempotency_key=self.idempotency_key,
            referral_id=self.referral_id or None,
            family_agreement=self.family_agreement.agreement() if self.family_agreement else None,
        )


@strawberry.input(description="A reason to widen one's own enquiry for a short time. Always reviewed.")
class BreakGlassInput:
    """What is sent to break the glass."""

    enquiry_id: strawberry.ID
    reason: str


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None
