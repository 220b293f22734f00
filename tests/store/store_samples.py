"""Enquiries and links with values that are easy to look for."""

from datetime import UTC, date, datetime, timedelta

from hub.domain.codes import Agency, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.matches import Decision, MatchDecision
from hub.domain.people import LinkedPerson, PersonReference
from hub.domain.principals import Principal

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
CANARIES = (b"9991000003", b"Zebedee", b"Quillfeather", b"2015-06-07", b"CANARY REASON", b"Oriole", b"CANARY BREAK")
WHO = Principal("user-1", "Oriole Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))


def enquiry(number: int = 1, **changes: object) -> Enquiry:
    fields: dict[str, object] = {
        "id": f"enquiry-{number}",
        "purpose": PurposeCode.S47,
        "reason": "CANARY REASON in somebody's words",
        "urgency": Urgency.RED,
        "about": PersonReference(
            nhs_number=nhs_number("999 100 0003"),
            given_name="Zebedee",
            family_name="Quillfeather",
            birth_date=date(2015, 6, 7),
        ),
        "opened_by": WHO,
        "opened_at": NOW,
        "expires_at": NOW + timedelta(days=1),
        "referral_id": "referral-1",
        "family_agreement": FamilyAgreement("Oriole Quillfeather", date(2026, 3, 1), ("health",)),
    }
    return Enquiry(**{**fields, **changes})


def link(source: str = "social-care", local_id: str = "LOCAL-CANARY-1") -> LinkedPerson:
    return LinkedPerson(SourceId(source), LocalId(local_id), b"FINGERPRINT-CANARY")


def decision(
    local_id: str = "LOCAL-CANARY-1", decided: Decision = Decision.CONFIRMED, **changes: object
) -> MatchDecision:
    fields: dict[str, object] = {
        "source": SourceId("social-care"),
        "local_id": LocalId(local_id),
        "decision": decided,
        "seen": b"SEEN-CANARY",
        "by": "user-1",
        "at": NOW,
        "reason": "CANARY REASON: Zebedee's mother said so",
        "enquiry_id": "enquiry-1",
    }
    return MatchDecision(**{**fields, **changes})
