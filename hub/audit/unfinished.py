"""What a hub that stopped left without an outcome: closed when the next process takes the log."""

from collections.abc import Callable
from datetime import datetime

from hub.audit.evidence import outcome_leaf
from hub.audit.leaf import Outcome, read_leaf
from hub.audit.leaves import Leaves, row_of

HUB_STOPPED = "hub-stopped"
# Only the newest leaves can hold an unfinished read, because every start closes what the stop before
# left: it is among the leaves of one life's last question (by default 256 requests at once, given up
# after 10 seconds). Every read of that time, and refusals around it, fit in here several times over.
NEWEST = 20_000


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
