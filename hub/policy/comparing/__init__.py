"""Two sets of policies compared: every cell that opens and every cell that closes."""

from hub.policy.comparing.acts import ActCell
from hub.policy.comparing.boxes import boxes
from hub.policy.comparing.difference import AgreementSets, Difference, compare
from hub.policy.comparing.grid import Cell, held_at
from hub.policy.comparing.signed import SignedCell, SignedDifference, compare_agreements

__all__ = [
    "ActCell",
    "AgreementSets",
    "Cell",
    "Difference",
    "SignedCell",
    "SignedDifference",
    "boxes",
    "compare",
    "compare_agreements",
    "held_at",
]
