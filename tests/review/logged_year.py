"""A log filled through its own door: enquiries of many people over a stretch of time."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hub.audit.evidence import Act
from hub.audit.leaf import Opening, Outcome, timestamp
from hub.audit.log import AuditLog
from hub.audit.reader import EntryPage, EntryQuery
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, PurposeCode, Role, Urgency
from hub.domain.disclosures import Disclosure, Released
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.domain.records import IdentityAttribute
from hub.keys import FileKeys

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HEALTH = SourceId("health")
A_CASE = 8  # entries: opened, found (2), seen (2), seen again (2), closed


class Clock:
    """Stands where the test puts it."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now


class CountingLog:
    """The log, counting what is read of it."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self.read = 0

    async def entries(
        self, query: EntryQuery, first: int = 50, after: int | None = None, *, newest_first: bool = False
    ) -> EntryPage:
        page = await self._log.entries(query, first, after, newest_first=newest_first)
        self.read += len(page.entries)
        return page


def worker(number: int) -> Principal:
    return Principal(f"p-{number}", f"Worker {number}", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))


def child(number: int) -> PersonReference:
    return PersonReference(
        family_name=f"Family{number % 900}", birth_date=date(2010, 1, 1) + timedelta(days=number % 6_000)
    )


async def filled(url: str, keys: FileKeys, cases: int) -> tuple[AuditLog, Clock]:
    """A log of so many cases, half an hour apart in working hours."""
    clock = Clock()
    log = await AuditLog.open(url, keys, clock=clock, patience=60)
    for start in range(0, cases, 50):  # what is in line together is committed together
        await asyncio.gather(*(one_case(log, clock.now, number) for number in range(start, min(start + 50, cases))))
        clock.now += timedelta(minutes=15)
    return log, clock


async def opened(log: AuditLog, now: datetime, who: Principal, about: PersonReference, enquiry_id: str) -> None:
    """One enquiry that is opened, and nothing asked under it yet."""
    opening = Opening("AMBER", referred=True, until=timestamp(now + timedelta(hours=24)))
    await log.record(
        Act(
            action=Action.OPEN_ENQUIRY,
            request_id=enquiry_id,
            outcome=Outcome.DONE,
            policy_version="policy-1",
            principal=who,
            enquiry_id=enquiry_id,
            purpose=PurposeCode.S47,
            reference=about,
            opening=opening,
        )
    )


async def one_case(log: AuditLog, now: datetime, number: int) -> None:
    """One enquiry from opening to closing."""
    who, about, enquiry_id = worker(number % 40), child(number), f"enquiry-{number:016}"
    until = now + timedelta(hours=24)
    enquiry = Enquiry(enquiry_id, PurposeCode.S47, "Why", Urgency.RED, about, who, now, until)

    async def act(action: Action, **more: object) -> None:
        told: dict[str, object] = {"enquiry_id": enquiry_id, "purpose": PurposeCode.S47, "reference": about}
        identity = {"request_id": f"{enquiry_id}:{action}", "policy_version": "policy-1", "principal": who}
        await log.record(Act(action=action, outcome=Outcome.DONE, **(told | identity | more)))

    await act(Action.OPEN_ENQUIRY, opening=Opening("RED", number % 50 != 0, timestamp(until)), words="Why")
    for turn, kind in enumerate((QuestionKind.FIND, QuestionKind.VIEW, QuestionKind.VIEW)):
        question = Question(f"{enquiry_id}:{turn}", kind, now, who, enquiry)
        async with log.recording(question, "policy-1") as entry:
            entry.settle(disclosure(question, number))
    if number % 100:
        await act(Action.CLOSE_ENQUIRY)


def disclosure(question: Question, number: int) -> Disclosure:
    """Health tells who the child is."""
    answer = Answer(
        HEALTH,
        AnswerState.KNOWN,
        "",
        records=tuple(_identity(number)),
        asked=frozenset({Category.EXISTENCE, Category.IDENTITY_NAME}),
    )
    return Disclosure(question, (Released(answer),), {}, (), "policy-1", {}, question.asked_at)


def _identity(number: int) -> Iterator[IdentityAttribute]:
    about = child(number)
    told = {"family_name": about.family_name, "birth_date": str(about.birth_date), "postcode": f"DE{number % 20} 1AA"}
    for attribute, value in told.items():
        yield IdentityAttribute(category=Category.IDENTITY_NAME, attribute=attribute, value=str(value))
