"""A question handed to a person at the partner, who decides."""

from datetime import datetime

import msgspec


class Handed(msgspec.Struct, frozen=True):
    """``who`` decides, in words fit to show; ``by`` is when they promise to, ``reference`` the partner's own."""

    who: str
    by: datetime | None = None
    reference: str | None = None
