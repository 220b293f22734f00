"""Letting a log go on under a new name, with the record of why as its part."""

from collections.abc import Callable
from datetime import datetime

from hub.audit.evidence import Act, act_leaf
from hub.audit.leaves import Origin, backend, row_of, sqlite_path
from hub.audit.postgres_leaves import PostgresLeaves
from hub.audit.sequencer import Sequencer
from hub.audit.sqlite_leaves import SqliteLeaves
from hub.errors import Conflict
from hub.keys import LogKeys


def resume(url: str, keys: LogKeys, origin: Origin, act: Act, clock: Callable[[], datetime]) -> int:
    """The index of the act, durable together with the new name, under which its checkpoint is signed already.

    Raises ConfigurationError where the log cannot be opened, and Conflict where it is not of that size any more.
    """
    leaves = SqliteLeaves(sqlite_path(url)) if backend(url) == "sqlite" else PostgresLeaves(url)
    try:
        sequencer = Sequencer.open(leaves, keys, None)
        with sequencer.turn() as size:
            if size != origin.since:
                raise Conflict("The audit log grew while its gap was being recorded. Stop every hub that writes it.")
            sequencer.go_on_as(origin)
            sequencer.append([row_of(act_leaf(act, keys, clock()))])
    finally:
        leaves.close()
    return size
