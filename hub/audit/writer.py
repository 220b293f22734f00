"""A hub's one writer of the log: a thread that commits whatever is waiting, all at once, again and again.

Group commit: while one commit is on its way to the disk, or another hub has its turn at the log, the
next leaves gather. A leaf is acknowledged by its index, after the commit that holds it, or not at all.
Nothing more is committed before the event loop has heard what came of the last group: so of a writer
that was killed, only its last group is in doubt; and whoever was waiting has spoken again, so that
groups are as large as they can be.

Waiting for a turn seals nothing, however long: nothing has been written yet, so nothing is in doubt.
Whoever waits for a leaf is refused when the writer's patience ends, as with a disk that hangs. The leaf
stays in line all the same: when it turns out durable, what is to be said of that is recorded too.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Protocol

import structlog

from hub.audit.faults import fault_of, refused_start
from hub.audit.groups import Verdict, commit
from hub.audit.leaves import Row
from hub.audit.sequencer import Sequencer
from hub.errors import AuditUnavailable, ConfigurationError, HubError

_GROUP = 1024  # leaves in one commit, at most
_GRACE = 0.1  # seconds, the last of the patience; see Writer._look_at_the_time
_CLOSING = 5.0  # seconds that close waits for a disk that hangs
_LOOKOUT = 5.0  # seconds between two looks for other writers that stopped
_HEARING = 1.0  # seconds between two looks whether the loop that should hear is still there

Waiting = tuple[Row, asyncio.Future[Verdict]]


class Unheard(Protocol):
    """What is to be recorded when a leaf turns out durable of which nobody waits to hear any more."""

    def __call__(self, row: Row, *, refused: bool) -> Row | None:
        """``refused``: whoever waited was told that it was not recorded; else they went away."""
        ...


class Writer:
    """Made and used on one event loop. The first error of any kind seals it for good: nothing is tried again."""

    def __init__(self, queue_limit: int, patience: float, unheard: Unheard) -> None:
        self.sealed: str | None = None
        self.unsafe = False  # this process is to end: see ``hub/audit/faults.py``
        self.size = 0  # durable leaves, as far as this writer has seen
        self._limit, self._patience, self._unheard, self._unanswered = queue_limit, patience, unheard, 0
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()  # None: close
        self._closing = False
        self._held: Sequencer | None = None
        self._heard = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[int | ConfigurationError] = self._loop.create_future()
        self._waiting: deque[tuple[float, asyncio.Future[Verdict]]] = deque()  # until when, the first to end first
        self._timer: asyncio.TimerHandle | None = None  # while anybody is among those
        self._idle = asyncio.Event()  # nothing is in line
        self._idle.set()
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
        if self.sealed is not None:
            raise AuditUnavailable(reasons=("audit-sealed",))
        if self._unanswered >= self._limit:
            raise AuditUnavailable(reasons=("audit-queue-full",))
        answer = self._put(row)
        self._waiting.append((self._loop.time() + self._patience - _GRACE, answer))
        if self._timer is None:
            self._timer = self._loop.call_at(self._waiting[0][0], self._look_at_the_time)
        verdict = await answer
        if isinstance(verdict, HubError):
            raise verdict
        return verdict

    def seal(self, why: str) -> None:
        """Take nothing more, for a reason from outside. What is in line is written; the first reason stands."""
        self.sealed = self.sealed or why

    async def close(self) -> None:
        """Write what is in line, then let go of the log."""
        self.seal("The audit log is closed.")
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING):
                await self._idle.wait()
                self._queue.put(None)
                await asyncio.wait({self._ended})

    def _put(self, row: Row) -> asyncio.Future[Verdict]:
        answer: asyncio.Future[Verdict] = self._loop.create_future()
        self._unanswered += 1
        self._idle.clear()
        self._queue.put((row, answer))
        return answer

    def _look_at_the_time(self) -> None:
        """Refuse those whose patience has ended. One timer for all: they are in line in the order of their patience."""
        now, waiting = self._loop.time(), self._waiting
        while waiting and waiting[0][0] <= now:
            # A loop that was itself held up hears of the time before it hears of the commit: listen once more.
            self._loop.call_later(_GRACE, _settle, waiting.popleft()[1], AuditUnavailable(reasons=("audit-slow",)))
        self._timer = self._loop.call_at(waiting[0][0], self._look_at_the_time) if waiting else None

    def _run(self, open_log: Callable[[], Sequencer], look_out: Callable[[Sequencer], None]) -> None:
        try:
            sequencer = open_log()
            size = sequencer.leaves.size()
        except BaseException as fault:  # noqa: BLE001 - whatever it is, it is the opener's to know
            self._tell(_settle, self._ready, refused_start(fault))
            return
        self._tell(_settle, self._ready, size)
        try:
            self._write_until_closed(sequencer, size, look_out)
        finally:
            self._tell(_settle, self._ended, None)

    def _write_until_closed(self, sequencer: Sequencer, size: int, look_out: Callable[[Sequencer], None]) -> None:
        group: list[Waiting] = []
        looked = time.monotonic()
        try:
            while not self._closing:
                if group := self._first_in_line(looked + _LOOKOUT):
                    verdicts, size = commit(sequencer, size, lambda: self._joined(group))  # noqa: B023 - called at once
                    self._heard.clear()
                    self._tell(self._acknowledge, group, verdicts, size)
                    group = []  # these are answered, whatever comes
                    sequencer.leaves.put_away()
                    self._wait_until_heard()
                if time.monotonic() >= looked + _LOOKOUT:
                    look_out(sequencer)
                    looked = time.monotonic()
            sequencer.leaves.end_well()
            sequencer.close()
        except BaseException as fault:  # noqa: BLE001 - any fault at all ends disclosure
            self._end(fault, sequencer, group)

    def _end(self, error: BaseException, sequencer: Sequencer, group: list[Waiting]) -> None:
        fault = fault_of(error)
        self.unsafe = fault.unsafe
        self.sealed = fault.words
        structlog.get_logger("audit").critical("audit_log_sealed", why=fault.words, ends_the_hub=fault.unsafe)
        self._tell(self._give_up, group)
        if fault.unsafe:
            self._held = sequencer  # for good: closing a database writes to it
            return
        with suppress(Exception):  # all that was acknowledged is durable already
            sequencer.close()

    def _wait_until_heard(self) -> None:
        while not self._heard.wait(_HEARING) and not self._loop.is_closed():
            pass

    def _first_in_line(self, until: float) -> list[Waiting]:
        """Wait for one leaf, until then."""
        with suppress(Empty):
            return self._taken(self._queue.get(timeout=max(0.0, until - time.monotonic())))
        return []

    def _taken(self, item: Waiting | None) -> list[Waiting]:
        self._closing = item is None
        return [] if item is None else [item]

    def _joined(self, group: list[Waiting]) -> list[Row]:
        """The group's rows, with whatever else is in line by now."""
        get = self._queue.get_nowait
        with suppress(Empty):
            while len(group) < _GROUP:
                if (item := get()) is None:
                    self._closing = True
                    break
                group.append(item)
        return [row for row, _ in group]

    def _acknowledge(self, group: Sequence[Waiting], verdicts: Sequence[Verdict], size: int) -> None:
        self.size = size
        for (row, answer), verdict in zip(group, verdicts, strict=True):
            if not answer.done():
                answer.set_result(verdict)
            elif isinstance(verdict, int):
                self._say_unheard(row, refused=not answer.cancelled())
        while self._waiting and self._waiting[0][1].done():
            self._waiting.popleft()
        self._unanswered -= len(group)
        if not self._unanswered:
            self._idle.set()
        self._loop.call_soon(self._heard.set)  # behind whoever waited: they speak again first

    def _say_unheard(self, row: Row, *, refused: bool) -> None:
        more = self._unheard(row, refused=refused)
        if more is not None:
            self._put(more)

    def _give_up(self, group: list[Waiting]) -> None:
        """Refuse everything in line. Runs on the loop, as ``write`` does, so nothing slips in behind it."""
        while not self._queue.empty():
            if (item := self._queue.get()) is not None:
                group.append(item)
        for _, answer in group:
            _settle(answer, AuditUnavailable(reasons=("audit-sealed",)))
        self._idle.set()

    def _tell(self, what: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it everybody who waited
            self._loop.call_soon_threadsafe(what, *arguments)


def _settle(answer: asyncio.Future[Any], value: object) -> None:
    if not answer.done():  # else whoever waited went away
        answer.set_result(value)
