"""Searching for a person in steps: what is asked, by which keys, and what each step came to.

``Step`` names the steps in the order in which they are made: each widens the one before it.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec


class SearchKey(StrEnum):
    """What a source can be searched by. A manifest names the sets of keys that its system takes together."""

    NHS_NUMBER = "nhs_number"
    UPN = "upn"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    BIRTH_DATE = "birth_date"
    POSTCODE = "postcode"
    # Widening keys: the value is a beginning, a name to be matched by sound, or an end of a range.
    GIVEN_NAME_STARTS = "given_name_starts"
    FAMILY_NAME_STARTS = "family_name_starts"
    GIVEN_NAME_SOUNDS = "given_name_sounds"
    FAMILY_NAME_SOUNDS = "family_name_sounds"
    BORN_FROM = "born_from"
    BORN_TO = "born_to"
    POSTCODE_STARTS = "postcode_starts"


# Keys by which a search would tell where somebody is.
PLACE_KEYS = frozenset({SearchKey.POSTCODE, SearchKey.POSTCODE_STARTS})


class Step(StrEnum):
    """One deliberate widening of a search."""

    NUMBER = "number"  # an identifier
    EXACT = "exact"  # names and birth date as given, or a given range of birth dates
    WILDCARD = "wildcard"  # the beginnings of the names
    HOMOPHONE = "homophone"  # names that sound alike
    SWAPPED_NAMES = "swapped-names"  # given and family name the other way round
    TRANSPOSED_DATE = "transposed-date"  # day and month the other way round
    NEAR_DATE = "near-date"  # whole names as given, born in the year given, the one before or the one after
    NO_GIVEN_NAME = "no-given-name"  # without the given name: "Baby", merged middle names
    NO_FAMILY_NAME = "no-family-name"  # without the family name: children take another when families change
    PARTIAL_POSTCODE = "partial-postcode"  # part of the postcode in place of a name


class Probe(msgspec.Struct, frozen=True):
    """One search of one source: a step and a value for every key of one of the source's key sets."""

    step: Step
    values: Mapping[SearchKey, str | date]

    @property
    def keys(self) -> frozenset[SearchKey]:
        """The key set that this probe searches by."""
        return frozenset(self.values)


class Searched(msgspec.Struct, frozen=True):
    """What one step came to. ``found`` is None where the source had more than it gives."""

    step: Step
    found: int | None


class CannotSearch(Exception):
    """This source cannot be searched by such a value. Not a failure of the source."""


class TooManyFound(Exception):
    """More people fit than the source gives, or than can be told apart. Not a failure of the source."""
