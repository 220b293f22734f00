"""How two descriptions compare where labels, numbers and names decide, and not a score. Pure."""

import msgspec

from hub.identity.matching.alikeness import Alike, births, family_names, given_names, is_swapped, numbers
from hub.identity.matching.description import Description
from hub.identity.matching.nicknames import Nicknames


class Likeness(msgspec.Struct, frozen=True):
    """Two people, part by part."""

    given: Alike
    family: Alike
    swapped: bool
    birth: Alike
    same_number: bool
    numbers_conflict: bool

    @property
    def named_otherwise(self) -> bool:
        """Whether one of the names is clearly another."""
        return Alike.DIFFERENT in {self.given, self.family} and not self.swapped


def likeness(one: Description, other: Description, nicknames: Nicknames) -> Likeness:
    """Compare two descriptions under the names that they lead with."""
    same, conflict = numbers(one, other)
    return Likeness(
        given_names(one, other, nicknames),
        family_names(one, other),
        is_swapped(one, other),
        births(one, other)[0],
        same,
        conflict,
    )
