"""Between an enquiry and its row: facts in plain columns, everything personal in one sealed blob."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from hub.domain.codes import Agency, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.keys import Keys


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    """What the blob of an enquiry holds. New fields go last, with a default, so that old blobs still open."""

    reason: str
    about: PersonReference
    name: str
    agency: Agency
    roles: frozenset[Role]
    referral_id: str | None
    family_agreement: FamilyAgreement | None


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(_Sealed).decode
_ASKED = "purpose", "reason", "urgency", "about", "referral_id", "family_agreement"


def row_of(enquiry: Enquiry, idempotency_key: str, keys: Keys) -> dict[str, Any]:
    """The row to insert. The idempotency key may hold anything, so only its keyed hash is stored."""
    who = enquiry.opened_by
    inside = _Sealed(
        enquiry.reason,
        enquiry.about,
        who.name,
        who.agency,
        who.roles,
        enquiry.referral_id,
        enquiry.family_agreement,
    )
    plain: dict[str, str | datetime] = {
        "id": enquiry.id,
        "purpose": str(enquiry.purpose),
        "urgency": str(enquiry.urgency),
        "opened_by": who.id,
        "opened_at": enquiry.opened_at,
        "expires_at": enquiry.expires_at,
    }
    return {
        **plain,
        "closed_at": enquiry.closed_at,
        "broken_glass_until": enquiry.broken_glass_until,
        "idempotency": keys.mac("enquiry-idempotency", _encode((who.id, idempotency_key))),
        "sealed": keys.seal(_encode(inside), _context(*plain.values())),
    }


def enquiry_of(row: Any, keys: Keys) -> Enquiry:
    """The enquiry of a row. Raises SealBroken when the row was altered or its blob moved."""
    inside = _decode(keys.open(row.sealed, enquiry_context(row)))
    return Enquiry(
        id=row.id,
        purpose=PurposeCode(row.purpose),
        reason=inside.reason,
        urgency=Urgency(row.urgency),
        about=inside.about,
        opened_by=Principal(row.opened_by, inside.name, inside.agency, inside.roles),
        opened_at=row.opened_at,
        expires_at=row.expires_at,
        referral_id=inside.referral_id,
        closed_at=row.closed_at,
        broken_glass_until=row.broken_glass_until,
        family_agreement=inside.family_agreement,
    )


def enquiry_context(row: Any) -> bytes:
    """What binds the blob of a stored enquiry to its row."""
    return _context(row.id, row.purpose, row.urgency, row.opened_by, row.opened_at, row.expires_at)


def same_request(one: Enquiry, other: Enquiry) -> bool:
    """Whether two openings ask the same; ids and times are the hub's own."""
    return all(getattr(one, name) == getattr(other, name) for name in _ASKED)


def _context(*plain: str | datetime) -> bytes:
    """Bind the blob to its row: beside another id, purpose, opener or end it does not open."""
    return _encode(["enquiry", *(_exact(value) for value in plain)])


def _exact(value: str | datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)
