"""How good a linkage is, beside the pairs that are known to be true."""

from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec

from hub.identity.linkage.deciding import Decided, decide
from hub.identity.linkage.files import Files, Pair
from hub.identity.linkage.scoring import Advance, Scores, score
from hub.identity.linkage.share import log_odds, shift_for
from hub.identity.matching.matcher import Matcher, probability

LINK = 0.5  # the probability from which precision and recall count a pair as a link


class Quality(NamedTuple):
    """Precision, recall and their harmonic mean. Of no links at all, precision is 1 and recall 0."""

    precision: float
    recall: float
    f1: float


class Figures(msgspec.Struct, frozen=True):
    """The figures of one evaluation.

    Precision, recall and F1 are the scorer's: they count pairs at probability ``at`` and above, where the
    share of true pairs is ``share_of_true_pairs``. The same ``after_safety_rules`` leaves out the pairs
    that these keep apart whatever the score. Everything else is what the hub would do at a live question:
    link by itself, or ask a person.
    """

    left_rows: int
    right_rows: int
    true_links: int
    at: float
    share_of_true_pairs: float
    precision: float
    recall: float
    f1: float
    precision_after_safety_rules: float
    recall_after_safety_rules: float
    f1_after_safety_rules: float
    automatic_links: int
    wrong_automatic_links: int
    pairs_sent_to_a_human: int
    true_links_automatic: int
    true_links_sent_to_a_human: int
    true_links_missed: int
    true_links_never_scored: int
    pairs_scored: int
    pairs_per_second: float
    seconds: float
    blocks_divided: int
    blocks_left_out: int


class Evaluation(msgspec.Struct, frozen=True):
    """Every pair that was linked, decided or scored, and the figures that they make."""

    linked: frozenset[Pair]
    decided: Decided
    scores: Scores
    figures: Figures


def evaluate(
    files: Files,
    truth: frozenset[Pair],
    matcher: Matcher,
    advance: Advance,
    *,
    at: float = LINK,
    share: float | None = None,
) -> Evaluation:
    """Score two files, or one with itself, and compare with the truth.

    ``share`` is the share of true pairs among all pairs, where it is known; it is estimated from the
    scores otherwise, never from the truth.
    """
    scores, prior = score(files, matcher, advance), matcher.model.prior
    shift = shift_for(files, scores.pairs, prior) if share is None else log_odds(share) - prior
    counted = [one for one in scores.pairs if probability(one.weight + shift) >= at]
    linked = frozenset((one.left, one.right) for one in counted)
    held = frozenset((one.left, one.right) for one in counted if not one.kept_apart)
    decided = decide(scores.pairs, files, matcher)
    scorer, after = quality(linked, truth), quality(held, truth)
    figures = Figures(
        **_counts(files, truth, scores, decided),
        at=at,
        share_of_true_pairs=probability(prior + shift),
        precision=scorer.precision,
        recall=scorer.recall,
        f1=scorer.f1,
        precision_after_safety_rules=after.precision,
        recall_after_safety_rules=after.recall,
        f1_after_safety_rules=after.f1,
    )
    return Evaluation(linked, decided, scores, figures)


def _counts(files: Files, truth: frozenset[Pair], scores: Scores, decided: Decided) -> dict[str, Any]:
    """What the hub would do, and what it took."""
    missed = truth - decided.automatic - decided.human
    return {
        "left_rows": len(files.left.ids),
        "right_rows": len(files.right.ids),
        "true_links": len(truth),
        "automatic_links": len(decided.automatic),
        "wrong_automatic_links": len(decided.automatic - truth),
        "pairs_sent_to_a_human": len(decided.human),
        "true_links_automatic": len(decided.automatic & truth),
        "true_links_sent_to_a_human": len(decided.human & truth),
        "true_links_missed": len(missed),
        "true_links_never_scored": _never_scored(files, missed, scores),
        "pairs_scored": scores.scored,
        "pairs_per_second": scores.scored / scores.seconds_scoring if scores.scored else 0.0,
        "seconds": scores.seconds,
        "blocks_divided": scores.blocks.divided,
        "blocks_left_out": scores.blocks.left_out,
    }


def quality(linked: Collection[Pair], truth: Collection[Pair]) -> Quality:
    """How good these links are."""
    right = len(set(linked).intersection(truth))
    precision = right / len(linked) if linked else 1.0
    recall = right / len(truth)
    return Quality(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0)


def _never_scored(files: Files, missed: Collection[Pair], scores: Scores) -> int:
    left, right = files.left.described, files.right.described
    return sum(not scores.blocks.meet(left[one], right[other]) for one, other in missed)
