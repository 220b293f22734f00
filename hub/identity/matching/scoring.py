"""The log2 match weight of two descriptions under a model: microseconds a pair, and the same as Splink's own.

A model's conditions are Python source (``parts.py``); here they become one function for the whole model,
so that a pair costs no more than the comparisons that it needs.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hub.identity.matching.description import Description
from hub.identity.matching.model import Comparison, Frequencies, Frequency, Level, Model

Weigh = Callable[[Description, Description], float]
Choose = Callable[[Description, Description], int]


class Scorer:
    """A model ready to score many pairs."""

    def __init__(self, model: Model) -> None:
        self._comparisons = model.comparisons
        self._adjustments = _adjustments(model)
        bound = {**model.bound, **self._adjustments}
        self.weight: Weigh = _made(_weight_source(model), "weight", bound)
        self._choosing: list[Choose] = [
            _made(_level_source(comparison, model), "level", dict(model.bound)) for comparison in model.comparisons
        ]

    def levels(self, one: Description, other: Description) -> Iterator[tuple[Comparison, Level, float]]:
        """Every comparison with the level that holds and the weight that it adds, where both have a value."""
        for number, (comparison, choose) in enumerate(zip(self._comparisons, self._choosing, strict=True)):
            place = choose(one, other)
            level = comparison.levels[place]
            if not level.missing:
                adjust = self._adjustments.get(_adjustment_name(number, place))
                yield comparison, level, level.weight + (_adjusted(level, adjust, one, other) if adjust else 0.0)


def _made(source: list[str], name: str, bound: dict[str, Any]) -> Any:
    # The source holds names of our own making only; see the promise of parts.py.
    exec(compile("\n".join(source), "<matching model>", "exec"), bound)  # noqa: S102
    return bound[name]


def _weight_source(model: Model) -> list[str]:
    lines = ["def weight(l, r):", *_unknown(model), f"    total = {model.prior!r}"]
    for number, comparison in enumerate(model.comparisons):
        lines += [f"    {line}" for line in _loads(comparison)]
        for place, level in enumerate(comparison.levels):
            adds = f"total += {level.weight!r}"
            if level.missing:
                adds = "pass"
            elif level.frequency:
                column = level.frequency.column
                adds += f" + {_adjustment_name(number, place)}(l.{column}, r.{column})"
            lines += [f"    {_when(level, place)}", f"        {adds}"]
    return [*lines, "    return total"]


def _level_source(comparison: Comparison, model: Model) -> list[str]:
    lines = ["def level(l, r):", *_unknown(model), *(f"    {line}" for line in _loads(comparison))]
    for place, level in enumerate(comparison.levels):
        lines += [f"    {_when(level, place)}", f"        return {place}"]
    return lines


def _unknown(model: Model) -> list[str]:
    return [f"    {' = '.join(model.remembered)} = None"] if model.remembered else []


def _when(level: Level, place: int) -> str:
    if level.condition is None:
        return "else:" if place else "if True:"
    return f"{'elif' if place else 'if'} {level.condition.holds}:"


def _loads(comparison: Comparison) -> list[str]:
    fields = sorted(frozenset().union(*(level.condition.fields for level in comparison.levels if level.condition)))
    return [f"{side}_{field} = {side}.{field}" for field in fields for side in "lr"]


def _adjustment_name(number: int, place: int) -> str:
    return f"adjustment_{number}_{place}"


def _adjusted(
    level: Level, adjust: Callable[[str | None, str | None], float], one: Description, other: Description
) -> float:
    column = level.frequency.column if level.frequency else ""
    return adjust(getattr(one, column), getattr(other, column))


def _adjustments(model: Model) -> dict[str, Callable[[str | None, str | None], float]]:
    return {
        _adjustment_name(number, place): _adjustment(level.frequency, model.frequencies)
        for number, comparison in enumerate(model.comparisons)
        for place, level in enumerate(comparison.levels)
        if level.frequency
    }


def _adjustment(frequency: Frequency, frequencies: Frequencies) -> Callable[[str | None, str | None], float]:
    """Splink's formula: the usual frequency over the commoner value's own, as far as a table holds one of them."""
    table: Mapping[str | None, float] = frequencies.get(frequency.column, {})  # type: ignore[assignment]  # None is never in it
    strength, minimum, usual = frequency.strength, frequency.minimum, frequency.usual

    def adjust(ours: str | None, theirs: str | None) -> float:
        told = max(table.get(ours, 0.0), table.get(theirs, 0.0))
        return strength * (usual - math.log2(max(told, minimum))) if told else 0.0

    return adjust
