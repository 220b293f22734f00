"""What every resolver is given: who asks, with what, under which request."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import strawberry

from hub.domain.principals import Principal
from hub.errors import BadInput
from hub.services import Services

MOST_DISCLOSURES = 3  # each asks every partner: aliases must not multiply one request into a storm


@dataclass(frozen=True)
class Asking:
    """One request. ``request_id`` is the hub's own and never the caller's: evidence is kept under it."""

    principal: Principal
    services: Services
    request_id: str
    _disclosing: Iterator[int] = field(default_factory=count)

    def id_of(self, info: "Info", disclosures: int = 1) -> str:
        """An id for one field of this request, so that each alias of a disclosure has evidence of its own.

        ``disclosures`` says how often the field asks every partner. Raises BadInput for more of them than one
        document may ask for.
        """
        if max(next(self._disclosing) for _ in range(disclosures)) >= MOST_DISCLOSURES:
            raise BadInput(
                f"Ask at most {MOST_DISCLOSURES} questions in one request; a decision about a match counts as two.",
                ("graphql-disclosures",),
            )
        return f"{self.request_id}:{info.path.key}"


Info = strawberry.Info[Asking, None]
