"""A period that somebody asks for: from one moment until just before another."""

from datetime import datetime

from hub.errors import BadInput


def require_period(since: datetime | None, until: datetime | None) -> None:
    """Refuse one that ends before it begins: an empty answer would be taken for nothing having happened.

    Either end may be left out. Raises BadInput.
    """
    if since is not None and until is not None and since >= until:
        raise BadInput("A period begins before it ends.", ("period",))
