"""A pair's weight here is the weight that Splink's own predict() gives it, under the same model."""

import json
import logging
import random
import shutil
import warnings

import pytest

from hub.identity.matching.columns import columns, table_row
from hub.identity.matching.description import Description
from hub.identity.matching.model import read_model, shipped_model
from hub.identity.matching.scoring import Scorer
from hub.policy.policies import shipped_policies

splink = pytest.importorskip("splink", reason="Splink is the extra [train]")
pyarrow = pytest.importorskip("pyarrow", reason="pyarrow comes with Splink")
cll = pytest.importorskip("splink.comparison_level_library")
cl = pytest.importorskip("splink.comparison_library")
DuckDBAPI = pytest.importorskip("splink.backends.duckdb").DuckDBAPI

pytestmark = pytest.mark.slow

GIVEN = ("Ana", "Anna", "Maddie", "Madeleine", "Kofi", "Jon", "John", "Mohammed", "Muhammad", "Zoë", "Baby", "Mary Ann")
FAMILY = ("Example", "Exampel", "Smith", "Smith-Jones", "Jones", "O'Brien", "Łukasz", "Nowak", "Khan", "Kahn")


def people(count: int) -> list[Description]:
    draw = random.Random(7)
    made: list[Description] = []
    told: dict[str, str] = {}
    for number in range(count):
        last = told
        told = {
            "given_name": draw.choice(GIVEN),
            "family_name": draw.choice(FAMILY),
            "birth_date": f"20{draw.randrange(10, 13)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}",
            "postcode": f"AB{draw.randrange(1, 4)} {draw.randrange(1, 4)}CD",
            "address_line": f"{draw.randrange(1, 9)} {draw.choice(('High', 'Hill', 'Church'))} Street",
            "school": draw.choice(("Oak School", "Ash School", "Oak Scool")),
            "nhs_number": f"999{draw.randrange(200):07d}",
            "upn": f"A8319999{draw.randrange(200):05d}",
            "other_id": str(draw.randrange(1000, 1400)),
        }
        if number % 2:  # somebody again, with a slip or two
            told |= {name: value for name, value in last.items() if draw.random() < 0.7}
        made.append(Description.of_row({name: value for name, value in told.items() if draw.random() < 0.85}))
    return made


PEOPLE = people(300)


def linker(settings) -> "splink.Linker":
    nicknames = shipped_model().nicknames
    rows = [{"unique_id": place, **table_row(one, nicknames)} for place, one in enumerate(PEOPLE)]
    text = pyarrow.string()
    kinds = {name: pyarrow.list_(text) if "list" in one.kind else text for name, one in columns({}).items()}
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema({"unique_id": pyarrow.int64(), **kinds}))
    database = DuckDBAPI()
    return splink.Linker(
        [database.register(table, dataset_display_name="people")], settings, log_level=logging.CRITICAL
    )


def scored(one: "splink.Linker") -> dict[tuple[int, int], float]:
    table = one.inference.predict().as_pyarrow_table().to_pylist()
    return {(row["unique_id_l"], row["unique_id_r"]): row["match_weight"] for row in table}


def told_frequencies() -> dict[str, dict[str, float]]:
    """How often each value is told, as Splink counts it."""
    counted: dict[str, dict[str, float]] = {}
    for column in ("given_name", "family_name", "postcode"):
        values = [getattr(one, column) for one in PEOPLE if getattr(one, column) is not None]
        counted[column] = {value: values.count(value) / len(values) for value in set(values)}
    return counted


def assert_same(trained: "splink.Linker", folder):
    theirs = scored(trained)
    path = folder / "children.json"
    path.write_text(json.dumps(trained.misc.save_model_to_json()))
    shutil.copy(shipped_policies() / "identity" / "nicknames.csv", folder)
    weight = Scorer(read_model(path).with_frequencies(told_frequencies())).weight
    worst = max(abs(weight(PEOPLE[one], PEOPLE[other]) - score) for (one, other), score in theirs.items())
    assert len(theirs) == len(PEOPLE) * (len(PEOPLE) - 1) // 2
    assert len({round(score, 3) for score in theirs.values()}) > 500  # of many levels and frequencies
    assert worst < 1e-6


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_the_shipped_model_scores_as_splink_does(tmp_path):
    settings = json.loads((shipped_policies() / "identity" / "children.json").read_text())
    everybody = {"link_type": "dedupe_only", "blocking_rules_to_generate_predictions": ["1=1"]}
    assert_same(linker(settings | everybody), tmp_path)


def test_a_model_of_splinks_own_comparisons_that_splink_trained_scores_as_splink_does(tmp_path):
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=["1=1"],
        probability_two_random_records_match=0.002,
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "family_name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.CustomComparison(
                output_column_name="postcode",
                comparison_levels=[
                    cll.NullLevel("postcode"),
                    cll.ExactMatchLevel("postcode").configure(
                        tf_adjustment_column="postcode", tf_adjustment_weight=0.5, tf_minimum_u_value=0.2
                    ),
                    cll.LevenshteinLevel("postcode", 1).configure(tf_adjustment_column="postcode"),
                    cll.LevenshteinLevel("postcode", 2).configure(
                        tf_adjustment_column="postcode", disable_tf_exact_match_detection=True
                    ),
                    cll.ElseLevel(),
                ],
            ),
            cl.DamerauLevenshteinAtThresholds("nhs_number", [1, 3]),
            cl.JaroWinklerAtThresholds("address_line", [0.95, 0.85]),
        ],
    )
    trained = linker(settings)
    trained.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1)
    for column in ("family_name", "birth_date"):
        trained.training.estimate_parameters_using_expectation_maximisation(splink.block_on(column))
    assert_same(linker(filled(trained.misc.save_model_to_json())), tmp_path)


def filled(settings: dict) -> dict:
    """The trained model with values for the levels that these few people never reached."""
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if not level.get("is_null_level"):
                level.setdefault("m_probability", 0.01)
                level.setdefault("u_probability", 0.02)
    return settings
