"""The corpus: two files to link, the true pairs, and of which kind each pair of alike rows is.

Every kind comes with every combination of what the systems hold: numbers on both sides, on one, on
none; addresses on both sides, on one, on none. In half of the families the second file holds the
first person too, in half only the person they could be taken for.
"""

import csv
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import msgspec
from msgspec.structs import replace

from benchmarks.families.people import Drawing, Row
from benchmarks.families.situations import DIFFERENT, SAME

NUMBERS = ("numbers on both sides", "numbers on one side", "no numbers")
PLACES = ("addresses on both sides", "an address on one side", "no addresses")


class Known(msgspec.Struct, frozen=True):
    """What is known of one pair of rows: ids, kind, what the systems hold, and whether it is one person."""

    left: str
    right: str
    kind: str
    numbers: str
    places: str
    same: bool


class Corpus(msgspec.Struct, frozen=True):
    """Both files' rows by id, and what is known of the pairs that were made."""

    left: Mapping[str, Row]
    right: Mapping[str, Row]
    pairs: tuple[Known, ...]

    def written(self, folder: Path) -> tuple[Path, Path, Path]:
        """The corpus as ``left.csv``, ``right.csv`` and ``truth.csv`` in a folder."""
        left, right, truth = folder / "left.csv", folder / "right.csv", folder / "truth.csv"
        header = ("id", *Row.__struct_fields__)
        _write(left, header, ((one, *msgspec.structs.astuple(row)) for one, row in self.left.items()))
        _write(right, header, ((one, *msgspec.structs.astuple(row)) for one, row in self.right.items()))
        _write(truth, ("left", "right"), ((one.left, one.right) for one in self.pairs if one.same))
        return left, right, truth


def family_corpus(each: int = 14, seed: int = 20261122) -> Corpus:
    """``each`` pairs of every kind for every combination of what both systems hold."""
    drawing = Drawing(seed)
    left: dict[str, Row] = {}
    right: dict[str, Row] = {}
    pairs = []
    kinds = [(kind, make, False) for kind, make in DIFFERENT.items()] + [(k, m, True) for k, m in SAME.items()]
    for (kind, make, same), numbers, places, turn in product(kinds, NUMBERS, PLACES, range(each)):
        place = len(left)
        one, other = make(drawing)
        left[f"l{place}"] = _held(one, 0, numbers, places)
        right[f"r{place}"] = _held(other, 1, numbers, places)
        pairs.append(Known(f"l{place}", f"r{place}", kind, numbers, places, same))
        if not same and turn % 2:
            right[f"t{place}"] = _held(one, 1, numbers, places)
            pairs.append(Known(f"l{place}", f"t{place}", f"beside {kind}", numbers, places, True))
    return Corpus(left, right, tuple(pairs))


def _held(row: Row, side: int, numbers: str, places: str) -> Row:
    """What a system of this side holds of the row."""
    if numbers == NUMBERS[2] or (numbers == NUMBERS[1] and side):
        row = replace(row, nhs_number="", other_id="")
    if places == PLACES[2] or (places == PLACES[1] and side):
        row = replace(row, postcode="", address_line="")
    return row


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
