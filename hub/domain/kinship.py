"""What words for a relationship say: which may be the same, and which cannot both be true of one person."""

from collections.abc import Iterable

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
# Words that say no more than that a source writes two people down together.
_BESIDE = frozenset({"inthesamefamilyrecord", "inthesamehousehold"})
_WHO_BRINGS_UP = _PARENTS | _STEP_PARENTS | {"fostercarer"}


def differ(one: str, other: str) -> bool:
    """Whether one person cannot be both to a child, as far as the words are known."""
    ours, theirs = _MEANS.get(_plain(one)), _MEANS.get(_plain(other))
    return ours is not None and theirs is not None and ours.isdisjoint(theirs)


def same_carer(one: str, other: str) -> bool:
    """Whether both words can mean the one mother, father, step-parent or foster carer of a child."""
    ours, theirs = _MEANS.get(_plain(one), frozenset()), _MEANS.get(_plain(other), frozenset())
    return bool(ours & theirs & _WHO_BRINGS_UP)


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Each word once, without those that say no more than another does: "step-parent" beside "step-father"."""
    once = tuple(dict.fromkeys(word for word in words if word))
    means = {word: _MEANS.get(_plain(word)) for word in once}
    return tuple(
        word
        for word, meant in means.items()
        if not any(_says_more(other, means[other], word, meant) for other in once if other != word)
    )


def _says_more(other: str, others: frozenset[str] | None, word: str, meant: frozenset[str] | None) -> bool:
    if _plain(word) in _BESIDE:
        return _plain(other) not in _BESIDE
    return others is not None and meant is not None and others < meant


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalpha())
