"""What a hub that stopped left without an outcome: closed when the next process takes the log."""

from collections.abc import Callable
from datetime import datetime

from hub.audit.evidence import outcome_leaf
from hub.audit.leaf import Outcome, read_leaf
from hub.audit.leaves import Leaves, row_of

HUB_STOPPED = "hub-stopped"
# Every start closes what the stop before left, so an unfinished read is among the leaves of the last
# hub's last moments: a request is given up after ten seconds, and 10,000 leaves a second is what the
# log promises. Looking at these alone keeps a start as quick at a million leaves as at none.
NEWEST = 100_000


def close_unfinished(leaves: Leaves, clock: Callable[[], datetime]) -> None:
    """Give every intent that has none its outcome, "failed" because the hub stopped; durable on return.

    All in one transaction, so that another crash leaves either all of them to do or none.
    """
    size = leaves.size()
    unfinished = leaves.unfinished(max(0, size - NEWEST))
    if not unfinished:
        return
    at = clock()
    outcomes = (outcome_leaf(read_leaf(one), at, Outcome.FAILED, (HUB_STOPPED,)) for one in unfinished)
    with leaves.transaction():
        leaves.insert(enumerate(map(row_of, outcomes), size))
