"""Who asks."""

import msgspec

from hub.domain.codes import Agency, Role


class Principal(msgspec.Struct, frozen=True):
    """A named person or partner system, from a verified token and from nowhere else.

    ``email`` is there only where the token's issuer may speak for its domain: by it a partner's system may
    know the person.
    """

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
    email: str | None = None
