"""Telling "disclosed and delivered" from "recorded, not delivered".

A disclosure is recorded before it leaves, so some are recorded that never left: whoever waited was
refused because the disk was slow, or went away, or the hub died with the commit on its way. What can be
known of that is recorded too, as an act under the read's own request id:

- ``not-delivered``: this hub knows that the answer did not leave, for it refused whoever waited;
- ``delivery-unknown``: the writer stopped without a word, and this disclosure was in its last commit.
  Of every commit before that one the waiting were told before the next was made, so nothing else is in doubt.

A disclosure without such an act was let go. Whether it reached the asker's screen no log can know.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from hub.audit.evidence import outcome_leaf
from hub.audit.leaf import Leaf, Outcome, Stage, read_leaf, timestamp
from hub.audit.leaves import Row, row_of
from hub.domain.acts import Action

NOT_DELIVERED = "not-delivered"
DELIVERY_UNKNOWN = "delivery-unknown"
TOO_LATE = "audit-slow"  # of a read that was refused before it began, because its intent took too long


def undelivered(outcome: Leaf, at: datetime, why: str) -> Leaf:
    """The act that says so of a disclosure."""
    return msgspec.structs.replace(
        outcome,
        stage=Stage.ACT,
        kind=Action.NOT_DELIVERED.value,
        at=timestamp(at),
        outcome=Outcome.FAILED,
        reasons=(why,),
        sources=(),
    )


def unheard(clock: Callable[[], datetime], row: Row, *, refused: bool) -> Row | None:
    """What is to be recorded when a leaf turns out durable of which nobody waits to hear any more.

    A read whose intent came too late never began. One whose asker went away is told of by its bracket.
    """
    if row.stage == Stage.INTENT and refused:
        return row_of(outcome_leaf(read_leaf(row.content), clock(), Outcome.FAILED, (TOO_LATE,)))
    if row.stage == Stage.OUTCOME and row.outcome == Outcome.DISCLOSED:
        return row_of(undelivered(read_leaf(row.content), clock(), NOT_DELIVERED))
    return None
