"""Committing one group of leaves: each gets its index, a retry the first one's, a contradiction a Conflict."""

from collections.abc import Callable, Sequence

from hub.audit.faults import LeavesLost
from hub.audit.leaf import Stage, same_content
from hub.audit.leaves import Repeated, Row
from hub.audit.sequencer import Sequencer
from hub.errors import Conflict, HubError

Verdict = int | HubError


def commit(sequencer: Sequencer, known: int, gathered: Callable[[], Sequence[Row]]) -> tuple[Sequence[Verdict], int]:
    """Make a group durable in one transaction: what came of each, and the next index.

    ``gathered`` is asked for the rows in our turn: some come while others have theirs. Raises LeavesLost
    when the log is shorter than ``known``.
    """
    rows: Sequence[Row] = ()
    try:
        with sequencer.turn() as index:
            _refuse_loss(index, known)
            rows = gathered()
            sequencer.append(rows)
    except Repeated:
        return _commit_each(sequencer, rows, known)
    return range(index, index + len(rows)), index + len(rows)


def _commit_each(sequencer: Sequencer, rows: Sequence[Row], known: int) -> tuple[Sequence[Verdict], int]:
    verdicts: list[Verdict] = []
    new: dict[tuple[str, str], tuple[int, Row]] = {}
    with sequencer.turn() as first:
        _refuse_loss(first, known)
        for row in rows:
            named = (row.request_id, row.stage)
            found = (new[named][0], new[named][1].content) if named in new else sequencer.find(*named)
            if found is None:
                new[named] = (first + len(new), row)
                verdicts.append(first + len(new) - 1)
            elif found[1] is not None and same_content(found[1], row.content) and not _undelivered(sequencer, row):
                verdicts.append(found[0])
            else:
                verdicts.append(Conflict("This request was recorded before, with other content.", ("request-reused",)))
        sequencer.append([row for _, row in new.values()])
    return verdicts, first + len(new)


def _undelivered(sequencer: Sequencer, row: Row) -> bool:
    """Whether this is the outcome of a read of which the log says that nobody is known to have had its answer."""
    return row.stage == Stage.OUTCOME and sequencer.find(row.request_id, Stage.ACT) is not None


def _refuse_loss(index: int, known: int) -> None:
    """A backup was put back, or leaves were taken away: their indexes are not to be given again."""
    if index < known:
        raise LeavesLost
