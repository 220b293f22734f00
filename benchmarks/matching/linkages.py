"""Linking FEBRL 4 and fake_1000 with the hub's scorer and with Splink, on the same pairs, in one run."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.matching.data import DataSet, fake_1000, febrl4, febrl_for_training
from benchmarks.matching.peers import Pair, Peer, fake_1000_peer, febrl4_peer, splink_scores
from hub.identity.linkage.blocking import Blocks
from hub.identity.linkage.figures import LINK, Quality, evaluate, quality
from hub.identity.linkage.files import Files, read_files, read_truth
from hub.identity.linkage.frequencies import with_frequencies_of
from hub.identity.linkage.keeping import keep, read_settings
from hub.identity.linkage.training import trained
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import read_model, shipped_path

Say = Any


class Linkage(msgspec.Struct, frozen=True):
    """One data set linked by one model: a row of the table."""

    data: str
    model: str
    pairs: int
    precision: float
    recall: float
    f1: float
    automatic: int | None = None
    wrong_automatic: int | None = None
    sent_to_a_human: int | None = None


def linkages(say: Say) -> list[Linkage]:
    """FEBRL 4, and fake_1000 where the shared data are at hand, by every model."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = trained_on_febrl(folder, say)
        models = {"hub, trained on FEBRL 1-3": model, "hub, the shipped model": shipped_path()}
        return [
            row
            for title, data, peer in (
                ("FEBRL 4", febrl4(folder), febrl4_peer()),
                ("fake_1000", fake_1000(folder), fake_1000_peer()),
            )
            if data is not None
            for row in _of(title, data, peer, models, say)
        ]


def trained_on_febrl(folder: Path, say: Say) -> Path:
    """A model of the shipped one's structure, with m and u of FEBRL 1 to 3 and nothing else."""
    say("training on FEBRL 1-3")
    data = febrl_for_training(folder)
    files = read_files(data.left, None)
    start = read_model(shipped_path())
    truth = read_truth(data.truth, files)
    settings = trained(read_settings(shipped_path()), files, truth, start.nicknames, lambda _: None)
    out = folder / "febrl.json"
    keep(out, settings, shipped_path(), start, files)
    return out


def candidate_pairs(files: Files) -> list[Pair]:
    """The pairs that meet in the hub's blocks."""
    blocks = Blocks(files.right.described)
    return [
        (left, right)
        for left, person in enumerate(files.left.described)
        for right in sorted(blocks.candidates(person))
        if right > left or not files.one_file
    ]


def _of(title: str, data: DataSet, peer: Peer, models: dict[str, Path], say: Say) -> Iterable[Linkage]:
    files = read_files(data.left, data.right)
    truth = read_truth(data.truth, files)
    pairs = candidate_pairs(files)
    for name, model in models.items():
        say(f"{title}: {name}")
        yield by_hub(title, name, model, files, truth)
    say(f"{title}: Splink on the same {len(pairs):,} pairs")
    told = splink_scores(peer, data.tables, pairs).probability
    yield _row(title, "Splink 5, trained on the test files", len(pairs), _linked(told, truth))


def by_hub(title: str, name: str, model: Path, files: Files, truth: frozenset[Pair]) -> Linkage:
    """One linkage by the hub's own scorer."""
    matcher = Matcher(with_frequencies_of(read_model(model), files))
    figures = evaluate(files, truth, matcher, lambda _done, _rows: None).figures
    scorer = Quality(figures.precision, figures.recall, figures.f1)
    return msgspec.structs.replace(
        _row(title, name, figures.pairs_scored, scorer),
        automatic=figures.automatic_links,
        wrong_automatic=figures.wrong_automatic_links,
        sent_to_a_human=figures.pairs_sent_to_a_human,
    )


def _linked(told: dict[Pair, float], truth: frozenset[Pair]) -> Quality:
    return quality([pair for pair, probability in told.items() if probability >= LINK], truth)


def _row(title: str, model: str, pairs: int, one: Quality) -> Linkage:
    return Linkage(title, model, pairs, one.precision, one.recall, one.f1)
