"""What a hub that stopped left without an outcome, closed by another: whoever starts, or a colleague that lives on.

Why nothing of such a read was or will be disclosed. A disclosure takes a durable outcome, and a
writer makes leaves durable in one session only, the one that holds its own lock (on SQLite, the
file's). The database frees that lock when it has ended the session, after the session's last
transaction was committed or undone. So when the lock is free:

- an outcome that was committed, acknowledged or not, is in the log, and its read is not unfinished;
  where the acknowledgement was lost the answer did not leave, and the evidence says that nobody
  knows (``hub/audit/undelivered.py``);
- an outcome that was not committed never will be. The writer may live and not know it yet: its next
  turn fails, which seals it, and whoever waits for evidence gets AuditUnavailable. It never opens a
  second session.

Locks are looked at in this writer's turn and outcomes in a later statement of it, so every outcome
that was committed before the lock came free is seen.
"""

from collections.abc import Callable
from datetime import datetime

from hub.audit.evidence import outcome_leaf
from hub.audit.leaf import Outcome, read_leaf
from hub.audit.leaves import row_of
from hub.audit.sequencer import Sequencer
from hub.audit.undelivered import DELIVERY_UNKNOWN, undelivered

HUB_STOPPED = "hub-stopped"
# What a writer left open is among the leaves of its last moments: a request is given up after ten
# seconds, and 10,000 leaves a second is what the log promises. Looking at these alone keeps a start as
# quick at a million leaves as at none.
NEWEST = 100_000


def close_unfinished(sequencer: Sequencer, clock: Callable[[], datetime]) -> None:
    """Give every intent that nobody else will its outcome, "failed" because the hub stopped; durable on return.

    Disclosures of which nobody knows whether they left are told of too (``hub/audit/undelivered.py``). All
    in one transaction, so that another crash leaves either all of them to do or none.
    """
    with sequencer.turn():
        intents, doubtful = sequencer.take_over(NEWEST)
        if not (intents or doubtful):
            return
        at = clock()
        closed = [outcome_leaf(read_leaf(one), at, Outcome.FAILED, (HUB_STOPPED,)) for one in intents]
        told = [undelivered(read_leaf(one), at, DELIVERY_UNKNOWN) for one in doubtful]
        new = [one for one in told if sequencer.find(one.request_id, one.stage) is None]
        sequencer.append([row_of(one) for one in (*closed, *new)])


def close_when_somebody_stopped(sequencer: Sequencer, clock: Callable[[], datetime]) -> None:
    """The same, for a writer that lives on: without taking a turn as long as its colleagues live."""
    if sequencer.leaves.somebody_stopped():
        close_unfinished(sequencer, clock)
