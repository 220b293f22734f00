"""Whether two given names are one name written in two ways, rather than the names of twins."""

from collections.abc import Container, Sequence

from hub.identity.matching.description import Description
from hub.identity.matching.duckdb_functions import damerau_levenshtein
from hub.identity.matching.nicknames import Nicknames, forms

_LONG = 5  # letters from which a name with one slip is still recognised


def one_given_name(one: Description, other: Description, nicknames: Nicknames, listed: Container[str]) -> bool:
    """Whether the given names are the same, or differ by short form, initial, further names or a plain slip.

    ``listed``: names that children are known to have. Names that are merely alike are not one: Jayden and Hayden.
    """
    if not one.given_name or not other.given_name:
        return False
    if _one_word(one.given_name, other.given_name, nicknames, listed):
        return True
    shorter, longer = sorted((one.given_words, other.given_words), key=len)
    return bool(shorter) and _one_after_another(shorter, longer, nicknames, listed)


def _one_after_another(
    shorter: Sequence[str], longer: Sequence[str], nicknames: Nicknames, listed: Container[str]
) -> bool:
    """Whether the shorter name is the longer's beginning; a second name alone is often a sister's first."""
    return all(_one_word(*pair, nicknames, listed) for pair in zip(shorter, longer, strict=False))


def _one_word(ours: str, theirs: str, nicknames: Nicknames, listed: Container[str]) -> bool:
    initial = 1 in {len(ours), len(theirs)} and ours[0] == theirs[0]
    short_form = not forms((ours,), nicknames).isdisjoint(forms((theirs,), nicknames))
    return ours == theirs or initial or short_form or _slip(ours, theirs, listed)


def _slip(ours: str, theirs: str, listed: Container[str]) -> bool:
    """One slip within a long name, which turns a name that is listed into one that is not."""
    return (
        min(len(ours), len(theirs)) >= _LONG
        and (ours in listed) is not (theirs in listed)
        and (ours[0], ours[-1]) == (theirs[0], theirs[-1])  # the last letter tells Daniel from Daniela
        and damerau_levenshtein(ours, theirs) <= 1
    )
