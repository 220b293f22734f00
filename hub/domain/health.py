"""How a source's system does, told from the calls that were really made. Nothing of anybody is in it."""

from datetime import datetime

import msgspec

from hub.domain.identifiers import SourceId

ANSWERED = "answered"


class Calls(msgspec.Struct, frozen=True, kw_only=True):
    """Calls of one source that began in one hour and ended alike."""

    source: SourceId
    hour: datetime  # when it begins, in UTC
    outcome: str  # ANSWERED, or the state that the calls failed with
    calls: int
    total_ms: int
    slowest_ms: int
