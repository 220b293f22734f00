"""A hub that partners join: real policies, stores, keys and log behind the public door; people and time that obey."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.connectors.sources import Sources
from hub.db.agreements import AgreementStore
from hub.db.clients import ClientStore
from hub.db.health import HealthStore
from hub.db.register import RegisterStore
from hub.db.secrets import SecretStore
from hub.db.store import Store
from hub.domain.agreements import AgreementRecord, AgreementState
from hub.domain.conformance import Checked
from hub.domain.documents import digest
from hub.domain.events import Event
from hub.domain.principals import Principal
from hub.domain.registrations import Registration
from hub.domain.underway import Underway
from hub.errors import Unauthenticated, Unavailable
from hub.keys import FileKeyProvider, FileKeys, Signing
from hub.policy.policies import Policies
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Limits, Services
from tests.fixtures.unjoined import nobody_joins
from tests.onboarding.joining_samples import MANIFEST, PEOPLE, SCHOOLS, agreement_document
from tests.schema.door_caller import Caller, Reply

WHOLE = """
fragment whole on Registration {
  id source version name agency kind state origin digest manifest registeredBy changedBy reason stoppedBy
  history { before after by reason side lifted } conformance { id passed digest by doubt report signature }
}
"""
ACTS = {
    "submit": "submitSource(id: $id) { ...whole }",
    "test": "testSource(id: $id) { ...whole }",
    "approve": "approveSource(id: $id) { id state }",
    "activate": "activateSource(id: $id) { ...whole }",
    "suspend": "suspendSource(id: $id, reason: $reason) { id state }",
    "resume": "resumeSource(id: $id, reason: $reason) { ...whole }",
    "retire": "retireSource(id: $id, reason: $reason) { ...whole }",
}


class Refused(Exception):
    """How the door refused."""

    def __init__(self, reply: Reply) -> None:
        told = reply.json["errors"][0]
        self.code, self.reasons = told["extensions"]["code"], tuple(told["extensions"]["reasons"])
        self.message: str = told["message"]
        super().__init__(f"{self.code} {self.reasons} {self.message}")


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 6, 15, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class Told:
    """A ``Conformance`` that finds what the test tells it to."""

    def __init__(self) -> None:
        self.passes, self.checked = True, []

    async def check(self, registration: Registration) -> Checked:
        self.checked.append(registration.reference)
        return Checked(self.passes, json.dumps({"source": registration.source, "passed": self.passes}).encode())


class Listening:
    """What partners' systems are told; ``deaf``, it cannot be kept."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.deaf = False

    async def emit(self, event: Event) -> None:
        if self.deaf:
            raise Unavailable
        self.heard.append(event)


class _Tokens:
    async def principal(self, token: str) -> Principal:
        if token not in PEOPLE:
            raise Unauthenticated(reasons=("token-signature",))
        return PEOPLE[token]


class Joining:
    """What people do with sources, through the door."""

    def __init__(self, services: Services, store: Store, clock: Clock, told: Told) -> None:
        self.services, self.store, self.clock, self.told = services, store, clock, told
        door = GraphQLDoor(DoorLimits())
        door.open(services, _Tokens())
        self._caller = Caller(door, None, services)

    async def ask(self, who: str, query: str, **variables: Any) -> dict[str, Any]:
        """Raises Refused."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        reply = await self._caller.send(body, token=who)
        if "errors" in reply.json:
            raise Refused(reply)
        return reply.json["data"]

    async def register(self, who: str = "school-admin", document: str = MANIFEST) -> dict[str, Any]:
        query = "mutation ($m: String!) { registerSource(input: {manifest: $m}) { id name state } }"
        return (await self.ask(who, query, m=document))["registerSource"]

    async def act(self, what: str, who: str, reference: str = SCHOOLS, reason: str | None = None) -> dict[str, Any]:
        act = ACTS[what]
        takes = ", $reason: String!" if "$reason" in act else ""
        more = {"reason": reason or f"why {what}"} if takes else {}
        query = f"mutation ($id: ID!{takes}) {{ {act} }} {WHOLE if '...whole' in act else ''}"
        (told,) = (await self.ask(who, query, id=reference, **more)).values()
        return told

    async def come_to(self, state: str, document: str = MANIFEST, registrant: str = "school-admin") -> None:
        """Bring a version on its way, each step by somebody who may."""
        await self.register(registrant, document)
        for what, who, reached in (
            ("submit", "school-admin", "SUBMITTED"),
            ("test", "school-admin", "TESTED"),
            ("approve", "ig-lead", "APPROVED"),
            ("activate", "school-admin", "LIVE"),
        ):
            if (await self.now())["state"] == state:
                return
            told = await self.act(what, who)
            assert told["state"] == reached

    async def versions(self, who: str = "auditor", source: str | None = SCHOOLS) -> list[dict[str, Any]]:
        query = f"query ($source: ID) {{ registrations(source: $source) {{ ...whole }} }} {WHOLE}"
        return (await self.ask(who, query, source=source))["registrations"]

    async def now(self) -> dict[str, Any]:
        """The newest version."""
        return (await self.versions())[-1]

    async def agree(self, version: int = 1, **changes: object) -> None:
        """Put in an approved agreement with the schools, over everything but for what is changed."""
        document = msgspec.json.encode(agreement_document(version) | changes)
        now = self.clock()
        await self.services.agreements.put(
            AgreementRecord(
                id="schools-mash",
                version=version,
                source=SCHOOLS,
                state=AgreementState.APPROVED,
                digest=digest(document),
                origin="registered",
                document=document,
                submitted_by="school-admin",
                submitted_at=now,
                changed_by="ig-lead",
                changed_at=now,
            )
        )

    async def revoke(self) -> None:
        await self.services.agreements.move(
            "schools-mash",
            1,
            AgreementState.REVOKED,
            by="ig-lead",
            at=self.clock(),
            reason="",
            expecting=frozenset({AgreementState.APPROVED}),
        )

    async def evidence(self, kind: str) -> list[AuditEntry]:
        page = await self.services.audit.entries(EntryQuery(kind=kind), 500)
        return list(page.entries)


@asynccontextmanager
async def joining(folder: Path, store: Store, policies: Policies) -> AsyncIterator[Joining]:
    """A hub over this store."""
    keys, clock, told = FileKeys.create(folder / "keys.json"), Clock(), Told()
    audit = await AuditLog.open(f"sqlite:///{folder / 'audit.db'}", keys, clock=clock, patience=10)
    underway = Underway()
    unasked = dict.fromkeys(("people", "network", "enquiries", "decisions"))
    joins: dict[str, Any] = {
        **nobody_joins(),
        "sources": Sources((), keys.mac, clock),
        "clients": ClientStore(store, keys),
        "register": RegisterStore(store, keys),
        "agreements": AgreementStore(store, keys),
        "secrets": SecretStore(store, FileKeyProvider(keys)),
        "health": HealthStore(store),
        "conformance": told,
        "events": Listening(),
        "signing": Signing(keys),
        "underway": underway,
    }
    services = Services(audit=audit, policies=policies, keys=keys, now=clock, limits=Limits(), **unasked, **joins)
    try:
        yield Joining(services, store, clock, told)
    finally:
        await underway.close()
        await audit.close()
