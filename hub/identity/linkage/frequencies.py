"""How common each value is in the files themselves, for counting what is common for less."""

from collections import Counter

from hub.identity.linkage.files import Files
from hub.identity.matching.model import Model

FEWEST = 1_000  # values from which a file tells more of what is common in it than the shipped tables do


def with_frequencies_of(model: Model, files: Files) -> Model:
    """The model with the files' own term frequencies where they are large enough, as Splink computes them."""
    return model.with_frequencies({one: table for one in adjusted(model) if (table := frequencies(files, one, FEWEST))})


def frequencies(files: Files, column: str, fewest: int, fewest_of_each: int = 1) -> dict[str, float]:
    """How often each value of a column occurs among all that are told; nothing where those are too few."""
    sides = (files.left,) if files.one_file else (files.left, files.right)
    counts = Counter(value for side in sides for one in side.described if (value := getattr(one, column)))
    total = counts.total()
    if total < fewest:
        return {}
    return {value: count / total for value, count in counts.items() if count >= fewest_of_each}


def adjusted(model: Model) -> set[str]:
    """The columns whose common values a model counts for less."""
    levels = (level for comparison in model.comparisons for level in comparison.levels)
    return {level.frequency.column for level in levels if level.frequency}
