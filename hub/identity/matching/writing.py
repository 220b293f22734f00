"""How names, places, dates and numbers are written for comparison: one writing for each way people write them."""

import re
import unicodedata
from datetime import date

from hub.identity.matching.placeholders import no_birth_date, not_told, not_yet_named, nowhere

_PARTICLES = frozenset(
    {
        "a", "abu", "al", "ap", "ben", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "fitz", "ibn",
        "la", "le", "mac", "mc", "o", "of", "saint", "st", "ter", "the", "van", "von",
    }
)  # fmt: skip
_SHORTEST_NUMBER = 4
_REPEATED = 6  # figures from where one over and over is no number
_JOINERS = re.compile(r"['\u2019\u2018`\u02bc\u00b4.]")  # within a word: O'Brien
_BREAKS = re.compile(r"[^\w]+|_", re.UNICODE)
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|([0-9]{2})([0-9]{2}))(?=$|[T ])")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
# Letters that no decomposition takes the stroke from.
_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"}
)


def words(text: str | None) -> tuple[str, ...]:
    """A name's words: small letters without accents; hyphens and spaces part them, apostrophes do not."""
    if not text:
        return ()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(_STROKES)
    return tuple(_BREAKS.sub(" ", _JOINERS.sub("", text)).casefold().split())


def squeezed(text: str | None) -> str:
    """A name with everything but its letters taken out."""
    return "".join(words(text))


def given_words(text: str | None) -> tuple[str, ...]:
    """A given name's words; none where a placeholder is among them: "Baby Boy Jones" says no more than Jones."""
    found = words(text)
    return () if not_yet_named(text or "", found) else found


def family_words(text: str | None) -> tuple[str, ...]:
    """A family name's words; none for "Unknown", "Not Recorded" and the like."""
    found = words(text)
    return () if not_told(found) else found


def halves(found: tuple[str, ...]) -> frozenset[str]:
    """The words of a family name that tell families apart: not the "van" and "de" before them."""
    return frozenset(word for word in found if word not in _PARTICLES)


def postcode(text: str | None) -> str | None:
    """A postcode in capitals, with one space where it is shaped like one of the United Kingdom's."""
    code = "".join(letter for letter in (text or "").upper() if letter.isalnum())
    if not code:
        return None
    return f"{code[:-3]} {code[-3:]}" if _POSTCODE.fullmatch(code) else code


def line(text: str | None) -> str | None:
    """An address, or a school's name: small letters, words with one space between; none for "no fixed abode"."""
    found = words(text)
    return None if nowhere(found) else " ".join(found) or None


def number(text: str | None) -> str | None:
    """An identifier without spaces and hyphens, in capitals; none for 9999999999, "0", "pending" and the like.

    An identifier has a figure in it, or is an e-mail address.
    """
    written = "".join(letter for letter in (text or "").upper() if letter.isalnum())
    repeated = set(written) == {"0"} or (len(written) >= _REPEATED and len(set(written)) == 1)
    tells = any(map(str.isdecimal, written)) or "@" in (text or "")
    told = len(written) >= _SHORTEST_NUMBER and tells
    return written if told and not repeated else None


def birth_date(text: str | date | None) -> str | None:
    """A birth date as YYYY-MM-DD, from that, YYYYMMDD or DD/MM/YYYY; what is no date stays as it is, as a slip.

    None for what stands for no date: "not stated", 0000-00-00, 01/01/1900.
    """
    if text is None:
        return None
    if isinstance(text, date):
        return _unless_placeholder(text.isoformat())
    stripped = text.strip()
    if found := _ISO.match(stripped):
        year, month, day = filter(None, found.groups())
        return _unless_placeholder(f"{year}-{month:0>2}-{day:0>2}")
    if found := _DAY_FIRST.fullmatch(stripped):
        day, month, year = found.groups()
        return _unless_placeholder(f"{year}-{month:0>2}-{day:0>2}")
    return _unless_placeholder(stripped)


def _unless_placeholder(written: str) -> str | None:
    return None if no_birth_date(written) else written
