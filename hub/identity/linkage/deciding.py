"""What the hub would do with likely pairs: link them by itself, or ask a person.

A live question judges all candidates of one person together: two likely ones are MANY, and a person
decides. So it is here, for every row of either file. Within one file several rows may rightly be one
person: candidates that are certainly one person themselves count as one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from hub.domain.codes import MatchState
from hub.identity.linkage.files import Files, Pair
from hub.identity.linkage.scoring import Scored
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher

Told = Sequence[tuple[int, Compared]]  # the likely rows of one row, and how each compares
Settled = Mapping[int, set[int]]  # by row, the rows of the other side that it is linked with


class Decided(msgspec.Struct, frozen=True):
    """Pairs that are linked without a person, and pairs that wait for one."""

    automatic: frozenset[Pair]
    human: frozenset[Pair]


def decide(pairs: Sequence[Scored], files: Files, matcher: Matcher) -> Decided:
    """Each likely pair is either automatic, because both of its rows settle on it, or a person's to decide."""
    least = matcher.thresholds.potential
    likely = [(one.left, one.right, told) for one in pairs if (told := one.compared()).probability >= least]
    of_left, of_right = _settled(likely, files, matcher)
    every = frozenset((left, right) for left, right, _ in likely)
    automatic = frozenset((left, right) for left, right in every if right in of_left[left] and left in of_right[right])
    return Decided(automatic, every - automatic)


def _settled(likely: Sequence[tuple[int, int, Compared]], files: Files, matcher: Matcher) -> tuple[Settled, Settled]:
    """What each left row, and what each right row, settles on."""
    of_left: dict[int, list[tuple[int, Compared]]] = defaultdict(list)
    of_right = of_left if files.one_file else defaultdict(list)
    for left, right, compared in likely:
        of_left[left].append((right, compared))
        of_right[right].append((left, compared))
    if files.one_file:
        people = files.left.described
        whole = {row: _settle(told, matcher, _alike(told, people, matcher)) for row, told in of_left.items()}
        return whole, whole
    return (
        {row: _settle(told, matcher, set()) for row, told in of_left.items()},
        {row: _settle(told, matcher, set()) for row, told in of_right.items()},
    )


def _alike(told: Told, people: Sequence[Description], matcher: Matcher) -> set[int]:
    """The rows that are certainly the same person as the likeliest."""
    best = _best(told)
    return {row for row, _ in told if row == best or matcher.same_person(people[best], people[row])}


def _settle(told: Told, matcher: Matcher, alike: set[int]) -> set[int]:
    """The rows that one row is linked with, where all that are not ``alike`` are other people."""
    best = _best(told)
    together = alike | {best}
    judged = [compared for row, compared in told if row == best or row not in together]
    if matcher.judge(judged) is not MatchState.MATCH:
        return set()
    least = matcher.thresholds.match
    return {row for row, one in told if row in together and one.certain and one.probability >= least}


def _best(told: Told) -> int:
    return max(told, key=lambda one: one[1].weight)[0]
