"""Who asks."""

import msgspec

from hub.domain.codes import Agency, Role


class Principal(msgspec.Struct, frozen=True):
    """A named person or partner system, from a verified token and from nowhere else."""

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
