"""What a partner is told has happened: pointers only, never anything of a case."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.identifiers import SourceId


class EventType(StrEnum):
    """Types of CloudEvents that a source can subscribe to in its manifest."""

    REQUEST_CREATED = "hub.request.created"  # an enquiry asked this source about a person whom it holds
    REVIEW_REQUESTED = "hub.review.requested"  # a person there is to decide
    REVIEW_OVERDUE = "hub.review.overdue"
    AGREEMENT_EXPIRING = "hub.agreement.expiring"
    AGREEMENT_REVOKED = "hub.agreement.revoked"
    SOURCE_SUSPENDED = "hub.source.suspended"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one source. ``subject`` is what it points at: an id of the hub's own.

    ``data`` holds more pointers, times and codes: no name, no number, nothing that a record says.
    """

    source: SourceId
    type: EventType
    at: datetime
    subject: str
    data: Mapping[str, str] = {}
