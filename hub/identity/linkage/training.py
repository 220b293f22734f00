"""Fitting a model's m and u with Splink, from files whose true pairs are known, or from files alone.

Splink comes with the extra ``train``; the hub itself never needs it. It sees exactly the columns that
the hub scores. The structure of the model, its prior, and every value that the files do not show stay
as in the model that training starts from.
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hub.errors import ConfigurationError
from hub.identity.linkage.files import Files, Pair
from hub.identity.matching.columns import Kind, columns, table_row
from hub.identity.matching.description import Description
from hub.identity.matching.nicknames import Nicknames

if TYPE_CHECKING:
    from splink import Linker

Settings = dict[str, Any]
Say = Callable[[str], None]
Table = list[dict[str, Any]]

MOST_RANDOM_PAIRS = 1e7
SEED = 1
_SIDES = ("left_file", "right_file")
# Pairs that agree on one of these are mixed enough to learn from how the other columns of one person differ.
_MIXED = (("given_name", "family_name"), ("birth_date",), ("family_name", "postcode"), ("other_id",), ("nhs_number",))


def trained(start: Settings, files: Files, truth: frozenset[Pair] | None, nicknames: Nicknames, say: Say) -> Settings:
    """The starting model with m and u fitted. Raises ConfigurationError where Splink is not installed."""
    sides = (files.left,) if files.one_file else (files.left, files.right)
    tables = [_table(side.described, nicknames) for side in sides]
    with _quiet_splink():
        say("Learning how often different people agree")
        linker = _linker(_with_u(start, _different_people(tables, truth)), tables)
        if truth:
            say("Learning from the true pairs how the rows of one person differ")
            _learn_from_pairs(linker, truth, one_file=files.one_file)
        else:
            say("Learning from likely pairs how the rows of one person differ")
            _learn_from_mixtures(linker, tables)
        return _filled(_told(linker), start)


def with_u_of(start: Settings, people: Sequence[Description], nicknames: Nicknames) -> Settings:
    """The starting model with u fitted to people of whom no two are one."""
    with _quiet_splink():
        return _filled(_with_u(start, _table(people, nicknames)), start)


def _table(people: Sequence[Description], nicknames: Nicknames) -> Table:
    return [{"unique_id": place, **table_row(one, nicknames)} for place, one in enumerate(people)]


@contextmanager
def _quiet_splink() -> Iterator[None]:
    """Splink's own words about rows are kept off the terminal, and its warnings off ours."""
    try:
        import splink  # noqa: F401, PLC0415  an optional extra: loaded only where a model is trained
    except ImportError:
        raise ConfigurationError(
            "Training needs Splink, which the hub itself does not: run make .venv/ready where the hub's source stands."
        ) from None
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _linker(settings: Settings, tables: Sequence[Table]) -> "Linker":
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415  comes with Splink
    from splink import Linker  # noqa: PLC0415
    from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415

    text = pa.string()
    kinds = {name: pa.list_(text) if one.kind is Kind.LIST else text for name, one in columns({}).items()}
    shape = pa.schema({"unique_id": pa.int64(), **kinds})
    database = DuckDBAPI()
    registered = [
        database.register(pa.Table.from_pylist(table, schema=shape), dataset_display_name=name)
        for name, table in zip(_SIDES, tables, strict=False)
    ]
    kind = {"link_type": "dedupe_only" if len(tables) == 1 else "link_only", "unique_id_column_name": "unique_id"}
    return Linker(registered, {**settings, **kind}, log_level=None, validate_settings=False)


def _told(linker: "Linker") -> Settings:
    told: Settings = linker.misc.save_model_to_json()
    return told


def _different_people(tables: Sequence[Table], truth: frozenset[Pair] | None) -> Table:
    """One table in which, as far as the truth says, nobody stands twice."""
    again = {right for _, right in truth or ()}
    once = [row for row in tables[-1] if row["unique_id"] not in again]
    every = [*tables[0], *once] if len(tables) > 1 else once
    return [{**row, "unique_id": place} for place, row in enumerate(every)]


def _with_u(settings: Settings, people: Table) -> Settings:
    linker = _linker(settings, [people])
    linker.training.estimate_u_using_random_sampling(max_pairs=MOST_RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
    return _told(linker)


def _learn_from_pairs(linker: "Linker", truth: frozenset[Pair], *, one_file: bool) -> None:
    import pyarrow as pa  # noqa: PLC0415  comes with Splink

    left, right = _SIDES[0], _SIDES[0] if one_file else _SIDES[1]
    labels = pa.table(
        {
            "unique_id_l": [one for one, _ in truth],
            "unique_id_r": [other for _, other in truth],
            "source_dataset_l": [left] * len(truth),
            "source_dataset_r": [right] * len(truth),
        }
    )
    linker.table_management.register_table(labels, "true_pairs")
    linker.training.estimate_m_from_pairwise_labels("true_pairs")  # type: ignore[no-untyped-call]  # so it is in Splink


def _learn_from_mixtures(linker: "Linker", tables: Sequence[Table]) -> None:
    from splink import block_on  # noqa: PLC0415

    for mixed in _MIXED:
        if all(any(row[column] for row in table) for table in tables for column in mixed):
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*mixed), estimate_without_term_frequencies=True
            )


def _filled(fitted: Settings, start: Settings) -> Settings:
    """The fitted model; a level that was never seen keeps the starting model's values."""
    comparisons = []
    for ours, theirs in zip(fitted["comparisons"], start["comparisons"], strict=True):
        levels = [
            {**_probabilities(before), **after}
            for after, before in zip(ours["comparison_levels"], theirs["comparison_levels"], strict=True)
        ]
        comparisons.append({**ours, "comparison_levels": levels})
    return {**fitted, "comparisons": comparisons}


def _probabilities(level: Mapping[str, Any]) -> dict[str, Any]:
    return {name: level[name] for name in ("m_probability", "u_probability") if name in level}
