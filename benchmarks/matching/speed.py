"""Pairs per second on one core: the hub's matcher, Splink's DuckDB backend, and recordlinkage, on the same pairs."""

import time

import duckdb
import msgspec
import pandas as pd
import recordlinkage
from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from benchmarks.families.people import Row
from benchmarks.families.population import children
from benchmarks.matching.peers import Pair, scored
from hub.identity.linkage.blocking import Blocks
from hub.identity.linkage.keeping import read_settings
from hub.identity.matching.columns import table_row
from hub.identity.matching.description import Description
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model, shipped_path
from hub.identity.matching.scoring import Scorer

PEOPLE = 20_000


class Speed(msgspec.Struct, frozen=True):
    """How fast one scorer is on the same pairs."""

    scorer: str
    pairs: int
    seconds: float
    pairs_per_second: float


def speeds(people: int = PEOPLE) -> list[Speed]:
    """Each scorer over every pair of a population of children that meets in a block."""
    rows = children(people)
    described = [Description.of_row(msgspec.structs.asdict(one)) for one in rows]
    blocks = Blocks(described)
    pairs = [
        (left, right) for left, person in enumerate(described) for right in blocks.candidates(person) if right > left
    ]
    return [
        _measured("hub: weight alone", pairs, _hub_weight(described, pairs)),
        _measured("hub: weight and safety rules", pairs, _hub_matcher(described, pairs)),
        _measured("Splink 5, DuckDB, one thread, the same model", pairs, _splink(described, pairs)),
        _measured("recordlinkage, one job, seven columns", pairs, _recordlinkage(rows, pairs)),
    ]


def _measured(name: str, pairs: list[Pair], seconds: float) -> Speed:
    return Speed(name, len(pairs), seconds, len(pairs) / seconds)


def _hub_weight(people: list[Description], pairs: list[Pair]) -> float:
    weight = Scorer(shipped_model()).weight
    began = time.process_time()
    for left, right in pairs:
        weight(people[left], people[right])
    return time.process_time() - began


def _hub_matcher(people: list[Description], pairs: list[Pair]) -> float:
    weigh = Matcher(shipped_model()).weigh
    began = time.process_time()
    for left, right in pairs:
        weigh(people[left], people[right])
    return time.process_time() - began


def _splink(people: list[Description], pairs: list[Pair]) -> float:
    model = shipped_model()
    database = DuckDBAPI(duckdb.connect(config={"threads": 1}))
    table = pd.DataFrame([{"unique_id": place, **table_row(one, model.nicknames)} for place, one in enumerate(people)])
    table = table.astype(dict.fromkeys(("school", "upn"), "string"))
    settings = {**read_settings(shipped_path()), "link_type": "dedupe_only"}
    linker = Linker(database.register(table), settings, log_level=None, validate_settings=False)
    return scored(linker, database, pairs, one_table=True).seconds


def _recordlinkage(rows: list[Row], pairs: list[Pair]) -> float:
    table = pd.DataFrame([msgspec.structs.asdict(one) for one in rows])
    comparing = recordlinkage.Compare(n_jobs=1)
    comparing.string("given_name", "given_name", method="jarowinkler")
    comparing.string("family_name", "family_name", method="jarowinkler")
    comparing.string("address_line", "address_line", method="jarowinkler")
    comparing.string("birth_date", "birth_date", method="damerau_levenshtein")
    for column in ("postcode", "nhs_number", "other_id"):
        comparing.exact(column, column)
    index = pd.MultiIndex.from_tuples(pairs)
    began = time.process_time()
    comparing.compute(index, table)
    return time.process_time() - began
