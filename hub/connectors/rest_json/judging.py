"""The partner's own judgement in a reply: a person there decides, or the partner declines."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.mapping.text import clean
from hub.connectors.rest_json.declared import Judgement
from hub.domain.holding import DenialReason, HolderDecides, HolderDeclined
from hub.outbound import Reply

_LONGEST = 300
_SOMEBODY = "somebody at the partner"


class Judging(msgspec.Struct, frozen=True):
    """A declared judgement with its expressions compiled."""

    declared: Judgement
    who: Read
    by: Read
    reference: Read
    reason: Read
    words: Read

    def heed(self, reply: Reply) -> None:
        """Raise HolderDecides or HolderDeclined where the reply is one; SourceFailed for one that cannot be read."""
        if reply.status == self.declared.review_status:
            told = reply.json()
            who = _text(self.who, told) or _SOMEBODY
            raise HolderDecides(who, _moment(self.by, told), _text(self.reference, told))
        if reply.status == self.declared.denial_status:
            told = reply.json()
            code = _text(self.reason, told) or ""
            reason = self.declared.reasons.get(code, DenialReason.OTHER)
            raise HolderDeclined(reason, _text(self.words, told) or "")


def compile_judgement(declared: Judgement) -> Judging:
    """Compile a judgement. Raises ValueError saying what is wrong with it."""
    parts = (declared.who, declared.by, declared.reference, declared.reason, declared.words)
    return Judging(declared, *(compile_expression(part).read for part in parts))


def _text(read: Read, told: Any) -> str | None:
    said = read((told, told, None))
    return clean(said, _LONGEST) if isinstance(said, str) else None


def _moment(read: Read, told: Any) -> datetime | None:
    """When they promise to have decided; None for what is no moment."""
    said = read((told, told, None))
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
