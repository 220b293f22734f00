"""A school's records, held in memory: every kind of record, and what an agent in this process does with them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import msgspec

from hub.agent.serving import serve
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Limits, Manifest, Pull
from hub.connectors.pull.wire import Asked, Reply
from hub.db.exchange import ExchangeStore
from hub.domain import records as r
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, SubjectKind
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Attributes, LinkedPerson, Name
from hub.domain.searching import SearchKey

SCHOOL, AGENT = SourceId("school"), "client:school-agent"
SEARCH = ((SearchKey.UPN,), (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE))
MANIFEST = Manifest(
    id=SCHOOL,
    name="Derwent Schools",
    agency=Agency.EDUCATION,
    kind="exchange",
    endpoint="https://school.example",
    contact="01632 960199",
    coverage="All pupils.",
    search=SEARCH,
    categories=frozenset(one for one in Category if one.agency in {None, Agency.EDUCATION} and one.kinds),
    reach="pull",
    pull=Pull(lease_seconds=5.0, most_waiting=8),
    limits=Limits(max_found=3, concurrency=32, breaker_failures=1000),
)
AUNT = r.About(SubjectKind.NETWORK_ADULT, "aunt-1")
ADA = Held(
    Attributes(
        nhs_number="9991000003",
        upn="A831999900001",
        given_name="Ada",
        family_name="Pupil",
        birth_date=date(2014, 5, 6),
        aliases=(Name("Ada", "Former"),),
    ),
    (
        r.IdentityAttribute(
            category=Category.IDENTITY_NAME, attribute="given_name", value="Ada", as_of=datetime(2026, 1, 2, tzinfo=UTC)
        ),
        r.RelatedPerson(category=Category.SOCIAL_CARE_FAMILY, about=AUNT, relationship="aunt", name="May Pupil"),
        r.ServiceEpisode(
            category=Category.EDUCATION_SCHOOL,
            type="hub:school",
            label="On roll",
            service="Derwent Primary",
            organisation="Derwent Schools",
            professionals=(r.RelatedProfessional(name="Jo Lead", role="DSL", contact="01632 960198"),),
            start=date(2019, 9, 1),
            labels=frozenset({Label.NOT_FOR_FAMILY}),
            conditions="Ask the school first.",
        ),
        r.LifeEvent(
            category=Category.EDUCATION_EXCLUSIONS,
            type="hub:suspension",
            label="Suspension",
            at=datetime(2026, 3, 4, 10, 30, tzinfo=UTC),
            detail="Two days, for fighting.",
        ),
        r.Finding(category=Category.EDUCATION_ATTENDANCE, type="hub:attendance", label="Attendance 61%", severity=4),
    ),
    unmapped={"marks.colour": 2},
)
PUPILS = {
    LocalId("p1"): ADA,
    LocalId("p2"): Held(Attributes(upn="A831999900002", family_name="Pupil", birth_date=date(2014, 5, 6))),
}
MANY = {LocalId(f"m{n}"): Held(Attributes(family_name="Many", birth_date=date(2014, 5, 6))) for n in range(9)}
EVERYTHING = frozenset(one for one in Category if one.kinds)


def at_school(local_id: str = "p1") -> LinkedPerson:
    return LinkedPerson(SCHOOL, LocalId(local_id), b"")


def soon(seconds: float = 10.0) -> Deadline:
    return Deadline.after(seconds)


def the_school() -> InMemory:
    return InMemory(SEARCH, {**PUPILS, **MANY}, most=50)


Answering = Callable[[Asked], Reply | None]


@asynccontextmanager
async def answering(line: ExchangeStore, answer: Answering | None = None) -> AsyncIterator[None]:
    """The school's side, in this process. ``answer`` of None: as the school's system does; its None: never."""
    source = GuardedSource(MANIFEST, the_school(), RetryBudget())

    async def claim_and_answer() -> None:
        while True:
            with line.waiting(SCHOOL) as ear:
                claimed = await line.claim(SCHOOL, AGENT, 4, MANIFEST.pull.lease_seconds)
                for one in claimed:
                    asked = msgspec.json.decode(one.asked, type=Asked)
                    reply = answer(asked) if answer else await serve(asked, source, soon())
                    if reply is not None:
                        await line.answer(SCHOOL, one.id, AGENT, one.lease, msgspec.json.encode(reply))
                if not claimed:
                    await ear.heard(0.25)

    task = asyncio.create_task(claim_and_answer())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
