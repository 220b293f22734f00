"""Scoring every candidate pair of two files with the matcher that live questions use."""

import time
from collections.abc import Callable, Collection, Iterator

import msgspec

from hub.identity.linkage.blocking import Blocks
from hub.identity.linkage.files import Files
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Compared, Matcher, probability
from hub.identity.matching.safety import KEPT_APART
from hub.identity.matching.scoring import Scorer

Advance = Callable[[int, int], None]  # rows done, of how many

_LEAST = -20.0  # a weight below which no share of true pairs makes a link


class Scored(msgspec.Struct, frozen=True, gc=False):
    """One pair of rows: its log2 weight by the model alone, and what the safety rules make of it."""

    left: int
    right: int
    weight: float
    kept_apart: bool
    certain: bool

    def compared(self) -> Compared:
        """As the hub's matcher tells it."""
        held = min(self.weight, KEPT_APART) if self.kept_apart else self.weight
        return Compared(held, probability(held), (), self.certain)


class Scores(msgspec.Struct, frozen=True):
    """Every pair that is not hopeless, how many were scored, and how long it took."""

    pairs: tuple[Scored, ...]
    scored: int
    seconds_scoring: float
    seconds: float
    blocks: Blocks


def score(files: Files, matcher: Matcher, advance: Advance) -> Scores:
    """Score each pair of rows that meets in a block, once."""
    began = time.perf_counter()
    blocks, scoring = Blocks(files.right.described), _Scoring(files, matcher)
    pairs: list[Scored] = []
    scored, seconds, rows = 0, 0.0, len(files.left.ids)
    for left, person in enumerate(files.left.described):
        candidates: Collection[int] = blocks.candidates(person)
        if files.one_file:
            candidates = [one for one in candidates if one > left]
        started = time.perf_counter()
        pairs.extend(scoring.of(left, person, candidates))
        seconds += time.perf_counter() - started
        scored += len(candidates)
        advance(left + 1, rows)
    return Scores(tuple(pairs), scored, seconds, time.perf_counter() - began, blocks)


class _Scoring:
    def __init__(self, files: Files, matcher: Matcher) -> None:
        self._people, self._weigh = files.right.described, matcher.weigh
        self._model_alone = Scorer(matcher.model).weight

    def of(self, left: int, person: Description, candidates: Collection[int]) -> Iterator[Scored]:
        """The pairs of one left row that are not hopeless."""
        people, weigh = self._people, self._weigh
        for right in candidates:
            weight, certain = weigh(person, people[right])
            if weight == KEPT_APART:
                yield Scored(left, right, self._model_alone(person, people[right]), kept_apart=True, certain=False)
            elif weight >= _LEAST:
                yield Scored(left, right, weight, kept_apart=False, certain=certain)
