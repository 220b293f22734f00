"""Splink and recordlinkage on the very pairs that the hub scores.

Splink is set up as its own documentation does it for each of the two data sets, on their own columns,
and learns from the test files without labels, which is how it is used. Only the blocks are ours.
"""

import logging
import time
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

Pair = tuple[int, int]


class Peer(NamedTuple):
    """What Splink's model is for one data set: its comparisons, and the rules that its training goes by."""

    comparisons: list[Any]
    deterministic: list[Any]
    recall: float
    mixed: list[Any]


def febrl4_peer() -> Peer:
    """As in Splink's example "Linking the febrl4 datasets"."""
    return Peer(
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        deterministic=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        recall=0.9,
        mixed=[block_on("date_of_birth"), block_on("postcode")],
    )


def fake_1000_peer() -> Peer:
    """As in Splink's tutorial."""
    return Peer(
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        deterministic=[
            block_on("first_name", "dob"),
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            block_on("email"),
        ],
        recall=0.7,
        mixed=[block_on("first_name", "surname"), block_on("dob")],
    )


class SplinkRun(NamedTuple):
    """The pairs' probabilities, and how long scoring took."""

    probability: dict[Pair, float]
    seconds: float


def splink_scores(peer: Peer, tables: Sequence[pd.DataFrame], pairs: Iterable[Pair]) -> SplinkRun:
    """Train Splink on the tables without labels and score the pairs, by position in the tables."""
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        database = DuckDBAPI(duckdb.connect(config={"threads": 1}))
        linker = _linker(peer, tables, database)
        train = linker.training
        train.estimate_probability_two_random_records_match(peer.deterministic, recall=peer.recall)
        train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
        for rule in peer.mixed:
            train.estimate_parameters_using_expectation_maximisation(rule)
        return scored(linker, database, pairs, one_table=len(tables) == 1)


def _linker(peer: Peer, tables: Sequence[pd.DataFrame], database: DuckDBAPI) -> Linker:
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        comparisons=peer.comparisons,
        blocking_rules_to_generate_predictions=[],
        unique_id_column_name="unique_id",
    )
    registered = [
        database.register(table.assign(unique_id=range(len(table))), dataset_display_name=name)
        for name, table in zip(("left_file", "right_file"), tables, strict=False)
    ]
    return Linker(registered, settings, log_level=None)


def scored(linker: Linker, database: DuckDBAPI, pairs: Iterable[Pair], *, one_table: bool) -> SplinkRun:
    """Score exactly these pairs with a trained linker."""
    told = list(pairs)
    names = ("", "") if one_table else ("left_file-__-", "right_file-__-")
    blocked = pd.DataFrame(
        {
            "match_key": "0",
            "join_key_l": [one if one_table else f"{names[0]}{one}" for one, _ in told],
            "join_key_r": [one if one_table else f"{names[1]}{one}" for _, one in told],
        }
    )
    linker.table_management.register_blocked_pairs_for_predict(database.register(blocked))
    began = time.process_time()
    predicted = linker.inference.predict()
    seconds = time.process_time() - began
    rows = predicted.as_record_list()
    return SplinkRun({(one["unique_id_l"], one["unique_id_r"]): one["match_probability"] for one in rows}, seconds)
