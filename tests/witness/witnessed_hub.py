"""A hub's log with its witnesses, opened as ``hub.opening`` does it."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from running_witness import RunningWitness

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.log import AuditLog, utc_now
from hub.audit.notes import Kind, VerifierKey
from hub.audit.witnessed import WitnessedLog
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import nhs_number
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.errors import AuditUnavailable
from hub.keys import FileKeys
from hub.witnessing.remote import RemoteWitness
from hub.witnessing.watching import Evidence, Patience, Witnessing

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ORIGIN = "hub.example/audit"
PATIENT = Patience(push=0.02, alarm=600, seal=1200)
UNHURRIED = PATIENT._replace(start_without=True)  # goes on without its witness
_numbers = itertools.count()


class Place(NamedTuple):
    """Where a log is, and its keys."""

    url: str
    keys: FileKeys


class Hub(NamedTuple):
    """One worker."""

    audit: AuditLog
    witnessing: Witnessing

    def reads(self) -> bool:
        """Whether a read of a child's records may begin."""
        try:
            self.audit.recording(question(), "1")
        except AuditUnavailable:
            return False
        return self.audit.sealed is None

    async def act(self, count: int = 1) -> int:
        """Record acts; the size of the log afterwards."""
        for _ in range(count):
            index = await self.audit.record(act())
        return index + 1


def question() -> Question:
    who = Principal("user-1", "Oriole Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
    about = PersonReference(nhs_number=nhs_number("999 100 0003"))
    enquiry = Enquiry(
        id="enquiry-1",
        purpose=PurposeCode.S47,
        reason="Strategy discussion",
        urgency=Urgency.RED,
        about=about,
        opened_by=who,
        opened_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    return Question(f"question-{next(_numbers)}", QuestionKind.VIEW, NOW, who, enquiry)


def act(action: Action = Action.SIGN_IN, outcome: Outcome = Outcome.REFUSED) -> Act:
    return Act(action=action, request_id=f"request-{next(_numbers)}", outcome=outcome, policy_version="1")


def trusted(witness: RunningWitness, keys: FileKeys, origin: str = ORIGIN) -> None:
    witness.trust(origin, VerifierKey(origin, Kind.LOG, keys.log_key().public).render())


class Clock:
    """Stands still unless it is moved; counts how often it was looked at."""

    def __init__(self) -> None:
        self.now, self.looks = 0.0, 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now


@asynccontextmanager
async def opened(
    place: Place,
    *witnesses: RunningWitness,
    patience: Patience = PATIENT,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = utc_now,
    log: type[WitnessedLog] = WitnessedLog,
) -> AsyncIterator[Hub]:
    """Raises ConfigurationError where the log is not what was cosigned."""
    remote = [RemoteWitness(f"witness {number}", one.url, one.vkey) for number, one in enumerate(witnesses)]
    work = Witnessing(remote, log(place.url), place.keys, origin=ORIGIN, patience=patience, clock=clock)
    async with AsyncExitStack() as opening:
        opening.push_async_callback(work.stop)
        await work.compare()
        audit = await AuditLog.open(place.url, place.keys, origin=ORIGIN, patience=10, clock=now)
        opening.push_async_callback(audit.close)
        unwitnessed = act(Action.START_UNWITNESSED, Outcome.DONE)
        await work.start(Evidence(audit.seal, audit.hold, partial(audit.record, unwitnessed)))
        yield Hub(audit, work)


async def until(what: Callable[[], object]) -> None:
    """Wait for it to come about, for as long as the test may take."""
    while not what():  # noqa: ASYNC110 - what comes about is in another process's files
        await asyncio.sleep(0.01)
