"""A small hub behind the door: real use cases, audit log and keys; policy, people and partners that obey the test."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from hub.audit.log import AuditLog
from hub.domain import records as r
from hub.domain.acts import Action
from hub.domain.answers import Answer
from hub.domain.categories import Category
from hub.domain.codes import Agency, AnswerState, MatchState, PurposeCode, Role, SubjectKind, Tier, Urgency
from hub.domain.enquiries import Enquiry
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Candidate, Found, MatchReason, Person, PersonReference, SourceFind
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

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CARE, CLINIC, JAIL = SourceId("care"), SourceId("clinic"), SourceId("jail")
SOURCES = (
    Source(CARE, "Care", Agency.SOCIAL_CARE, "sql", "LIVE", "01632 960001", "All children."),
    Source(CLINIC, "Clinic", Agency.HEALTH, "fhir_r4", "LIVE", "01632 960002", "All patients."),
    Source(JAIL, "Jail", Agency.PROBATION, "rest_json", "LIVE", "01632 960003", "All adults."),
)
WORKER = Principal("worker-7", "Sam Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
ABOUT = PersonReference(nhs_number=nhs_number("999 100 0003"))
ENQUIRY = Enquiry(
    id="enquiry-1",
    purpose=PurposeCode.S47,
    reason="A strategy discussion",
    urgency=Urgency.RED,
    about=ABOUT,
    opened_by=WORKER,
    opened_at=NOW,
    expires_at=NOW + timedelta(hours=4),
)
STEPFATHER = r.About(SubjectKind.NETWORK_ADULT, "9")
MATCHER = Matcher(shipped_model())
ALLOWED = Verdict(permitted=True, policies=("all-may",))


def told(attribute: str, value: str, category: Category = Category.IDENTITY_NAME) -> r.IdentityAttribute:
    return r.IdentityAttribute(category=category, attribute=attribute, value=value, as_of=NOW)


RECORDS: dict[SourceId, tuple[r.AnyRecord, ...]] = {
    CARE: (
        told("given_name", "Ada"),
        told("family_name", "Marlow"),
        told("birth_date", "2015-03-04", Category.IDENTITY_BIRTH_DATE),
        told("nhs_number", "9991000003", Category.IDENTITY_NUMBER),
        told("address", "1 Low Road", Category.IDENTITY_WHEREABOUTS),
        r.ServiceEpisode(
            category=Category.SOCIAL_CARE_INVOLVEMENT,
            type="hub:involvement",
            label="Closed long ago",
            service="Duty",
            organisation="Council",
            start=date(2019, 1, 1),
            end=date(2019, 9, 1),
        ),
        r.ServiceEpisode(
            category=Category.SOCIAL_CARE_CP_PLAN,
            type="cp-plan",
            label="Child protection plan",
            service="Safeguarding",
            organisation="Council",
            professionals=(r.RelatedProfessional(name="Jo Lead", role="Social worker", contact="01632 960009"),),
            start=date(2026, 2, 1),
        ),
        r.Finding(
            category=Category.SOCIAL_CARE_CP_PLAN, type="cp", label="On a plan", start=date(2026, 2, 1), severity=7
        ),
        r.Finding(
            category=Category.SOCIAL_CARE_CIN,
            type="cin",
            label="Was in need",
            start=date(2020, 2, 1),
            end=date(2021, 2, 1),
            severity=3,
        ),
        r.LifeEvent(
            category=Category.SOCIAL_CARE_MISSING,
            type="missing-person",
            label="Missing",
            at=datetime(2026, 5, 1, 8),  # noqa: DTZ001  a source that tells no zone
        ),
    ),
    CLINIC: (
        told("given_name", "ADA"),
        told("family_name", "Marlowe"),
        told("birth_date", "2015-03-05", Category.IDENTITY_BIRTH_DATE),
        told("postcode", "ZZ9 9ZZ", Category.IDENTITY_WHEREABOUTS),
        *(
            r.LifeEvent(
                category=Category.HEALTH_AE_ATTENDANCES,
                type="ae-attendance",
                label=f"Attendance {n}",
                at=datetime(2026, 1, 1 + n, 8, tzinfo=UTC),
                detail="Seen and sent home",
            )
            for n in range(5)
        ),
    ),
    JAIL: (
        r.RelatedPerson(
            category=Category.PROBATION_FAMILY, about=STEPFATHER, relationship="step-father", name="Max Ill"
        ),
        r.Finding(
            category=Category.PROBATION_MAPPA,
            about=STEPFATHER,
            type="mappa",
            label="MAPPA level 2",
            start=date(2025, 1, 1),
            severity=9,
        ),
        r.ServiceEpisode(
            category=Category.PROBATION_SUPERVISION,
            about=STEPFATHER,
            type="probation",
            label="Supervised",
            service="Probation",
            organisation="HMPPS",
            start=date(2025, 1, 1),
        ),
    ),
}


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

    def permit(self, question: Any) -> Permit:
        if Action.VIEW in self._obeying.refuse:
            raise AccessDenied(("nobody-may-view",))
        verdicts = {category: ALLOWED for category in Category if category.decidable}
        return Permit(question.enquiry.purpose, self.version, {}, question.selection, lambda *_: verdicts)

    def authorise(self, principal: Any, action: Action, **_more: Any) -> Verdict:
        if action in self._obeying.refuse:
            raise AccessDenied(("nobody-may",))
        return ALLOWED

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


class Reply(msgspec.Struct):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["errors"][0]["extensions"]["code"]

    @property
    def reasons(self) -> list[str]:
        return self.json["errors"][0]["extensions"]["reasons"]


class Caller:
    """Sends whole HTTP requests to a door, in one process and without a socket."""

    def __init__(self, door: GraphQLDoor, obeying: Obeying, services: Services) -> None:
        self.door, self.obeying, self.services = door, obeying, services
        self.left = asyncio.Event()

    async def ask(self, query: str, **request: Any) -> Reply:
        return await self.send(json.dumps({"query": query, **request}).encode())

    async def data(self, query: str, **variables: Any) -> Any:
        reply = await self.ask(query, variables=variables)
        assert reply.status == 200, reply.body
        assert "errors" not in reply.json, reply.json
        return reply.json["data"]

    async def send(
        self,
        body: bytes | list[bytes],
        *,
        method: str = "POST",
        headers: list[tuple[bytes, bytes]] | None = None,
        token: str | None = "good",  # noqa: S107  what the stand-in verifier knows
        pause: float = 0,
    ) -> Reply:
        sent = [(b"content-type", b"application/json")] if headers is None else headers
        if token is not None:
            sent = [*sent, (b"authorization", f"Bearer {token}".encode())]
        chunks = [body] if isinstance(body, bytes) else list(body)
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if chunks:
                await asyncio.sleep(pause)
                return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}
            await self.left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            messages.append(message)

        await self.door({"type": "http", "method": method, "path": "/graphql", "headers": sent}, receive, send)
        if not messages:
            return Reply(0, {}, b"")
        told = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        return Reply(messages[0]["status"], told, b"".join(one["body"] for one in messages[1:]))

    async def evidence(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Stage, kind, outcome and reasons of every leaf."""
        from hub.audit.reader import EntryQuery

        page = await self.services.audit.entries(EntryQuery(), 500)
        return [(one.stage, one.kind, one.outcome, one.reasons) for one in page.entries]


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
    )
    door = GraphQLDoor(limits or DoorLimits())
    door.open(services, Tokens())
    try:
        yield Caller(door, obeying, services)
    finally:
        await audit.close()
