"""Human decisions about matches: who said that two descriptions are one person, or are not, and when."""

from datetime import datetime
from enum import StrEnum

import msgspec

from hub.domain.identifiers import LocalId, SourceId


class Decision(StrEnum):
    """What a person decided. A later decision about the same pair replaces it."""

    CONFIRMED = "CONFIRMED"
    REJECTED = "REJECTED"


class MatchDecision(msgspec.Struct, frozen=True):
    """One decision about one subject and one local identifier of one source.

    ``seen`` is a keyed hash of everything that the source told when it was decided: where the source
    tells something else now, the decision no longer stands and the pair is offered again. A confirmation
    stands until names or birth date are others than those of its link.
    """

    source: SourceId
    local_id: LocalId
    decision: Decision
    seen: bytes
    by: str  # the principal's id
    at: datetime
    reason: str
    enquiry_id: str
