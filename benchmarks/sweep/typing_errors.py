"""How a word goes wrong between somebody's head, a keyboard and a scanner. Pure: chance comes from outside.

Each gives None for a word that it cannot happen to.
"""

import random
from collections.abc import Callable

Mistype = Callable[[str, random.Random], str | None]

_SHORTEST = 3
_NEAR = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "o",
    "a": "qsz", "s": "adw", "d": "sfe", "f": "dgr", "g": "fht", "h": "gjy", "j": "hku", "k": "jli", "l": "ko",
    "z": "xa", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nk",
}  # fmt: skip
_LOOKS_LIKE = (("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("l", "i"), ("i", "l"), ("w", "vv"), ("e", "c"))


def letter_left_out(word: str, draw: random.Random) -> str | None:
    """Every letter but the first may be left out."""
    if len(word) <= _SHORTEST:
        return None
    place = draw.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def letter_added(word: str, draw: random.Random) -> str | None:
    """A letter typed twice, or a neighbour of it typed as well."""
    place = draw.randrange(1, len(word)) if len(word) > 1 else 0
    letter = word[place].casefold()
    return word[: place + 1] + draw.choice(letter + _NEAR.get(letter, letter)) + word[place + 1 :]


def neighbouring_key(word: str, draw: random.Random) -> str | None:
    """Another letter than the first hit beside its key."""
    places = [place for place in range(1, len(word)) if word[place] in _NEAR]
    if len(word) < _SHORTEST or not places:
        return None
    place = draw.choice(places)
    return word[:place] + draw.choice(_NEAR[word[place]]) + word[place + 1 :]


def letters_transposed(word: str, draw: random.Random) -> str | None:
    """Two neighbouring letters the other way round, the first letter aside."""
    places = [place for place in range(1, len(word) - 1) if word[place] != word[place + 1]]
    if not places:
        return None
    place = draw.choice(places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def looks_alike(word: str, draw: random.Random) -> str | None:
    """What a scanner, or bad handwriting, makes of it."""
    rest = word[1:]
    possible = [(seen, read) for seen, read in _LOOKS_LIKE if seen in rest]
    if not possible:
        return None
    seen, read = draw.choice(possible)
    return word[0] + rest.replace(seen, read, 1)


def first_letter_wrong(word: str, draw: random.Random) -> str | None:
    """The first letter hit beside its key."""
    return draw.choice(_NEAR[word[0].casefold()]).upper() + word[1:] if word[0].casefold() in _NEAR else None
