"""A linkage model in Splink's own JSON settings format, as ``linker.misc.save_model_to_json`` writes it.

Read are ``comparisons`` with their levels and ``probability_two_random_records_match``; everything else
that Splink keeps for itself is left alone. Term frequencies stand beside the model, one table a column:
``children.family_name.tf.csv`` with ``value,tf``. Names that stand for one another stand in
``nicknames.csv`` in the same folder.
"""

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

import hub
from hub.errors import ConfigurationError
from hub.identity.matching.columns import TEXT_COLUMNS, Column, columns
from hub.identity.matching.conditions import Condition, Conditions
from hub.identity.matching.nicknames import Nicknames, read_nicknames
from hub.identity.matching.parts import ConditionError, Names

Frequencies = Mapping[str, Mapping[str, float]]  # by column, how often each value occurs among all that are told


class Frequency(msgspec.Struct, frozen=True):
    """How a level counts what is common for less, exactly as Splink does."""

    column: str
    strength: float
    minimum: float
    usual: float  # log2 of the probability that any two agree, which the level's own weight already counts


class Level(msgspec.Struct, frozen=True):
    """One outcome of a comparison. ``condition`` is None for the level of everything else."""

    label: str
    weight: float  # log2(m / u); 0 where a value is missing
    missing: bool
    condition: Condition | None
    frequency: Frequency | None = None


class Comparison(msgspec.Struct, frozen=True):
    """One attribute, or several that belong together, with its levels in the order in which they are tried."""

    name: str
    levels: tuple[Level, ...]

    @property
    def about(self) -> frozenset[str]:
        """The text columns that it looks at."""
        return frozenset().union(*(level.condition.about for level in self.levels if level.condition))


class Model(msgspec.Struct, frozen=True):
    """A model ready for scoring."""

    prior: float  # log2 odds that two records drawn at random are one person
    comparisons: tuple[Comparison, ...]
    frequencies: Frequencies
    nicknames: Nicknames
    bound: Mapping[str, object]  # what the names in the conditions stand for
    remembered: tuple[str, ...]  # names that are None before any condition is tried

    def with_frequencies(self, frequencies: Frequencies) -> "Model":
        """The same model with these term frequencies, column by column; other columns keep theirs."""
        return msgspec.structs.replace(self, frequencies={**self.frequencies, **frequencies})

    def usual(self, column: str) -> float:
        """How often two people agree in a column by chance, where no frequencies tell; 1 where the model is silent."""
        for comparison in self.comparisons:
            for level in comparison.levels:
                if level.frequency and level.frequency.column == column:
                    return float(2.0**level.frequency.usual)
        return 1.0


class _LevelText(msgspec.Struct):
    sql_condition: str
    label_for_charts: str = ""
    is_null_level: bool = False
    m_probability: float | str | None = None
    u_probability: float | str | None = None
    tf_adjustment_column: str | None = None
    tf_adjustment_weight: float = 1.0
    tf_minimum_u_value: float = 0.0
    disable_tf_exact_match_detection: bool = False


class _ComparisonText(msgspec.Struct):
    comparison_levels: list[_LevelText]
    output_column_name: str


class _ModelText(msgspec.Struct):
    comparisons: list[_ComparisonText]
    probability_two_random_records_match: float


def read_model(path: Path) -> Model:
    """Read a model, and the tables beside it. Raises ConfigurationError naming comparison, level and fault."""
    try:
        told = msgspec.json.decode(path.read_bytes(), type=_ModelText)
    except OSError as fault:
        raise ConfigurationError(f"The matching model {path} cannot be read.") from fault
    except msgspec.MsgspecError as fault:
        raise ConfigurationError(f"{path} is not a model as Splink writes it: {fault}.") from fault
    prior = told.probability_two_random_records_match
    if not 0 < prior < 1 or not told.comparisons:
        raise ConfigurationError(f"{path} has no comparison, or a prior probability that is not between 0 and 1.")
    table = path.with_name("nicknames.csv")
    nicknames = read_nicknames(table) if table.is_file() else {}
    known, names = columns(nicknames), Names()
    try:
        comparisons = tuple(_comparison(one, known, names) for one in told.comparisons)
    except ConditionError as fault:
        raise ConfigurationError(f"{path}: {fault}.") from fault
    return Model(
        math.log2(prior / (1 - prior)), comparisons, _frequencies(path), nicknames, names.bound, names.remembered
    )


def shipped_model() -> Model:
    """The model for children that travels with this package."""
    return read_model(shipped_path())


def shipped_path() -> Path:
    """Where it stands: inside an installed wheel, else in the repository."""
    package = Path(hub.__file__).parent
    inside = package / "_policies"
    return (inside if inside.is_dir() else package.parent / "policies") / "identity" / "children.json"


def _comparison(told: _ComparisonText, known: Mapping[str, Column], names: Names) -> Comparison:
    conditions: list[Condition | None] = []
    translating = Conditions(known, names)
    if not told.comparison_levels:
        raise ConditionError(f"comparison {told.output_column_name} has no levels")
    for number, one in enumerate(told.comparison_levels, start=1):
        last = number == len(told.comparison_levels)
        with _where(told, number):
            rest = one.sql_condition.strip().upper() == "ELSE"
            if rest and not last:
                raise ConditionError("ELSE stands last")
            conditions.append(None if rest else translating.translated(one.sql_condition))
    if conditions[-1] is not None:
        raise ConditionError(f"comparison {told.output_column_name} does not end with ELSE")
    usual = {
        condition.exact: one
        for condition, one in reversed(list(zip(conditions, told.comparison_levels, strict=True)))
        if condition and condition.exact
    }
    levels = []
    for number, (condition, one) in enumerate(zip(conditions, told.comparison_levels, strict=True), start=1):
        with _where(told, number):
            levels.append(_level(one, condition, usual))
    return Comparison(told.output_column_name, tuple(levels))


class _where:  # noqa: N801
    """Says of a fault in which comparison and level it stands."""

    def __init__(self, comparison: _ComparisonText, number: int) -> None:
        self._name, self._number = comparison.output_column_name, number
        self._label = comparison.comparison_levels[number - 1].label_for_charts

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, ConditionError):
            place = f'comparison {self._name}, level {self._number} ("{self._label}")'
            raise ConditionError(f"{place}: {fault}") from fault


def _level(told: _LevelText, condition: Condition | None, usual: Mapping[str, _LevelText]) -> Level:
    if told.is_null_level:
        return Level(told.label_for_charts, 0.0, missing=True, condition=condition)
    weight = math.log2(_trained(told.m_probability, "m") / _trained(told.u_probability, "u"))
    frequency = None
    if told.tf_adjustment_column and told.tf_adjustment_weight and condition is not None:
        frequency = _frequency(told, usual)
    return Level(told.label_for_charts, weight, missing=False, condition=condition, frequency=frequency)


def _frequency(told: _LevelText, usual: Mapping[str, _LevelText]) -> Frequency:
    column = (told.tf_adjustment_column or "").strip('"').lower()
    if column not in TEXT_COLUMNS:
        raise ConditionError(f"column {column} has no term frequencies; there are {', '.join(TEXT_COLUMNS)}")
    exact = told if told.disable_tf_exact_match_detection else usual.get(column)
    if exact is None:
        raise ConditionError(f"a term frequency adjustment of {column} needs a level where it is exactly the same")
    return Frequency(
        column, told.tf_adjustment_weight, told.tf_minimum_u_value, math.log2(_trained(exact.u_probability, "u"))
    )


def _trained(probability: Any, letter: str) -> float:
    if not isinstance(probability, float | int) or not 0 < probability <= 1:
        raise ConditionError(f"its {letter} probability is missing or not between 0 and 1: train the model first")
    return float(probability)


def _frequencies(model: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for column in TEXT_COLUMNS:
        path = model.with_name(f"{model.stem}.{column}.tf.csv")
        if path.is_file():
            found[column] = _table(path)
    return found


def _table(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.reader(file) if line]
    try:
        table = {value: float(frequency) for value, frequency in lines[1:]}
    except ValueError as fault:
        raise ConfigurationError(f"{path.name} is not a table of value,tf with a number in every line.") from fault
    if not lines or lines[0] != ["value", "tf"] or not all(0 < frequency <= 1 for frequency in table.values()):
        raise ConfigurationError(f"{path.name} is not a table of value,tf with frequencies above 0, 1 at most.")
    return table
