"""Adults for the children of a household."""

from datetime import timedelta

import msgspec

from hub.demo.population.calendar import ANCHOR, ago
from hub.demo.population.cast import Cast
from hub.demo.population.people import Address, Kinship, Person


def mother_of(cast: Cast, *children: Person, given_name: str | None = None) -> Person:
    """A mother at home for children of one household, old enough for the oldest."""
    home = cast.home_of(children[0])
    name = given_name or cast.woman()
    mother = cast.adult(home, name, "F", years=eldest(*children) + 24, phone=cast.mobile())
    for child in children:
        cast.relate(child, mother, Kinship.MOTHER)
    return mother


def father_of(cast: Cast, *children: Person) -> Person:
    """A father at home for children of one household, the partner of their mother if she is there."""
    home = cast.home_of(children[0])
    father = cast.adult(home, cast.man(), "M", years=eldest(*children) + 26, phone=cast.mobile())
    for child in children:
        cast.relate(child, father, Kinship.FATHER)
    for mother in cast.kin(children[0], Kinship.MOTHER):
        cast.relate(mother, father, Kinship.PARTNER)
    return father


def siblings(cast: Cast, *children: Person, kind: Kinship = Kinship.SIBLING) -> None:
    """Make each a sibling of each other."""
    for place, one in enumerate(children):
        for other in children[place + 1 :]:
            cast.relate(one, other, kind)


def eldest(*children: Person) -> int:
    """Full years of the oldest; nought for the unborn."""
    return max((ANCHOR - (child.birth_date or ANCHOR)) // timedelta(days=366) for child in children)


def left(address: Address, days: int) -> Address:
    """An address that was left some days before the anchor."""
    return msgspec.structs.replace(address, until=ago(days))
