"""Who looked at a source's records, for those who work there, as the schema shows it."""

from datetime import datetime

import strawberry

from hub import telling
from hub.domain.identifiers import SourceId
from hub.errors import BadInput
from hub.schema.asking import Info
from hub.schema.codes import Purpose
from hub.schema.paging import cursor_of, number_of, page_size
from hub.subject_access.words import AGENCIES, ROLES

LOOKS_SHOWN = 50


@strawberry.type(description="Somebody looked at a record of yours: who, in which role, why. Nothing of what they saw.")
class Look:
    """One disclosure, as the holder of a record may know of it."""

    cursor: str
    at: datetime
    who: str = strawberry.field(description="The role, in words: never a name.")
    organisation: str
    purpose: Purpose | None
    purpose_in_words: str
    legal_basis: list[str]
    request_id: str = strawberry.field(description="As the envelope names it that your system got with the request.")

    @classmethod
    def of(cls, look: telling.Look) -> "Look":
        """As the schema shows it."""
        return cls(
            cursor=cursor_of(look.index),
            at=look.at,
            who=" and ".join(ROLES[role] for role in look.roles),
            organisation=look.organisation or AGENCIES[look.agency],
            purpose=look.purpose.code if look.purpose else None,
            purpose_in_words=look.purpose.label if look.purpose else "",
            legal_basis=list(look.purpose.legal_basis) if look.purpose else [],
            request_id=look.request_id,
        )


async def looks_at_our_records(
    info: Info, source: strawberry.ID, first: int | None = LOOKS_SHOWN, after: str | None = None
) -> list[Look]:
    """Those that the holder may be told of. Raises BadInput with where to go on, where none was found so far."""
    asking = info.context
    place = number_of(after) if after else None
    size = page_size(first, LOOKS_SHOWN)
    looks, on = await telling.looks_at_our_records(asking.principal, SourceId(source), size, place, asking.services)
    if on is not None and not looks:
        raise BadInput(f'None so far, and the log goes on. Ask again with after: "{cursor_of(on)}".', ("looks-go-on",))
    return [Look.of(one) for one in looks]


@strawberry.type
class LooksQuery:
    """What a partner's practitioners may know of who looked; part of the root."""

    looks_at_our_records: list[Look] = strawberry.field(
        resolver=looks_at_our_records,
        description="Who looked at your own source's records, the newest first, at most 100 at once, and "
        "fewer where much of the log had to be read: go on after the last. What it would endanger somebody to tell is "
        "left out.",
    )
