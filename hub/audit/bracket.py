"""The bracket around a read: intent before, outcome after, whatever happens between."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from types import TracebackType

import anyio
import msgspec

from hub.audit.evidence import disclosed_leaf, intent_leaf, outcome_leaf
from hub.audit.leaf import Leaf, Outcome
from hub.domain.decided import Basis
from hub.domain.disclosures import Disclosure, Receipt
from hub.domain.questions import Question
from hub.errors import AccessDenied, AuditUnavailable, HubError
from hub.keys import Keys

Record = Callable[[Leaf], Awaitable[int]]  # the leaf's index, once it is durable


class Entry:
    """One read's place in the log, while it is being written."""

    def __init__(self, request_id: str) -> None:
        self._request_id = request_id
        self._receipt: Receipt | None = None
        self.settled: Disclosure | None = None
        self.basis: Basis | None = None
        self.kept_from: tuple[str, ...] = ()

    def rests_on(self, basis: Basis) -> None:
        """Say what is about to be decided on. Whatever comes of the read, its outcome says so; the last counts."""
        before = self.basis or basis
        self.basis = msgspec.structs.replace(
            basis,
            began="" if before.verdicts == basis.verdicts else before.verdicts,
            began_register="" if before.register == basis.register else before.register,
        )

    def settle(self, disclosure: Disclosure) -> None:
        """Say what will be disclosed. It is evidence once the bracket has closed."""
        if disclosure.question.id != self._request_id:
            raise ValueError("a disclosure settles the question it answers")
        self.settled = disclosure

    def keep_from(self, *who: str) -> None:
        """Say who may not be told of this disclosure. Evidence keeps it, for whoever answers them later."""
        self.kept_from = who

    def filed(self, receipt: Receipt) -> None:
        """Take the receipt: the bracket says this when the outcome is durable."""
        self._receipt = receipt

    @property
    def receipt(self) -> Receipt:
        """Where the evidence stands. Only after the bracket has closed."""
        if self._receipt is None:
            raise RuntimeError("there is no receipt before the outcome is durable")
        return self._receipt


class Recording:
    """``async with`` this around a read. The body runs only when the intent is durable."""

    def __init__(
        self, question: Question, policy_version: str, record: Record, keys: Keys, clock: Callable[[], datetime]
    ) -> None:
        self._record, self._clock, self._keys = record, clock, keys
        self._intent = intent_leaf(question, policy_version, keys, clock())
        self._intent_index = -1
        self._entry = Entry(question.id)

    async def __aenter__(self) -> Entry:
        """Make the intent durable. Raises AuditUnavailable, or Conflict for a reused question id."""
        try:
            self._intent_index = await self._record(self._intent)
        except asyncio.CancelledError:  # it is in line already, so it gets its outcome
            await self._abandon()
            raise
        return self._entry

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Make the outcome durable, then let the body's own exception through. Raises AuditUnavailable if it is not."""
        if isinstance(fault, asyncio.CancelledError):
            await self._abandon()
        elif fault is not None:
            await self._close(outcome_leaf(self._intent, self._clock(), *_came_of(fault)))
        elif self._entry.settled is None:
            await self._close(outcome_leaf(self._intent, self._clock(), Outcome.FAILED, ("unsettled",)))
            raise HubError(reasons=("unsettled",))  # whatever the body has is not to leave
        else:
            told = disclosed_leaf(self._intent, self._clock(), self._entry.settled, self._keys)
            await self._close(msgspec.structs.replace(told, kept_from=self._entry.kept_from))

    async def _abandon(self) -> None:
        with anyio.CancelScope(shield=True):
            await self._close(outcome_leaf(self._intent, self._clock(), Outcome.ABANDONED, ()))

    async def _close(self, outcome: Leaf) -> None:
        try:
            index = await self._record(msgspec.structs.replace(outcome, basis=self._entry.basis))
        except HubError as fault:
            raise AuditUnavailable(reasons=fault.reasons) from fault
        self._entry.filed(Receipt(self._intent_index, index))


def _came_of(fault: BaseException) -> tuple[Outcome, tuple[str, ...]]:
    if isinstance(fault, AccessDenied):
        return Outcome.REFUSED, fault.reasons
    if isinstance(fault, HubError):
        return Outcome.FAILED, (fault.code, *fault.reasons)
    return Outcome.FAILED, (HubError.code,)
