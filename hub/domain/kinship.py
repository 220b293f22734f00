"""What words for a relationship say: which may be the same, and which cannot both be true of one person."""

_PARENTS = frozenset({"mother", "father"})
_STEP_PARENTS = frozenset({"stepmother", "stepfather"})
_GRANDPARENTS = frozenset({"grandmother", "grandfather"})
_SIBLINGS = frozenset({"fullsibling", "halfsibling", "stepsibling"})

# Everybody whom a word can mean. Words that say nothing certain of kinship (guardian, next of kin) are left out:
# they stand beside any other.
_MEANS: dict[str, frozenset[str]] = {
    **{kin: frozenset({kin}) for kin in (*_PARENTS, *_STEP_PARENTS, *_GRANDPARENTS, "halfsibling", "stepsibling")},
    "parent": _PARENTS,
    "stepparent": _STEP_PARENTS,
    "grandparent": _GRANDPARENTS,
    "fostercarer": frozenset({"fostercarer"}),
    "aunt": frozenset({"aunt"}),
    "uncle": frozenset({"uncle"}),
    "sibling": _SIBLINGS,
    "brother": _SIBLINGS,
    "sister": _SIBLINGS,
    "twin": frozenset({"fullsibling"}),
}
_WHO_BRINGS_UP = _PARENTS | _STEP_PARENTS | {"fostercarer"}


def differ(one: str, other: str) -> bool:
    """Whether one person cannot be both to a child, as far as the words are known."""
    ours, theirs = _MEANS.get(_plain(one)), _MEANS.get(_plain(other))
    return ours is not None and theirs is not None and ours.isdisjoint(theirs)


def same_carer(one: str, other: str) -> bool:
    """Whether both words can mean the one mother, father, step-parent or foster carer of a child."""
    ours, theirs = _MEANS.get(_plain(one), frozenset()), _MEANS.get(_plain(other), frozenset())
    return bool(ours & theirs & _WHO_BRINGS_UP)


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalpha())
