"""Making the model that ships: ``python -m benchmarks.matching.children`` writes policies/identity/children.json.

Learned with Splink: how rows of one person differ (m), and how often different people have like names
and numbers (u), from the labelled FEBRL data sets 1 to 3; how often different children have like birth
dates, from a made-up population of families. FEBRL 4 is never looked at: it is the test.
What those data cannot know is set by hand, with its reasons, in ``by_hand.toml``.
"""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from benchmarks.families.population import children
from benchmarks.matching.data import febrl_for_training
from hub.identity.linkage.files import read_files, read_truth
from hub.identity.linkage.training import trained, with_u_of
from hub.identity.matching.description import Description
from hub.identity.matching.nicknames import Nicknames, read_nicknames

MODEL = Path(__file__).parents[2] / "policies" / "identity" / "children.json"
BY_HAND = Path(__file__).with_name("by_hand.toml")
POPULATION = 5_000
FROM_POPULATION = frozenset({"birth_date"})

KEPT = ("link_type", "probability_two_random_records_match", "sql_dialect", "unique_id_column_name")

Settings = dict[str, Any]


def main() -> None:
    """Train the shipped model anew, from its own structure."""
    say = Console(stderr=True).log
    nicknames = read_nicknames(MODEL.with_name("nicknames.csv"))
    start = msgspec.json.decode(MODEL.read_bytes())
    by_hand = msgspec.toml.decode(BY_HAND.read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        model = _composed({**start, **learned(start, nicknames, Path(folder), say)}, by_hand)
    MODEL.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n")


def learned(start: Settings, nicknames: Nicknames, folder: Path, say: Any) -> Settings:
    """The model as FEBRL 1 to 3 and the population teach it."""
    training = febrl_for_training(folder)
    files = read_files(training.left, None)
    model = trained(start, files, read_truth(training.truth, files), nicknames, say)
    say("Learning from a population of families how often different children agree")
    people = [Description.of_row(msgspec.structs.asdict(one)) for one in children(POPULATION)]
    of_children = with_u_of(start, people, nicknames)
    comparisons = [
        _with_u(ours, theirs) if ours["output_column_name"] in FROM_POPULATION else ours
        for ours, theirs in zip(model["comparisons"], of_children["comparisons"], strict=True)
    ]
    return {**model, "comparisons": comparisons}


def _with_u(ours: Settings, theirs: Settings) -> Settings:
    levels = [
        {**mine, "u_probability": their["u_probability"]} if "u_probability" in their else mine
        for mine, their in zip(ours["comparison_levels"], theirs["comparison_levels"], strict=True)
    ]
    return {**ours, "comparison_levels": levels}


def _composed(model: Settings, by_hand: dict[str, dict[str, Any]]) -> Settings:
    """The learned model with what is set by hand."""
    comparisons = []
    for comparison in model["comparisons"]:
        told = by_hand.get(comparison["output_column_name"], {})
        levels = [_level(level, told.get(level["label_for_charts"], {})) for level in comparison["comparison_levels"]]
        comparisons.append({**comparison, "comparison_levels": levels})
    return {
        **{name: model[name] for name in KEPT},
        "blocking_rules_to_generate_predictions": [],
        "comparisons": comparisons,
    }


def _level(level: Settings, told: dict[str, float]) -> Settings:
    names = {"m": "m_probability", "u": "u_probability"}
    plain = {name: value for name, value in level.items() if not (name.startswith("fix_") and value is False)}
    return {**plain, **{names[letter]: value for letter, value in told.items()}}


if __name__ == "__main__":
    main()
