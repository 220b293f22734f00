"""What no score overrides: who is kept apart, and who may be linked without a person's decision.

Twins and siblings share surname, birth date, address and school; a father and a son may share their
whole name; strangers with common names are born on one day. A sure link needs something that such
people do not share. ``tests/identity/test_safety_rules.py`` tells a
story for each rule.
"""

from collections.abc import Container
from enum import StrEnum

import msgspec

from hub.identity.matching.alikeness import (
    Alike,
    Home,
    births,
    family_names,
    family_slip,
    given_names,
    homes,
    is_swapped,
    numbers,
    turned,
)
from hub.identity.matching.description import Description
from hub.identity.matching.given import one_given_name
from hub.identity.matching.nicknames import Nicknames

KEPT_APART = -5.0  # HMPPS's weight for pairs that could be twins

_GENERATION_YEARS = 12
_NAMESAKES = 3e-4  # how many others of this name and birth date we allow to be expected


class Numbers(StrEnum):
    """What the strong identifiers say together."""

    SAME = "same"
    CONFLICT = "conflict"
    SILENT = "silent"


class Facts(msgspec.Struct, frozen=True):
    """How two descriptions compare where it matters for safety."""

    numbers: Numbers
    other_number: bool  # a number of some other kind is the same: it may be a family's, or a case's
    given: Alike
    one_given: bool  # similar, and one name written in two ways
    family: Alike
    family_slip: bool
    swapped: bool
    birth: Alike
    years_apart: int
    turned: bool  # birth dates with day and month the other way round
    home: Home
    same_postcode: bool
    alias: bool  # the names agree only under another name

    @property
    def same_name(self) -> bool:
        """The whole name is the same."""
        return self.given is Alike.SAME is self.family


def facts(
    one: Description, other: Description, nicknames: Nicknames, listed: Container[str], *, alias: bool = False
) -> Facts:
    """Compare two descriptions. ``listed``: the given names that are known to be names."""
    birth, years = births(one, other)
    given, family = given_names(one, other, nicknames), family_names(one, other)
    same, conflict = numbers(one, other)
    return Facts(
        numbers=Numbers.CONFLICT if conflict else Numbers.SAME if same else Numbers.SILENT,
        other_number=one.other_id is not None and one.other_id == other.other_id,
        given=given,
        one_given=given is Alike.SIMILAR and one_given_name(one, other, nicknames, listed),
        family=family,
        family_slip=family is Alike.SIMILAR and family_slip(one, other),
        swapped=is_swapped(one, other),
        birth=birth,
        years_apart=years,
        turned=birth is Alike.SIMILAR and turned(one.birth_date or "", other.birth_date or ""),
        home=homes(one, other),
        same_postcode=one.postcode is not None and one.postcode == other.postcode,
        alias=alias,
    )


def could_be_siblings(told: Facts) -> bool:
    """Twins: a surname and a birth date in common, and given names that are clearly two."""
    return (
        told.birth is Alike.SAME
        and told.family in {Alike.SAME, Alike.SIMILAR}
        and told.given is Alike.DIFFERENT
        and not told.swapped
    )


def could_be_generations(told: Facts) -> bool:
    """Father and son: the whole name in common, and birth dates that lie a generation apart."""
    return told.same_name and told.birth is Alike.DIFFERENT and told.years_apart >= _GENERATION_YEARS


def kept_apart(told: Facts) -> bool:
    """Whether the weight is held down whatever the rest says, unless a number is the same."""
    numbered = told.numbers is Numbers.SAME or told.other_number
    return not numbered and (could_be_siblings(told) or could_be_generations(told))


def certain(told: Facts, namesakes: float) -> bool:
    """Whether two people may be linked without a person, if the weight is high enough.

    ``namesakes`` is how many others of this name and birth date are to be expected.
    """
    if told.numbers is Numbers.CONFLICT or could_be_siblings(told) or told.birth is Alike.DIFFERENT:
        return False
    if told.numbers is Numbers.SAME:
        return _number_belongs(told)
    # Nobody's own number decides nothing alone: with name and birth date it stands for an address.
    at_home = told.home is Home.SAME or (told.other_number and told.birth is Alike.SAME)
    elsewhere = told.home is Home.ELSEWHERE and not at_home
    if elsewhere or told.alias or Alike.UNKNOWN in {told.given, told.family, told.birth}:
        return False
    if told.birth is Alike.SIMILAR:  # a digit amiss may be a cousin of that name in one house; a turned date is a slip
        return told.turned and told.same_name and at_home and told.same_postcode and namesakes <= _NAMESAKES
    if told.same_name:
        return at_home or namesakes <= _NAMESAKES
    # A given name that is only similar is often a twin's: Jayden and Hayden, Mia and Mya. Names the other way
    # round may be cousins': James Thomas and Thomas James.
    return at_home and told.given is Alike.SAME and told.family_slip


def _number_belongs(told: Facts) -> bool:
    """Whether a number that is the same stands with names and birth dates that do not speak against it."""
    if told.swapped:
        return told.birth is not Alike.SIMILAR
    # A given name that is only alike may be a twin's, under the wrong twin's number.
    if told.given is Alike.DIFFERENT or (told.given is Alike.SIMILAR and not told.one_given):
        return False
    if told.birth is Alike.SIMILAR:
        return told.given is Alike.SAME and told.family in {Alike.SAME, Alike.SIMILAR}
    if told.family is Alike.DIFFERENT:
        return told.birth is Alike.SAME and told.given is not Alike.SIMILAR
    return True
