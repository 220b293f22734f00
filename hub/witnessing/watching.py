"""The hub's work with its witnesses: compared with before it serves, shown every change, missed when silent."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import structlog

from hub.audit.notes import NoteBroken
from hub.audit.witnessed import CosignatureAltered, WitnessedLog
from hub.domain.witnesses import UNWITNESSED
from hub.errors import ConfigurationError, HubError, Unavailable
from hub.keys import LogKeys
from hub.witnessing.own import Own, contradiction, cosigner, own_checkpoint
from hub.witnessing.remote import RemoteWitness
from hub.witnessing.showing import Broken, Outcome, Shower, Unanswered, Witnessed
from hub.witnessing.words import ALTERED, STOPPED, sealed, unwitnessed, waiting

_LONGEST = 20.0  # seconds for one witness in one round: it is not to keep the others waiting
_log = structlog.get_logger("hub.witnessing")


class Patience(NamedTuple):
    """How long the hub goes on without its witnesses, in seconds."""

    push: float  # between two looks at whether there is something new to show
    alarm: float  # without a cosignature on what is there, until people are told
    seal: float  # until nothing is disclosed any more
    start_without: bool = False  # disclose before one has answered


class Evidence(NamedTuple):
    """What the witnesses' word does to the log."""

    seal: Callable[[str], None]  # nothing is disclosed or recorded any more
    hold: Callable[[str | None], None]  # no read begins, until None is said
    unwitnessed: Callable[[], Awaitable[object]]  # record that the hub was started without a witness


class Witnessing:
    """One for each worker; several of one log may push at once, which does no harm, and each seals for itself."""

    def __init__(
        self,
        witnesses: Sequence[RemoteWitness],
        log: WitnessedLog,
        keys: LogKeys,
        *,
        origin: str | None,
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``origin`` is the name of a log that was not begun yet."""
        self._witnesses, self._log, self._keys, self._origin = tuple(witnesses), log, keys, origin
        self._patience, self._clock = patience, clock
        self._shower, self._again = Shower(log, keys), patience.alarm / 2
        self._evidence: Evidence | None = None
        self._task: asyncio.Task[None] | None = None
        self._present = ""
        self._cosigned: dict[str, int] = {}  # by witness: the size it cosigned last of the present origin
        self._counted = -1  # the size that patience is counted from since the start
        self._answered: dict[str, float] = {}  # by witness: when it cosigned last
        self._silent: dict[str, str] = {}
        self._broken: str | None = None
        self._began = self._covered = clock()  # until when everything that was there is cosigned
        self._alarmed = self._sealed = False

    async def compare(self) -> None:
        """Before the log is opened: compare it with what was cosigned. Raises ConfigurationError where it is behind."""
        with suppress(Unavailable, NoteBroken):  # opening the log says what is wrong with it
            await self._round()
        if self._broken is not None:
            raise ConfigurationError(self._broken)

    async def start(self, evidence: Evidence) -> None:
        """Begin, when the log is open. Raises AuditUnavailable, Unavailable or CosignatureAltered."""
        if not self._witnesses:
            _log.warning("audit_without_witnesses")
            return
        self._evidence = evidence
        if not self._answered and self._patience.start_without:
            await evidence.unwitnessed()
            await self._count_on()
        self._weigh()
        self._task = asyncio.create_task(self._forever(), name="witnessing")
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """End, and close the connections. Nothing is written into the log's database after this."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._log.settle()
        for witness in self._witnesses:
            await witness.close()

    @property
    def cosigned(self) -> int:
        """The size of the newest checkpoint of which a cosignature is known here; -1 where none is."""
        return max(self._cosigned.values(), default=-1)

    def told(self) -> str:
        """How things stand, in words."""
        if not self._witnesses:
            return UNWITNESSED
        reasons = tuple(self._silent.values())
        if self._alarmed and self._waiting() is None and self._broken is None:
            return unwitnessed(self._clock() - self._covered, reasons)
        return self._broken or self._waiting() or "ok"

    @property
    def withholding(self) -> bool:
        """Whether nothing may be disclosed because of the witnesses."""
        return self._broken is not None or self._waiting() is not None

    async def _count_on(self) -> None:
        """Count from the oldest entry that waits for its cosignature: another start is no new patience."""
        try:
            self._counted, *times = await self._log.uncovered(max(self.cosigned, 0))
            first, newest = map(datetime.fromisoformat, times)
        except (TypeError, ValueError):
            self._broken = STOPPED
        else:
            self._covered = self._began - max((newest - first).total_seconds(), 0)

    def _waiting(self) -> str | None:
        if self._answered or self._patience.start_without or not self._witnesses:
            return None
        return waiting(tuple(self._silent.values()))

    async def _forever(self) -> None:
        while self._broken is None:
            try:
                await self._round()
            except NoteBroken:
                self._broken = ALTERED
            except CosignatureAltered as altered:
                self._broken = altered.message
            except HubError as fault:
                _log.warning("witnessing_waits", fault=type(fault).__name__)
            except Exception as fault:  # noqa: BLE001 - whatever it is, a watch that ended unseen would be no watch
                _log.error("witnessing_failed", fault=type(fault).__name__)
                self._broken = STOPPED
            self._weigh()
            await asyncio.sleep(self._patience.push)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """The watch ends when it is stopped, or the log is sealed."""
        if self._task is task and self._evidence is not None:
            self._broken = self._broken or STOPPED
            self._evidence.seal(self._broken)

    async def _round(self) -> None:
        """Show what is new to every witness that has not cosigned it. Raises Unavailable or NoteBroken."""
        if not self._witnesses:
            return
        previous, self._began = self._began, self._clock()
        names = [one.key.name for one in self._witnesses]
        own = await own_checkpoint(self._log, self._keys, self._origin, names)
        if own is None:
            return
        if own.checkpoint.origin != self._present:  # it goes on after a gap, and nothing of it was cosigned yet
            self._present, self._cosigned = own.checkpoint.origin, {}
        before = max(self.cosigned, self._counted)
        self._broken = await self._contradicted(own)
        if self.cosigned >= own.checkpoint.size:
            self._covered = self._began
        elif self.cosigned > before:  # another worker showed what was there when we looked last
            self._covered = previous

    async def _contradicted(self, own: Own) -> str | None:
        """Why the log is not what was cosigned, by its own tables or by a witness."""
        broken = await contradiction(self._log, own, [one.key for one in self._witnesses])
        if broken is not None:
            return broken
        for kept in own.kept:
            if cosigner(kept, [one.key for one in self._witnesses]):  # verified, since nothing contradicts it
                self._note(kept.witness, kept.size)
        due = [one for one in self._witnesses if self._due(one, own)]
        told = await asyncio.gather(*(self._shown(one, own) for one in due))
        return next((one.why for one in told if isinstance(one, Broken)), None)

    def _due(self, witness: RemoteWitness, own: Own) -> bool:
        """Whether it has not cosigned what is there, or was not asked for so long that another log may be shown it."""
        name = witness.key.name
        asked = self._answered.get(name)
        return self._cosigned.get(name) != own.checkpoint.size or asked is None or self._began - asked >= self._again

    async def _shown(self, witness: RemoteWitness, own: Own) -> Outcome:
        name = witness.key.name
        try:
            async with asyncio.timeout(_LONGEST):
                outcome = await self._shower.show(witness, own, self._cosigned.get(name, 0))
        except TimeoutError:
            outcome = Unanswered(f"{witness.name} did not answer in time.")
        except Unavailable:
            outcome = Unanswered(f"What {witness.name} said could not be kept: the log's database did not answer.")
        if isinstance(outcome, Unanswered):
            if name not in self._silent:
                _log.warning("witness_silent", witness=witness.name, why=outcome.why)
            self._silent[name] = outcome.why
        elif isinstance(outcome, Witnessed):
            if self._silent.pop(name, None) is not None:
                _log.info("witness_answers_again", witness=witness.name)
            self._answered[name] = self._began
            self._note(name, outcome.size)
        return outcome

    def _note(self, witness: str, size: int) -> None:
        self._cosigned[witness] = max(size, self._cosigned.get(witness, 0))

    def _weigh(self) -> None:
        """What follows for disclosing, now that witnesses have spoken or been silent."""
        if self._evidence is None:
            return
        self._evidence.hold(self._waiting())
        silent = self._began - self._covered
        if self._broken is not None:
            _log.error("audit_contradicted", why=self._broken)
            self._evidence.seal(self._broken)
        elif silent >= self._patience.seal and not self._sealed:
            self._sealed = True
            _log.error("audit_sealed_unwitnessed", seconds=round(silent))
            self._evidence.seal(sealed(silent))
        self._alarm(silent)

    def _alarm(self, silent: float) -> None:
        if silent >= self._patience.alarm and not self._alarmed:
            _log.error("audit_not_witnessed", seconds=round(silent), why=" ".join(self._silent.values()))
        elif self._alarmed and silent < self._patience.alarm:
            _log.info("audit_witnessed_again")
        self._alarmed = silent >= self._patience.alarm
