"""What every resolver is given: who asks, with what, under which request."""

from dataclasses import dataclass

import strawberry

from hub.domain.principals import Principal
from hub.services import Services


@dataclass(frozen=True)
class Asking:
    """One request. ``request_id`` is the hub's own and never the caller's: evidence is kept under it."""

    principal: Principal
    services: Services
    request_id: str

    def id_of(self, info: "Info") -> str:
        """An id for one field of this request, so that each alias of a disclosure has evidence of its own."""
        return f"{self.request_id}:{info.path.key}"


Info = strawberry.Info[Asking, None]
