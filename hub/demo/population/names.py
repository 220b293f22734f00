"""Names for people and places who do not exist (``names.toml``)."""

from functools import cache
from importlib import resources

import msgspec

TOWN = "Derwentbridge"


class Names(msgspec.Struct, frozen=True):
    """Lists to draw from. ``ethnicities`` are census codes, repeated to weigh them."""

    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    streets: tuple[str, ...]
    schools: tuple[str, ...]
    ethnicities: tuple[str, ...]


@cache
def names() -> Names:
    """The lists that stand beside this module."""
    text = resources.files(__package__).joinpath("names.toml").read_bytes()
    return msgspec.toml.decode(text, type=Names)
