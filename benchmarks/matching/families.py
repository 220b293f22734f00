"""What the hub does with people who are easily confused, kind by kind."""

import tempfile
from collections import Counter
from pathlib import Path

import msgspec

from benchmarks.families.corpus import Corpus, family_corpus
from hub.identity.linkage.figures import Evaluation, evaluate
from hub.identity.linkage.files import Files, read_files, read_truth
from hub.identity.linkage.frequencies import with_frequencies_of
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model


class Kind(msgspec.Struct, frozen=True):
    """One kind of pair, and what became of its pairs."""

    kind: str
    same_person: bool
    pairs: int
    automatic: int
    human: int
    neither: int


class Families(msgspec.Struct, frozen=True):
    """The whole corpus: its kinds, and the automatic links between any two rows that are not one person."""

    kinds: tuple[Kind, ...]
    wrong_automatic: int
    pairs_of_different_people: int
    true_pairs: int
    true_automatic: int
    true_to_a_human: int


def families(corpus: Corpus | None = None) -> Families:
    """Link the corpus with the shipped model."""
    corpus = corpus or family_corpus()
    with tempfile.TemporaryDirectory() as folder:
        left, right, truth = corpus.written(Path(folder))
        files = read_files(left, right)
        pairs = read_truth(truth, files)
        matcher = Matcher(with_frequencies_of(shipped_model(), files))
        linked = evaluate(files, pairs, matcher, lambda _done, _rows: None)
    kinds = _by_kind(corpus, files, linked)
    return Families(
        kinds=kinds,
        wrong_automatic=linked.figures.wrong_automatic_links,
        pairs_of_different_people=sum(one.pairs for one in kinds if not one.same_person),
        true_pairs=linked.figures.true_links,
        true_automatic=linked.figures.true_links_automatic,
        true_to_a_human=linked.figures.true_links_sent_to_a_human,
    )


def _by_kind(corpus: Corpus, files: Files, linked: Evaluation) -> tuple[Kind, ...]:
    left, right = files.left.positions(), files.right.positions()
    counts: Counter[tuple[str, bool, str]] = Counter()
    for one in corpus.pairs:
        pair = left[one.left], right[one.right]
        came = "automatic" if pair in linked.decided.automatic else "human" if pair in linked.decided.human else "no"
        counts[one.kind, one.same, came] += 1
    kinds = dict.fromkeys((one.kind, one.same) for one in corpus.pairs)
    return tuple(
        Kind(kind, same, automatic + human + no, automatic, human, no)
        for kind, same in kinds
        for automatic, human, no in [tuple(counts[kind, same, came] for came in ("automatic", "human", "no"))]
    )
