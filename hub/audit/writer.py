"""A hub's one writer of the log: a thread that commits whatever is waiting, all at once, again and again.

Group commit: while one commit is on its way to the disk, or another hub has its turn at the log, the
next leaves gather. A leaf is acknowledged by its index, after the commit that holds it, or not at all.

Waiting for a turn seals nothing, however long: nothing has been written yet, so nothing is in doubt.
Whoever waits for a leaf is refused when the writer's patience ends, as with a disk that hangs.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

import psycopg

from hub.audit.leaf import same_content
from hub.audit.leaves import Repeated, Row
from hub.audit.sequencer import Sequencer
from hub.errors import AuditUnavailable, ConfigurationError, Conflict, HubError

_GROUP = 1024  # leaves in one commit, at most
_GRACE = 0.1  # seconds, the last of the patience; see Writer._out_of_patience
_CLOSING = 5.0  # seconds that close waits for a disk that hangs
_LOOKOUT = 5.0  # seconds between two looks for other writers that stopped

Verdict = int | HubError
Waiting = tuple[Row, asyncio.Future[Verdict]]


class Writer:
    """Made and used on one event loop. The first error of any kind seals it for good: nothing is tried again."""

    def __init__(self, queue_limit: int, patience: float) -> None:
        self.sealed: str | None = None
        self.size = 0  # durable leaves, as far as this writer has seen
        self._limit, self._patience, self._unanswered = queue_limit, patience, 0
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()  # None: close
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[int | ConfigurationError] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()

    async def start(self, open_log: Callable[[], Sequencer], look_out: Callable[[Sequencer], None]) -> None:
        """Open the log in the writer's thread. Raises ConfigurationError when that cannot be done.

        ``look_out`` is called in that thread every ``_LOOKOUT`` seconds, between commits.
        """
        threading.Thread(target=self._run, args=(open_log, look_out), name="audit-writer", daemon=True).start()
        try:
            size = await self._ready
        except asyncio.CancelledError:
            self._queue.put(None)
            raise
        if isinstance(size, ConfigurationError):
            raise size
        self.size = size

    async def write(self, row: Row) -> int:
        """The leaf's index, once it is durable. It is in line before this first waits, and stays there.

        Raises AuditUnavailable when it was not written, or not within the writer's patience, and
        Conflict when other content was recorded under this request id and stage.
        """
        answer = self._submit(row)
        timer = self._loop.call_later(self._patience - _GRACE, self._out_of_patience, answer)
        try:
            verdict = await answer
        finally:
            timer.cancel()
        if isinstance(verdict, HubError):
            raise verdict
        return verdict

    async def close(self) -> None:
        """Write what is in line, then let go of the log."""
        self.sealed = self.sealed or "The audit log is closed."
        self._queue.put(None)
        await asyncio.wait({self._ended}, timeout=_CLOSING)

    def _submit(self, row: Row) -> asyncio.Future[Verdict]:
        if self.sealed is not None:
            raise AuditUnavailable(reasons=("audit-sealed",))
        if self._unanswered >= self._limit:
            raise AuditUnavailable(reasons=("audit-queue-full",))
        answer: asyncio.Future[Verdict] = self._loop.create_future()
        self._unanswered += 1
        self._queue.put((row, answer))
        return answer

    def _out_of_patience(self, answer: asyncio.Future[Verdict]) -> None:
        # A loop that was itself held up hears of the time before it hears of the commit: listen once more.
        self._loop.call_later(_GRACE, _settle, answer, AuditUnavailable(reasons=("audit-slow",)))

    def _run(self, open_log: Callable[[], Sequencer], look_out: Callable[[Sequencer], None]) -> None:
        try:
            sequencer = open_log()
            size = sequencer.leaves.size()
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the opener's to know
            self._tell(_settle, self._ready, _start_fault(fault))
            return
        self._tell(_settle, self._ready, size)
        self._write_until_closed(sequencer, size, look_out)
        with suppress(Exception):  # all that was acknowledged is durable already
            sequencer.close()
        self._tell(_settle, self._ended, None)

    def _write_until_closed(self, sequencer: Sequencer, size: int, look_out: Callable[[Sequencer], None]) -> None:
        group: list[Waiting] = []
        looked = time.monotonic()
        try:
            while not self._closing:
                if group := self._first_in_line(looked + _LOOKOUT):
                    verdicts, size = self._commit(sequencer, group, size)
                    self._tell(self._acknowledge, group, verdicts, size)
                    group = []  # these are answered, whatever comes
                if time.monotonic() >= looked + _LOOKOUT:
                    look_out(sequencer)
                    looked = time.monotonic()
        except BaseException as fault:  # noqa: BLE001 - any fault at all ends disclosure
            self.sealed = f"The audit log could not be written ({_name(fault)})."
            self._tell(self._give_up, group)

    def _first_in_line(self, until: float) -> list[Waiting]:
        """Wait for one leaf, until then."""
        with suppress(Empty):
            return self._taken(self._queue.get(timeout=max(0.0, until - time.monotonic())))
        return []

    def _taken(self, item: Waiting | None) -> list[Waiting]:
        self._closing = item is None
        return [] if item is None else [item]

    def _commit(self, sequencer: Sequencer, group: list[Waiting], known: int) -> tuple[Sequence[Verdict], int]:
        """Make a group durable in one transaction, with whatever else is in line: each one's index, and the next."""
        try:
            with sequencer.turn() as index:
                _refuse_loss(index, known)
                self._join_those_in_line(group)
                sequencer.append([row for row, _ in group])
        except Repeated:
            return _commit_each(sequencer, [row for row, _ in group], known)
        return range(index, index + len(group)), index + len(group)

    def _join_those_in_line(self, group: list[Waiting]) -> None:
        """Only now, in our turn: some came while others had theirs."""
        with suppress(Empty):
            while len(group) < _GROUP and not self._closing:
                group += self._taken(self._queue.get(block=False))

    def _acknowledge(self, group: Sequence[Waiting], verdicts: Sequence[Verdict], size: int) -> None:
        self.size = size
        self._unanswered -= len(group)
        for (_, answer), verdict in zip(group, verdicts, strict=True):
            _settle(answer, verdict)

    def _give_up(self, group: list[Waiting]) -> None:
        """Refuse everything in line. Runs on the loop, as ``_submit`` does, so nothing slips in behind it."""
        while not self._queue.empty():
            if (item := self._queue.get()) is not None:
                group.append(item)
        for _, answer in group:
            _settle(answer, AuditUnavailable(reasons=("audit-sealed",)))

    def _tell(self, what: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it everybody who waited
            self._loop.call_soon_threadsafe(what, *arguments)


def _settle(answer: asyncio.Future[Any], value: object) -> None:
    if not answer.done():  # else whoever waited went away
        answer.set_result(value)


def _commit_each(sequencer: Sequencer, rows: Sequence[Row], known: int) -> tuple[Sequence[Verdict], int]:
    """The same where some are there already: a retry gets the first index, a contradiction a Conflict."""
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
            elif found[1] is not None and same_content(found[1], row.content):
                verdicts.append(found[0])
            else:
                verdicts.append(Conflict("This request was recorded before, with other content.", ("request-reused",)))
        sequencer.append([row for _, row in new.values()])
    return verdicts, first + len(new)


def _refuse_loss(index: int, known: int) -> None:
    """Seal when the log is shorter than this writer has seen it: a backup was put back, or leaves were taken away."""
    if index < known:
        raise OSError("the log has lost leaves that were durable")


def _start_fault(fault: BaseException) -> ConfigurationError:
    if isinstance(fault, ConfigurationError):
        return fault
    return ConfigurationError(
        f"The audit log cannot be opened ({_name(fault)}). Check that its folder or database is there and writable."
    )


def _name(fault: BaseException) -> str:
    """What kind of fault, without its text: a database's texts can hold values."""
    if isinstance(fault, sqlite3.Error):
        return str(getattr(fault, "sqlite_errorname", type(fault).__name__))
    if isinstance(fault, psycopg.Error):
        return f"{type(fault).__name__} {fault.sqlstate or ''}".strip()
    return fault.strerror or str(fault) if isinstance(fault, OSError) else type(fault).__name__
