"""Recognising in text what tells where somebody is: by its shape, and by what sources gave as whereabouts.

A value that a source gave is recognised however it is spaced, punctuated, accented or capitalised. Not
recognised: a place whose name is split over two fields, and what ``place_shapes`` says.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Self

import msgspec

from hub.redaction.place_shapes import INSTITUTION, PLACE, POSTCODE
from hub.redaction.wording import Phrases, phrases, unaccented, without, words_of

WITHHELD = "[place withheld]"

_INSTITUTION = re.compile(INSTITUTION)
_SHORTEST, _SHORTEST_PHONE, _SHORTEST_NAME = 4, 6, 5  # letters, digits, letters
_MOST_NAMES = 4  # words of a name
_NAME = re.compile(r"[\w'\u2019.-]+")
# Words that tell no place by themselves.
_GENERIC = frozenset(
    words_of(
        "a academy address and at avenue by center centre clinic close college community court drive england flat for "
        "from general health high home hospital house in infant infants junior kingdom lane medical no not number "
        "nursery of on or path place practice primary recorded restricted road school scotland secondary service "
        "services source st street surgery team the to uk unit united unknown wales way"
    )
)
_OTHER_WRITINGS = {
    "street": "st",
    "saint": "st",
    "road": "rd",
    "lane": "ln",
    "avenue": "ave",
    "crescent": "cres",
    "terrace": "terr",
    "gardens": "gdns",
    "court": "ct",
    "place": "pl",
    "square": "sq",
    "drive": "dr",
    "apartment": "apt",
}


class Places(msgspec.Struct, frozen=True):
    """Places of any name, and those by which the people concerned could be found."""

    known: Phrases | None = None
    known_in_names: Phrases | None = None

    @classmethod
    def of(cls, whereabouts: Iterable[str]) -> Self:
        """Places of any name, and these. A value may be an address, a telephone number, the name of a school."""
        told = {words for value in whereabouts for words in telling(value)}
        # A town can be somebody's name as well: one word alone is left to stand in a name.
        safe = {words for words in told if len(words) > 1 or any(letter.isdigit() for letter in words[0])}
        return cls(phrases(told, _OTHER_WRITINGS), phrases(safe, _OTHER_WRITINGS))

    def without(self, text: str, is_name: bool = False) -> str:  # noqa: FBT001, FBT002 - as ``silences.Remove``
        """The text with every place withheld; the very same text where none is recognised."""
        cut = without(text, self.known_in_names if is_name and _reads_as_a_name(text) else self.known, WITHHELD)
        return without(cut, PLACE, WITHHELD)


def _reads_as_a_name(text: str) -> bool:
    """Whether a name field holds a name: a few words with capitals, and not a sentence."""
    words = text.split()
    return len(words) <= _MOST_NAMES and all(_NAME.fullmatch(word) and word[0].isupper() for word in words)


def telling(value: str) -> Iterator[tuple[str, ...]]:
    """One value and the parts of it that tell a place or a number by themselves, each as its words or characters."""
    yield from _named(words_of(value))
    for part in re.split(r"[,;\n]|\s-\s", unaccented(value)):
        yield from _number(part)
        for outward, inward in POSTCODE.findall(part):
            yield (*outward, *inward)
            yield (outward,)
        yield from _named(words_of(POSTCODE.sub(" ", part)))


def _number(part: str) -> Iterator[tuple[str, ...]]:
    """A telephone number, with and without its area."""
    digits = re.sub(r"\D", "", part)
    if len(digits) >= _SHORTEST_PHONE and not re.search(r"[^\W\d_]{4}", part):
        yield tuple(digits)
        yield tuple(digits[-_SHORTEST_PHONE:])


def _named(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """An address line with and without its number, a school with and without the words for what it is."""
    if not _tells(words):
        return
    yield words
    if words[0][0].isdigit() and _tells(words[1:]):
        yield words[1:]
    name = tuple(word for word in words if word.casefold() not in _GENERIC)
    if _INSTITUTION.fullmatch(words[-1]) and sum(map(len, name)) >= _SHORTEST_NAME:
        yield name


def _tells(words: tuple[str, ...]) -> bool:
    told = [word for word in words if not word.isdigit() and word.casefold() not in _GENERIC]
    return bool(told) and sum(map(len, words)) >= _SHORTEST
