"""What systems enter where nothing is known: it tells nobody apart, and agrees between strangers."""

import re

_NOTHING = frozenset(
    {
        "anon", "anonymous", "awaited", "awaiting", "blank", "confidential", "declined", "missing", "na", "nil", "nk",
        "noname", "none", "notapplicable", "notavailable", "notgiven", "notknown", "notrecorded", "notstated", "null",
        "pending", "redacted", "refused", "tba", "tbc", "unallocated", "undisclosed", "unidentified", "unk", "unknown",
        "unnamed", "unspecified", "withheld",
    }
)  # fmt: skip
_NEWLY_BORN = frozenset(
    {
        "babe", "babies", "baby", "babyboy", "babygirl", "bb", "fetus", "foetus", "infant", "neonate", "newborn",
        "quad", "quadruplet", "quads", "quin", "stillborn", "triplet", "triplets", "twin", "twins", "unborn",
    }
)  # fmt: skip
# Surnames too, so no placeholders there: Child, Male, Son.
_SOMEBODYS_CHILD = frozenset({"boy", "child", "female", "girl", "male", "of"})
_UNSAID = frozenset({"name", "named", "surname", "forename", "firstname", "not"})
_BABY_OF = re.compile(r"\s*[bfms]\s*/\s*o\b", re.IGNORECASE)  # B/O Anna: baby of Anna
_NO_HOME = frozenset({"abode", "homeless", "nfa", "refuge", "temporary", "various"})
_ANY_HOME = frozenset(
    {
        "address", "bb", "care", "children", "childrens", "foster", "home", "hospital", "hostel", "hotel", "house",
        "no", "residential", "s", "school", "shelter", "the", "unit",
    }
)  # fmt: skip
_FIRST_DAY = "1900-01-01"  # what systems enter for a date that they must have


def not_told(words: tuple[str, ...]) -> bool:
    """Whether any word of a name says that there is none."""
    plain = [word.rstrip("0123456789") for word in words]
    return (
        "".join(words) in _NOTHING
        or not (_NOTHING | _NEWLY_BORN | _UNSAID).isdisjoint(plain)
        or _one_letter_over_and_over("".join(words))
    )


def not_yet_named(text: str, words: tuple[str, ...]) -> bool:
    """Whether a given name is a placeholder for a child who has none yet, or of whom none is known."""
    plain = [word.rstrip("0123456789") for word in words]
    return not_told(words) or not _SOMEBODYS_CHILD.isdisjoint(plain) or _BABY_OF.match(text) is not None


def nowhere(words: tuple[str, ...]) -> bool:
    """Whether an address line names no place: "no fixed abode", "unknown", "care home"."""
    return "".join(words) in _NOTHING or not (_NOTHING | _NO_HOME | {"not"}).isdisjoint(words) or {*words} <= _ANY_HOME


def no_birth_date(written: str) -> bool:
    """Whether a birth date is a text without figures, or a date that stands for none."""
    figures = [letter for letter in written if letter.isdecimal()]
    return written == _FIRST_DAY or not figures or set(figures) == {"0"}


def _one_letter_over_and_over(name: str) -> bool:
    return name == "x" or (name.isascii() and len(name) > 1 and len(set(name)) == 1)
