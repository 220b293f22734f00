"""Known phrases found in text, however they are spaced, accented, punctuated or capitalised."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

Phrases = re.Pattern[str]

_WORD = re.compile(r"[^\W_]+")
_QUOTES_AND_DASHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u2032", "'") | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)


def unaccented(text: str) -> str:
    """The text in plain letters: without accents, ligatures, wide forms, and curled quotation marks."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_QUOTES_AND_DASHES))
    return "".join(one for one in apart if not unicodedata.combining(one))


def words_of(text: str) -> tuple[str, ...]:
    """Its words and numbers, without punctuation."""
    return tuple(_WORD.findall(unaccented(text)))


def phrases(known: Iterable[tuple[str, ...]], other_writings: Mapping[str, str] | None = None) -> Phrases | None:
    """A pattern of every phrase, the longest first; None where there is none."""
    other: dict[str, set[str]] = {}
    for one, another in (other_writings or {}).items():
        other.setdefault(one, set()).add(another)
        other.setdefault(another, set()).add(one)
    folded = {tuple(word.casefold() for word in words) for words in known if words}
    longest_first = sorted(folded, key=lambda words: (-len("".join(words)), words))
    found = [r"[\W_]*".join(_written(word, other) for word in words) for words in longest_first]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(found)})(?![^\W_])", re.IGNORECASE) if found else None


def without(text: str, known: Phrases | None, said_instead: str) -> str:
    """The text with what the pattern knows replaced; the very same text where it knows nothing in it."""
    plain = unaccented(text)
    cut = plain if known is None else known.sub(said_instead, plain)
    if cut == plain:
        return text
    once = re.escape(said_instead)
    return re.sub(rf"{once}(?:[\s,]*{once})+", said_instead, cut)


def _written(word: str, other: Mapping[str, set[str]]) -> str:
    return "(?:" + "|".join(re.escape(one) for one in (word, *sorted(other.get(word, ())))) + ")"
