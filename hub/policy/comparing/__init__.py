"""Two sets of policies compared: every cell that opens and every cell that closes."""

from hub.policy.comparing.acts import ActCell
from hub.policy.comparing.boxes import boxes
from hub.policy.comparing.difference import AgreementSets, Difference, compare
from hub.policy.comparing.grid import Cell

__all__ = ["ActCell", "AgreementSets", "Cell", "Difference", "boxes", "compare"]
