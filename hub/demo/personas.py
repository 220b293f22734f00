"""Who may sign in to the demo: one person for each role (``personas.toml``)."""

from functools import cache
from importlib import resources

import msgspec

from hub.domain.codes import Agency, Role
from hub.errors import BadInput


class Persona(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person of the simulated partnership who uses the hub."""

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
    email: str | None = None


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    personas: tuple[Persona, ...]


@cache
def personas() -> tuple[Persona, ...]:
    """Everybody, in the order of the file."""
    text = resources.files("hub.demo").joinpath("personas.toml").read_bytes()
    return msgspec.toml.decode(text, type=_Document).personas


def persona(name: str) -> Persona:
    """The persona of this id, else the first that has this role. Raises BadInput naming what there is."""
    for one in personas():
        if one.id == name:
            return one
    for one in personas():
        if name in one.roles:
            return one
    raise BadInput(f"There is no such persona. Roles: {', '.join(Role)}.", ("persona-unknown",))
