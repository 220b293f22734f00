"""How large a share of all pairs of two files is one person, estimated without being told."""

import math
from collections.abc import Sequence

from hub.identity.linkage.files import Files
from hub.identity.linkage.scoring import Scored
from hub.identity.matching.matcher import probability

_ROUNDS = 50
_SETTLED = 1e-4  # the step of log2 odds at which the estimate stands still


def log_odds(share: float) -> float:
    """Log2 odds of a share between 0 and 1, away from both ends."""
    held = min(max(share, 1e-18), 0.5)
    return math.log2(held / (1 - held))


def shift_for(files: Files, pairs: Sequence[Scored], prior: float) -> float:
    """What to add to every weight so that the model's prior becomes the files' own share of true pairs.

    A live question searches a whole population; files that were made to be linked hold far more true
    pairs. Expectation maximisation of that share alone, as Splink has it, needs no labels.
    """
    lefts, rights = len(files.left.ids), len(files.right.ids)
    possible = lefts * (lefts - 1) / 2 if files.one_file else lefts * rights
    weights = [one.weight for one in pairs]
    shift = 0.0
    for _ in range(_ROUNDS):
        expected = math.fsum(probability(weight + shift) for weight in weights)
        if not expected:
            return 0.0
        before, shift = shift, log_odds(expected / possible) - prior
        if abs(shift - before) < _SETTLED:
            break
    return shift
