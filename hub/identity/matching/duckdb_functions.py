"""The functions that a model's conditions may use, as DuckDB computes them. NULL is handled by the caller.

Splink trains with DuckDB, so a score is only the trained score where these agree with it: DuckDB
compares texts by their UTF-8 bytes, calls two empty texts unlike, and counts a transposition once
however far apart (the unrestricted Damerau-Levenshtein distance). ``tests/identity`` compares them
with DuckDB itself.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from rapidfuzz.distance import OSA, DamerauLevenshtein, Jaro, JaroWinkler, Levenshtein

_SECONDS_A_DAY, _DAYS_IN_400_YEARS = 86_400, 146_097
_EPOCH = date(1970, 1, 1).toordinal()
_WHITE = " \t\n\v\f\r"
_FORMAT_PARTS = {
    "%Y": r"(?P<Y>[0-9]{1,4})",
    "%m": r"(?P<m>[0-9]{1,2})",
    "%d": r"(?P<d>[0-9]{1,2})",
    "%H": r"(?P<H>[0-9]{1,2})",
    "%M": r"(?P<M>[0-9]{1,2})",
    "%S": r"(?P<S>[0-9]{1,2})",
}


def jaro_winkler_similarity(one: str, other: str) -> float:
    """Jaro-Winkler similarity, 0 to 1."""
    if one.isascii() and other.isascii():
        return JaroWinkler.similarity(one, other) if one or other else 0.0
    return JaroWinkler.similarity(one.encode(), other.encode())


def jaro_similarity(one: str, other: str) -> float:
    """Jaro similarity, 0 to 1."""
    if one.isascii() and other.isascii():
        return Jaro.similarity(one, other) if one or other else 0.0
    return Jaro.similarity(one.encode(), other.encode())


def levenshtein(one: str, other: str) -> int:
    """Insertions, deletions and substitutions that turn one text into the other."""
    if one.isascii() and other.isascii():
        return Levenshtein.distance(one, other)
    return Levenshtein.distance(one.encode(), other.encode())


def damerau_levenshtein(one: str, other: str) -> int:
    """The same with transpositions."""
    if one.isascii() and other.isascii():
        return DamerauLevenshtein.distance(one, other)
    return DamerauLevenshtein.distance(one.encode(), other.encode())


def damerau_levenshtein_within(limit: int) -> Callable[[str, str], bool]:
    """Whether that distance is no more than a limit: quicker, for most texts are further apart.

    Without transpositions of what a transposition moved, which is quick to compute, the distance is never
    less, and never more than twice as much, since two substitutions do what a transposition does.
    """

    def within(one: str, other: str) -> bool:
        if not (one.isascii() and other.isascii()):
            return DamerauLevenshtein.distance(one.encode(), other.encode()) <= limit
        bound = OSA.distance(one, other)
        return bound <= limit or (bound <= 2 * limit and DamerauLevenshtein.distance(one, other) <= limit)

    return within


def jaccard(one: str, other: str) -> float:
    """Characters in common over all characters. 0 where one is empty: DuckDB stops there with an error."""
    ours, theirs = set(one.encode()), set(other.encode())
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


LIKENESSES: dict[str, Callable[[str, str], float]] = {
    function.__name__: function
    for function in (jaro_winkler_similarity, jaro_similarity, levenshtein, damerau_levenshtein, jaccard)
}


def lower(text: str) -> str:
    """Small letters, letter by letter."""
    return text.lower() if text.isascii() else "".join(letter.lower()[0] for letter in text)


def upper(text: str) -> str:
    """Capitals, letter by letter: never one letter into two."""
    return text.upper() if text.isascii() else "".join(_capital(letter) for letter in text)


def trim(text: str) -> str:
    """The text without spaces at its ends; other white space stays."""
    return text.strip(" ")


@cache
def regexp_extract(pattern: str, group: int) -> Callable[[str], str]:
    """A function that gives the first match's group, or an empty text. Raises re.error."""
    search = re.compile(pattern, re.ASCII).search

    @remembered
    def extract(text: str) -> str:
        match = search(text)
        return (match[group] or "") if match else ""

    if group > re.compile(pattern).groups:
        raise re.error("no such group")
    return extract


def try_strptime(shape: str) -> Callable[[str], float | None]:
    """A function that reads a time in this format: seconds since 1970, or None. Raises ValueError.

    Of the format's letters it knows %Y, %m, %d, %H, %M and %S.
    """
    pieces = re.split(r"(%.)", shape)
    unknown = [piece for piece in pieces if piece.startswith("%") and piece not in _FORMAT_PARTS]
    if unknown or len(pieces) == 1:
        raise ValueError(f"the date format {shape} is not known")
    pattern = re.compile("".join(_FORMAT_PARTS.get(piece, re.escape(piece)) for piece in pieces))

    @remembered
    def read(text: str) -> float | None:
        match = pattern.fullmatch(text.strip(_WHITE))
        return None if match is None else _seconds({name: int(part) for name, part in match.groupdict().items()})

    return read


def remembered(work_out: Callable[[Any], Any], most: int = 65_536) -> Callable[[Any], Any]:
    """The same function, which remembers its last answers; for what comes again and again. Emptied when full."""
    known: dict[Any, Any] = {}

    def answer(given: Any) -> Any:
        try:
            return known[given]
        except KeyError:
            if len(known) >= most:
                known.clear()
            found = known[given] = work_out(given)
            return found

    return answer


def _seconds(parts: dict[str, int]) -> float | None:
    year, month, day = parts.get("Y", 1900), parts.get("m", 1), parts.get("d", 1)
    hour, minute, second = parts.get("H", 0), parts.get("M", 0), parts.get("S", 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    try:
        ordinal = date(year or 400, month, day).toordinal() - (0 if year else _DAYS_IN_400_YEARS)
    except ValueError:
        return None
    return float((ordinal - _EPOCH) * _SECONDS_A_DAY + hour * 3600 + minute * 60 + second)


@cache
def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 else {"ß": "ẞ"}.get(letter, letter)
