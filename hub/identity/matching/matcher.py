"""How well two descriptions fit, and what may follow from it. Pure."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from hub.domain.codes import MatchState
from hub.domain.people import MatchReason
from hub.identity.matching import safety, words
from hub.identity.matching.alikeness import Alike, Home, same_nhs_number
from hub.identity.matching.description import Description
from hub.identity.matching.model import Model
from hub.identity.matching.namesakes import BIRTHDAYS, Namesakes
from hub.identity.matching.safety import Facts, Numbers
from hub.identity.matching.scoring import Scorer

_IN_RANGE = 0.97  # how often a person was born in the range that is told of them


class Thresholds(msgspec.Struct, frozen=True):
    """Probabilities at which a candidate counts (DfE's SUI Matcher)."""

    match: float = 0.95
    potential: float = 0.85


class Compared(msgspec.Struct, frozen=True):
    """How two descriptions compare. ``certain``: the safety rules let them be linked without a person."""

    weight: float
    probability: float
    why: tuple[MatchReason, ...]
    certain: bool


class _Pair(msgspec.Struct, frozen=True):
    """Two descriptions as they are compared: under the names that agree best, and one NHS number where it is one."""

    one: Description
    other: Description
    alias: bool = False
    superseded: bool = False


def probability(weight: float) -> float:
    """The probability that belongs to a log2 weight."""
    odds: float = 2.0 ** max(-60.0, min(60.0, weight))
    return odds / (1.0 + odds)


class Matcher:
    """Compares descriptions under one model."""

    def __init__(self, model: Model, thresholds: Thresholds = Thresholds()) -> None:  # noqa: B008
        self.model, self.thresholds = model, thresholds
        self._scorer, self._namesakes = Scorer(model), Namesakes(model)
        self._weight = self._scorer.weight
        self._listed = model.frequencies.get("given_name", {}).keys()
        self._match = math.log2(thresholds.match / (1 - thresholds.match))

    def weigh(self, one: Description, other: Description) -> tuple[float, bool]:
        """The log2 match weight, and whether the pair may be linked without a person."""
        if (
            one.aliases
            or other.aliases
            or one.former_numbers
            or other.former_numbers
            or one.born_from
            or other.born_from
        ):
            weight, pair = self._best(one, other)
        else:
            weight, pair = self._weight(one, other), None
        if weight <= safety.KEPT_APART:
            return weight, False
        pair = pair or _Pair(one, other)
        facts = self._facts(pair)
        if safety.kept_apart(facts):
            return safety.KEPT_APART, False
        return weight, weight >= self._match and self._certain(pair, facts)

    def compare(self, one: Description, other: Description) -> Compared:
        """The same with the reasons, whose weights and the prior make the weight."""
        weight, pair = self._best(one, other)
        facts, why = self._facts(pair), list(self._why(pair))
        apart = safety.kept_apart(facts)
        held = min(weight, safety.KEPT_APART) if apart else weight
        certain = held >= self._match and self._certain(pair, facts)
        if safety.could_be_siblings(facts):
            why.append(words.siblings(words.TWINS, held - weight, apart=apart))
        elif safety.could_be_generations(facts):
            why.append(words.siblings(words.GENERATIONS, held - weight, apart=apart))
        return Compared(held, probability(held), tuple(why), certain)

    def judge(self, compared: Sequence[Compared]) -> MatchState:
        """What a source's candidates amount to together."""
        likely = [one for one in compared if one.probability >= self.thresholds.match]
        possible = [one for one in compared if one.probability >= self.thresholds.potential]
        if not compared:
            return MatchState.NONE
        if len(likely) == 1 and likely[0].certain:
            return MatchState.MATCH
        if len(possible) > 1:
            return MatchState.MANY
        return MatchState.POTENTIAL if possible else MatchState.LOW

    def same_person(self, one: Description, other: Description) -> bool:
        """Whether two descriptions may be linked without a person."""
        return self.weigh(one, other)[1]

    def one_person(self, people: Sequence[Description]) -> bool:
        """Whether people matched at different sources hang together: by a number, or by whole name and birth date.

        A number held by both joins two people whatever their names; without one, two addresses part them.
        A number in conflict between any two parts them all.
        """
        if any(self._told(one, other).numbers is Numbers.CONFLICT for one in people for other in people):
            return False
        joined, waiting = list(people[:1]), list(people[1:])
        while waiting:
            near = next((one for one in waiting if any(self._joined(one, other) for other in joined)), None)
            if near is None:
                return False
            waiting.remove(near)
            joined.append(near)
        return True

    def _joined(self, one: Description, other: Description) -> bool:
        told = self._told(one, other)
        by_name = told.same_name and told.birth is Alike.SAME and told.home is not Home.ELSEWHERE
        return told.numbers is Numbers.SAME or by_name

    def _told(self, one: Description, other: Description) -> Facts:
        return safety.facts(one, other, self.model.nicknames, self._listed)

    def _facts(self, pair: _Pair) -> Facts:
        return safety.facts(pair.one, pair.other, self.model.nicknames, self._listed, alias=pair.alias)

    def _certain(self, pair: _Pair, facts: Facts) -> bool:
        return safety.certain(facts, self._namesakes.expected(pair.one, pair.other))

    def _best(self, one: Description, other: Description) -> tuple[float, _Pair]:
        superseded = one.nhs_number != other.nhs_number and same_nhs_number(one, other)
        if superseded:
            other = msgspec.structs.replace(other, nhs_number=one.nhs_number)
        pairs = [_Pair(one, other, superseded=superseded), *_under_other_names(one, other, superseded=superseded)]
        weights = [self._weight(pair.one, pair.other) for pair in pairs]
        weight = max(weights)
        return weight + _range_weight(one, other), pairs[weights.index(weight)]

    def _why(self, pair: _Pair) -> Iterator[MatchReason]:
        one, other = pair.one, pair.other
        found = self._scorer.levels(one, other)
        yield from words.reasons(found, one, other, self.model.nicknames, alias=pair.alias, superseded=pair.superseded)
        if (one.born_from or other.born_from) and (weight := _range_weight(one, other)):
            yield MatchReason("birth date", "in the range given" if weight > 0 else "outside the range given", weight)


def _under_other_names(one: Description, other: Description, *, superseded: bool) -> Iterator[_Pair]:
    ours = [one, *(one.under(name) for name in one.aliases)]
    theirs = [other, *(other.under(name) for name in other.aliases)]
    for place, mine in enumerate(ours):
        for their_place, their in enumerate(theirs):
            if place or their_place:
                yield _Pair(mine, their, alias=True, superseded=superseded)


def _range_weight(one: Description, other: Description) -> float:
    """What a birth date that one side knows only in part adds."""
    if one.birth_date and other.birth_date:
        return 0.0
    told, born = (one, other.birth_date) if one.born_from else (other, one.birth_date)
    if not told.born_from or not told.born_to or not born:
        return 0.0
    days = (date.fromisoformat(told.born_to) - date.fromisoformat(told.born_from)).days + 1
    by_chance = min(days / BIRTHDAYS, _IN_RANGE)
    if told.born_from <= born <= told.born_to:
        return math.log2(_IN_RANGE / by_chance)
    return math.log2((1 - _IN_RANGE) / (1 - by_chance))
