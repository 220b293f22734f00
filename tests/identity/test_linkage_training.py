"""Training: Splink fits m and u to the hub's own columns, and the hub reads what it wrote."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from benchmarks.families.people import Drawing, typed
from benchmarks.families.population import children
from hub.cli import command_line
from hub.errors import BadInput
from hub.identity.matching.model import read_model, shipped_path

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # Splink warns
HEADER = "id,given_name,family_name,birth_date,postcode\n"


@pytest.fixture(scope="module")
def linked_files(tmp_path_factory):
    """Children in one file; in the other, half of their given names have a slip."""
    folder, random = tmp_path_factory.mktemp("training"), Drawing(3).random
    rows = [msgspec.structs.astuple(one)[:4] for one in children(1_200)]
    slipped = [(typed(random, row[0]) if place % 2 else row[0], *row[1:]) for place, row in enumerate(rows)]
    left, right, truth = folder / "left.csv", folder / "right.csv", folder / "truth.csv"
    left.write_text(HEADER + "".join(f"l{place},{','.join(row)}\n" for place, row in enumerate(rows)))
    right.write_text(HEADER + "".join(f"r{place},{','.join(row)}\n" for place, row in enumerate(slipped)))
    truth.write_text("left,right\n" + "".join(f"l{place},r{place}\n" for place in range(len(rows))))
    return left, right, truth


def levels(model: Path, comparison: str) -> dict[str, tuple[float, float]]:
    told = json.loads(model.read_text())["comparisons"]
    one = next(one for one in told if one["output_column_name"] == comparison)
    return {
        level["label_for_charts"]: (level["m_probability"], level["u_probability"])
        for level in one["comparison_levels"]
        if not level.get("is_null_level")
    }


def train(*arguments: object) -> None:
    CliRunner().invoke(command_line(), ["identity", "train", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def from_pairs(linked_files, tmp_path_factory):
    """The model that the files and their true pairs teach."""
    left, right, truth = linked_files
    out = tmp_path_factory.mktemp("model") / "model.json"
    train(left, right, "--truth", truth, "--out", out)
    return out


def test_labelled_pairs_teach_how_often_one_person_s_rows_differ(from_pairs):
    given, born = levels(from_pairs, "given_name"), levels(from_pairs, "birth_date")
    assert 0.4 < given["same"][0] < 0.6
    assert born["same"][0] > 0.99
    assert 1 / 20_000 < born["same"][1] < 1 / 2_000  # two children born on one day
    assert read_model(from_pairs).prior == read_model(shipped_path()).prior


def test_what_the_files_do_not_show_stays_as_it_was(from_pairs):
    assert levels(from_pairs, "nhs_number") == levels(shipped_path(), "nhs_number")
    assert levels(from_pairs, "school") == levels(shipped_path(), "school")


def test_files_without_true_pairs_teach_it_too(linked_files, tmp_path):
    left, right, _ = linked_files
    out = tmp_path / "model.json"
    train(left, right, "--out", out)
    assert 0.35 < levels(out, "given_name")["same"][0] < 0.65


def test_the_tables_that_stand_beside_the_model_name_nobody_who_is_alone_in_them(from_pairs):
    model = read_model(from_pairs)
    least = 5 / 2_500
    assert min(model.frequencies["family_name"].values()) >= least
    assert model.nicknames == read_model(shipped_path()).nicknames


def test_a_name_that_is_no_json_is_refused_before_anything_is_trained(linked_files, tmp_path):
    ran = CliRunner().invoke(
        command_line(), ["identity", "train", str(linked_files[0]), "--out", str(tmp_path / "model.txt")]
    )
    assert isinstance(ran.exception, BadInput)


def test_without_splink_training_says_what_to_install(linked_files, tmp_path):
    absent = tmp_path / "splink"
    absent.mkdir()
    (absent / "__init__.py").write_text("raise ImportError")
    ran = subprocess.run(
        [sys.executable, "-m", "hub.cli", "identity", "train", linked_files[0], "--out", tmp_path / "model.json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "make .venv/ready" in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
