"""The audit log: evidence that is durable before anything leaves."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Self

from hub.audit.bracket import Entry, Recording
from hub.audit.evidence import Act, act_leaf
from hub.audit.leaf import Leaf
from hub.audit.leaves import backend, row_of, sqlite_path
from hub.audit.postgres_leaves import PostgresLeaves
from hub.audit.proofs import Proofs
from hub.audit.reader import AuditReader, EntryPage, EntryQuery
from hub.audit.sequencer import Sequencer
from hub.audit.sqlite_leaves import SqliteLeaves
from hub.audit.undelivered import unheard
from hub.audit.unfinished import close_unfinished, close_when_somebody_stopped
from hub.audit.writer import Writer
from hub.domain.questions import Question
from hub.errors import AuditUnavailable
from hub.keys import Keys, LogKeys


def utc_now() -> datetime:
    """The time that leaves bear, unless another clock is given."""
    return datetime.now(UTC)


class AuditLog:
    """One writer of a log: the only one on SQLite, one of several hubs on PostgreSQL.

    Once sealed it stays so, and the others go on: start it again after looking into why.
    """

    def __init__(
        self, writer: Writer, reader: AuditReader, proofs: Proofs, keys: Keys, clock: Callable[[], datetime]
    ) -> None:
        self.proofs = proofs
        self._writer, self._reader, self._keys, self._clock = writer, reader, keys, clock
        self._held: str | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        keys: LogKeys,
        *,
        origin: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        queue_limit: int = 4096,
        patience: float = 1.0,
    ) -> Self:
        """Open the log at ``sqlite:///FILE`` or ``postgresql://...``, making its table where there is none.

        Reads that a stopped hub left without an outcome get one before this returns: "failed", with
        the reason "hub-stopped". Nothing of them was disclosed, for that takes a durable outcome.
        Reads of hubs that live are let be; when one of those stops, a living one does the same for it.

        ``origin`` names a log that is begun; one that was begun keeps the name it has, and another is refused.

        ``queue_limit`` bounds the leaves that are not durable yet, ``patience`` the seconds that
        anybody waits for one. Raises ConfigurationError, also when another process has a log in SQLite.
        """
        writer = Writer(queue_limit, patience, partial(unheard, clock))
        await writer.start(
            lambda: _opened(url, keys, origin, clock), lambda sequencer: close_when_somebody_stopped(sequencer, clock)
        )
        return cls(writer, AuditReader(url, keys), Proofs(url, keys), keys, clock)

    @property
    def sealed(self) -> str | None:
        """Why nothing may be disclosed any more; None while all is well."""
        return self._writer.sealed

    @property
    def unsafe(self) -> bool:
        """Whether this process is to end now and write nothing more: the log's storage failed under it."""
        return self._writer.unsafe

    def seal(self, why: str) -> None:
        """Let nothing be recorded or disclosed any more, for a reason that can be shown."""
        self._writer.seal(why)

    def hold(self, why: str | None) -> None:
        """Let no read begin, for a reason that can be shown, until None is said. Acts are recorded all the same."""
        self._held = why

    @property
    def size(self) -> int:
        """How many leaves are durable, as far as this writer has seen: all that it acknowledged, and those before."""
        return self._writer.size

    def recording(self, question: Question, policy_version: str) -> AbstractAsyncContextManager[Entry]:
        """The bracket around one read: intent durable before the body runs, outcome before it is left.

        The outcome is "disclosed" after ``entry.settle``; "refused" with the reasons of an
        AccessDenied; "failed" with the code of another HubError, or INTERNAL; "abandoned" when
        cancelled. These are then raised again. Leaving without settling is "failed" and raises
        HubError. Raises AuditUnavailable instead of all this when the outcome is not durable.
        Raises it at once while reads are held.
        """
        if self._held is not None:
            raise AuditUnavailable(self._held, ("audit-not-witnessed",))
        return Recording(question, policy_version, self._record, self._keys, self._clock)

    async def record(self, act: Act) -> int:
        """The index of an act's one leaf, once it is durable. Raises AuditUnavailable, and Conflict on reuse."""
        return await self._record(act_leaf(act, self._keys, self._clock()))

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        """Durable entries that fit, by rising or by falling index, beyond an index."""
        return await self._reader.entries(query, first, after, newest_first=newest_first)

    async def origin(self) -> str:
        """The name under which the log stands now. Raises Unavailable."""
        return await self._reader.origin()

    async def close(self) -> None:
        """Write what is in line and let go of the log.

        Whoever leaves last folds SQLite's write-ahead log into its file, and that is not for those who only read.
        """
        try:
            await asyncio.to_thread(self.proofs.close)
        finally:
            await self._writer.close()

    async def _record(self, leaf: Leaf) -> int:
        return await self._writer.write(row_of(leaf))


def _opened(url: str, keys: LogKeys, origin: str | None, clock: Callable[[], datetime]) -> Sequencer:
    leaves = SqliteLeaves(sqlite_path(url)) if backend(url) == "sqlite" else PostgresLeaves(url)
    try:
        sequencer = Sequencer.open(leaves, keys, origin)
        close_unfinished(sequencer, clock)
    except BaseException:
        leaves.close()  # whoever tries again is not to find it taken
        raise
    return sequencer
