"""Whether two records about people around a child may name one person, however each source writes names."""

import re

from hub.domain.records import RelatedPerson
from hub.domain.subjects import normal

_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "revd", "reverend"}
    | {"pc", "sgt", "cllr", "jr", "sr", "jnr", "snr"}
)
_TITLES_OR_NAMES = frozenset({"master", "sir", "dame", "lord", "lady"})  # names, unless they come first
_DASH = re.compile(r"[-\u2010-\u2015]")
Writings = frozenset[str]  # of one part of a name; none where it is not told


def may_be_one(one: RelatedPerson, other: RelatedPerson) -> bool:
    """Whether both have the name of one person, and no birth date tells them apart.

    Titles and middle names do not count, an initial stands for its name, and a part that is not told fits any:
    this decides whom a label protects, so that a namesake is protected rather than the person named.
    """
    if one.birth_date and other.birth_date and one.birth_date != other.birth_date:
        return False
    words, others = _words(one.name), _words(other.name)
    if words and normal("".join(words)) == normal("".join(others)):
        return True
    families, other_families = _family(one, words), _family(other, others)
    return bool(families & other_families) and _given_fits(_given(one, words), _given(other, others))


def _words(name: str | None) -> list[str]:
    """The words of a name, the family name last, without titles."""
    family, comma, given = (name or "").partition(",")
    ordered = f"{given} {family}" if comma else family
    words = [word for word in ordered.split() if normal(word) and normal(word) not in _TITLES]
    return words[1:] if len(words) > 1 and normal(words[0]) in _TITLES_OR_NAMES else words


def _family(person: RelatedPerson, words: list[str]) -> Writings:
    return _writings(person.family_name or "", *_words(person.family_name)[-1:], *words[-1:])


def _given(person: RelatedPerson, words: list[str]) -> Writings:
    return _writings(person.given_name or "", *_words(person.given_name)[:1], *words[:-1][:1])


def _writings(*told: str) -> Writings:
    """Each as one word, and each part of a double-barrelled one."""
    return frozenset(normal(part) for one in told for part in (one, *_DASH.split(one))) - {""}


def _given_fits(some: Writings, others: Writings) -> bool:
    return not some or not others or any(_stands_for(one, other) for one in some for other in others)


def _stands_for(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
