"""A small hub behind the door: real use cases, audit log and keys; policy, people and partners that obey the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from door_caller import Caller
from stand_in_facts import CARE, ENQUIRY, NOW, RECORDS, SOURCES, WORKER

from hub.audit.log import AuditLog
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import AnswerState, MatchState, PurposeCode, Role, Tier
from hub.domain.decided import Basis
from hub.domain.documents import Document
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import Attributes, Candidate, Found, MatchReason, Person, SourceFind
from hub.domain.permits import Permit, Verdict
from hub.domain.principals import Principal
from hub.domain.purposes import Purpose
from hub.domain.sources import Source
from hub.errors import AccessDenied, Conflict, Unauthenticated
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.around import Network
from hub.keys import FileKeys
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Services
from tests.fixtures.unjoined import nobody_joins

MATCHER = Matcher(shipped_model())
ALLOWED = Verdict(permitted=True, policies=("all-may",))


class Obeying:
    """What the test wants to happen, and what has happened."""

    def __init__(self) -> None:
        self.records = dict(RECORDS)
        self.asked: list[tuple[SourceId, frozenset[Category]]] = []
        self.refuse: set[Action] = set()
        self.fault: Exception | None = None
        self.wait: asyncio.Event | None = None  # partners answer when it is set
        self.waiting = asyncio.Event()
        self.enquiries = {ENQUIRY.id: ENQUIRY}
        self.keys_used: dict[str, str] = {}


class Policy:
    version = "v-test"

    def __init__(self, obeying: Obeying) -> None:
        self._obeying = obeying

    def permit(self, question: Any, at: datetime | None = None) -> Permit:
        if Action.VIEW in self._obeying.refuse:
            raise AccessDenied(("nobody-may-view",))
        verdicts = {category: ALLOWED for category in Category if category.decidable}
        return Permit(question.enquiry.purpose, self.version, {}, question.selection, lambda *_: verdicts)

    def resting(self, question: Any, at: datetime) -> tuple[Basis, Document]:
        return Basis(day=at.date()), Document.of("verdicts", b"{}")

    def authorise(self, principal: Any, action: Action, **_more: Any) -> Verdict:
        if action in self._obeying.refuse:
            raise AccessDenied(("nobody-may",))
        return ALLOWED

    def grounds(self, reasons: Any) -> tuple[str, ...]:
        return tuple({"nobody-may": "role", "nobody-may-view": "role"}[one] for one in reasons if "nobody" in one)

    def usable_by(self, principal: Principal) -> tuple[Purpose, ...]:
        reach = {Role.MASH_SOCIAL_WORKER: frozenset({Tier.T1, Tier.T0}), Role.DPO: frozenset(Tier)}
        return (Purpose(PurposeCode.S47, "Section 47", ("Children Act 1989, s47",), "Not needed.", False, reach),)


class People:
    def __init__(self, obeying: Obeying) -> None:
        self._obeying = obeying

    async def resolve(self, question: Any, permit: Permit, deadline: Any) -> Person:
        found = Found(LocalId("local-1"), Attributes(given_name="Ada", birth_date=date(2015, 3, 4)))
        why = (MatchReason("nhs_number", "the same", 20.0),)
        finds = {
            CARE: SourceFind(
                CARE,
                AnswerState.KNOWN,
                MatchState.MATCH,
                (Candidate("opaque-1", found, 20.0, 0.999, why, linked=True),),
                "Care knows one child by this number.",
            )
        }
        return Person(reference=question.about, links={}, finds=finds)

    async def doubt(self, question: Any, person: Person, answers: Any) -> None:
        """Nothing to forget here."""


class Partners:
    all = SOURCES

    def __init__(self, obeying: Obeying) -> None:
        self._obeying = obeying

    async def ask(self, person: Person, permit: Permit, deadline: Any) -> tuple[Answer, ...]:
        self._obeying.waiting.set()
        if self._obeying.wait is not None:
            await self._obeying.wait.wait()
        if self._obeying.fault is not None:
            raise self._obeying.fault
        return tuple(self._answer(source, permit) for source in SOURCES)

    def still(self, answers: tuple[Answer, ...], asked: tuple[Source, ...], permit: Permit) -> tuple[Answer, ...]:
        return answers

    def _answer(self, source: Source, permit: Permit) -> Answer:
        wanted = permit.to_ask(source)
        if not wanted:
            return Answer(source.id, AnswerState.NOT_ASKED, f"{source.name} was not asked.")
        self._obeying.asked.append((source.id, wanted))
        shown = tuple(one for one in self._obeying.records.get(source.id, ()) if one.category in wanted)
        return Answer(source.id, AnswerState.KNOWN, f"{source.name} knows this child.", NOW, 12, shown, asked=wanted)


class NobodyElse:
    """No partner can be searched for adults."""

    all = ()


class Undecided:
    """Nobody decides about matches here."""


class Enquiries:
    def __init__(self, obeying: Obeying) -> None:
        self._obeying = obeying

    async def get(self, enquiry_id: str) -> Enquiry | None:
        return self._obeying.enquiries.get(enquiry_id)

    async def open(self, enquiry: Enquiry, key: str) -> Enquiry:
        known = self._obeying.enquiries.get(self._obeying.keys_used.setdefault(key, enquiry.id))
        if known is not None and known.about != enquiry.about:
            raise Conflict
        return self._keep(known or enquiry)

    async def close(self, enquiry_id: str, at: datetime) -> Enquiry:
        return self._keep(msgspec.structs.replace(self._obeying.enquiries[enquiry_id], closed_at=at))

    async def break_glass(self, enquiry_id: str, until: datetime, at: datetime, reason: str) -> Enquiry:
        return self._keep(msgspec.structs.replace(self._obeying.enquiries[enquiry_id], broken_glass_until=until))

    def _keep(self, enquiry: Enquiry) -> Enquiry:
        self._obeying.enquiries[enquiry.id] = enquiry
        return enquiry


class Tokens:
    """A verifier that knows one token."""

    async def principal(self, token: str) -> Principal:
        if token != "good":
            raise Unauthenticated(reasons=("token-signature",))
        return WORKER


@asynccontextmanager
async def standing(folder: Path, limits: DoorLimits | None = None) -> AsyncIterator[Caller]:
    """A caller at an open door."""
    keys = FileKeys.create(folder / "keys.json")
    audit = await AuditLog.open(f"sqlite:///{folder / 'audit.db'}", keys, clock=lambda: NOW)
    obeying = Obeying()
    services = Services(
        audit=audit,
        policies=Policy(obeying),
        people=People(obeying),
        sources=Partners(obeying),
        network=Network(NobodyElse(), MATCHER),
        enquiries=Enquiries(obeying),
        decisions=Undecided(),
        keys=keys,
        now=lambda: NOW,
        **nobody_joins(),
    )
    door = GraphQLDoor(limits or DoorLimits())
    door.open(services, Tokens())
    try:
        yield Caller(door, obeying, services)
    finally:
        await audit.close()
