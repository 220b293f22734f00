"""A whole hub in one process on real stores: register, agreements, policies, log, archive; partners in memory."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from hub.audit.leaf import Outcome, Stage
from hub.audit.reader import AuditEntry, EntryQuery
from hub.cli.queries import REPLAY
from hub.connectors.connector import Connector
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.disclosure import view
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING, Selection
from hub.domain.records import Finding, LifeEvent
from hub.domain.searching import SearchKey
from hub.enquiries import OpenEnquiry, open_enquiry
from hub.errors import AccessDenied
from hub.keys import FileKeys
from hub.opening import services_of
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Services
from hub.settings import LimitSettings, Settings

CARE, CLINIC, POLICE = map(SourceId, ("care", "clinic", "police"))
AGENCIES = {CARE: Agency.SOCIAL_CARE, CLINIC: Agency.HEALTH, POLICE: Agency.POLICE}
SEARCH = ((SearchKey.NHS_NUMBER,),)
NUMBER = nhs_number("999 100 0003")
BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHILD = Attributes(nhs_number=NUMBER, given_name="Rhys", family_name="Quillfeather", birth_date=date(2012, 4, 9))

PROTECTED = Attributes(nhs_number=nhs_number("999 100 0380"), family_name="Fallowmere", birth_date=date(2013, 5, 20))


def somebody(name: str, role: Role, agency: Agency = Agency.SOCIAL_CARE) -> Principal:
    return Principal(name, name.title(), agency, frozenset({role}))


WORKER = somebody("worker", Role.MASH_SOCIAL_WORKER)
SCREENER = somebody("screener", Role.SCREENING_OFFICER)
MANAGER = somebody("manager", Role.MASH_MANAGER)
ADVISER = somebody("adviser", Role.EARLY_HELP_ADVISER, Agency.EARLY_HELP)
ANALYST = somebody("analyst", Role.PERFORMANCE_ANALYST)
AUDITOR = somebody("auditor", Role.AUDITOR)
BEARERS = {one.id: one for one in (WORKER, SCREENER, MANAGER, ADVISER, ANALYST, AUDITOR)}


class Clock:
    """Time as the test has it."""

    def __init__(self) -> None:
        self.at = BEGUN

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **how: float) -> None:
        self.at += timedelta(**how)


class Bearers:
    """A verifier for whom a token is the id of its bearer."""

    async def principal(self, token: str) -> Principal:
        return BEARERS[token]


class Hub:
    """What people at the front door do, and what an auditor asks."""

    def __init__(self, services: Services, door: GraphQLDoor, clock: Clock) -> None:
        self._services, self.door, self.clock = services, door, clock
        self.asked = 0

    async def services(self) -> Services:
        return await self._services.as_of_now()

    async def open(self, who: Principal = WORKER, purpose: str = "S47", **more: Any) -> Enquiry:
        self.asked += 1
        about = more.pop("about", PersonReference(nhs_number=NUMBER))
        key = f"{self.clock.at.timestamp()}-{self.asked}"
        request = OpenEnquiry(PurposeCode(purpose), "a test asks", Urgency.GREEN, about, key, **more)
        return await open_enquiry(who, request, await self.services())

    async def view(self, who: Principal = WORKER, purpose: str = "S47", **more: Any) -> int:
        """The index of the outcome of one view under a new enquiry, refused or not."""
        selection: Selection = more.pop("selection", EVERYTHING)
        enquiry = await self.open(who, purpose, **more)
        return await self.view_under(enquiry, who, selection)

    async def view_under(self, enquiry: Enquiry, who: Principal = WORKER, selection: Selection = EVERYTHING) -> int:
        self.asked += 1
        request = f"view-{self.asked}-{self.clock.at.timestamp()}"
        try:
            return (await view(who, enquiry.id, selection, request, await self.services())).receipt.outcome_index
        except AccessDenied:
            (refused,) = [one for one in await self.entries(request_id=request) if one.stage is Stage.OUTCOME]
            assert refused.outcome == Outcome.REFUSED
            return refused.index

    async def entries(self, **query: Any) -> tuple[AuditEntry, ...]:
        return (await self._services.audit.entries(EntryQuery(**query), 500)).entries

    async def ask(self, query: str, variables: dict[str, Any], by: Principal = AUDITOR) -> dict[str, Any]:
        """The whole response of the GraphQL door, errors among it."""
        body, sent = [json.dumps({"query": query, "variables": variables}).encode()], []
        headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {by.id}".encode())]
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.door({"type": "http", "method": "POST", "path": "/graphql", "headers": headers}, receive, send)
        return json.loads(b"".join(one.get("body", b"") for one in sent))


@asynccontextmanager
async def hub_on(url: str, folder: Path, clock: Clock, policies: Path | None = None) -> AsyncIterator[Hub]:
    """A hub on a store that has its tables; opened again on the same folder, it remembers."""
    if not (folder / "keys.json").exists():
        FileKeys.create(folder / "keys.json")
        declare(folder)
    settings = Settings(
        store=url,
        audit=url if url.startswith("postgresql") else f"sqlite:///{folder / 'audit.db'}",
        keys=folder / "keys.json",
        secrets=folder,
        issuers=(),
        manifests=folder / "manifests",
        agreements=folder / "agreements",
        policies=policies,
        limits=LimitSettings(evidence_seconds=10, question_seconds=10),
    )
    async with services_of(settings, now=clock, reach=_reached) as services:
        door = GraphQLDoor(DoorLimits())
        door.open(services, Bearers())
        yield Hub(services, door, clock)


async def replayed(hub: Hub, index: int, **by: Any) -> dict[str, Any]:
    told = await hub.ask(REPLAY, {"index": index, **by})
    assert "errors" not in told, told
    return told["data"]["replayDecision"]


async def _reached(manifest: Manifest, **_credentials: Any) -> Connector:
    event = LifeEvent(
        category=Category.HEALTH_AE_ATTENDANCES if manifest.agency is Agency.HEALTH else Category.SOCIAL_CARE_MISSING,
        type="event",
        label="An event",
        at=BEGUN,
        location="4 Quarry Lane",
        detail="A narrative",
    )
    marked = Finding(
        category=Category.POLICE_WARNINGS,
        type="warning",
        label="A warning",
        labels=frozenset({Label.POLICE_INTEL_C}),
    )
    records = (marked,) if manifest.agency is Agency.POLICE else (event,)
    hidden = Held(PROTECTED, records, frozenset({Label.WITNESS_PROTECTION}))
    return InMemory(SEARCH, {LocalId("1"): Held(CHILD, records), LocalId("2"): hidden})


def declare(folder: Path) -> None:
    """The operator's files: three sources, and an agreement with each."""
    for name in ("manifests", "agreements"):
        (folder / name).mkdir()
    for source, agency in AGENCIES.items():
        told = (f"{name} = {json.dumps(value)}" for name, value in _manifest(source, agency).items())
        (folder / "manifests" / f"{source}.toml").write_text("\n".join(told))
        agree(folder, source)


def agree(folder: Path, source: SourceId, version: int = 1, **more: Any) -> None:
    """Another version of a source's agreement, which a hub takes up when it starts."""
    document = {
        "id": f"{source}-mash",
        "version": version,
        "source": source,
        "source_agency": AGENCIES[source],
        "purposes": list(PurposeCode),
        "mode": "content",
        "tiers": ["T0", "T1", "T2", "T3"],
        "recipients": {"roles": list(Role)},
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "review_date": "2026-10-01",
        "signatories": [{"name": "A. Example", "role": "head", "organisation": "Example", "signed_on": "2025-12-01"}],
    } | more
    (folder / "agreements" / f"{source}-{version}.json").write_bytes(msgspec.json.encode(document))


def _manifest(source: SourceId, agency: Agency) -> dict[str, Any]:
    return {
        "id": source,
        "version": 1,
        "name": f"The {source}",
        "agency": agency,
        "kind": "fhir_r4",
        "endpoint": "http://127.0.0.1:9",
        "contact": "the duty desk, 01632 960001",
        "coverage": "Everybody.",
        "search": [list(keys) for keys in SEARCH],
        "categories": sorted(one for one in Category if one.kinds and one.agency in {None, agency}),
    }


def family(agencies: tuple[str, ...], days_ago: int = 9) -> FamilyAgreement:
    """A family's agreement to early help."""
    return FamilyAgreement("a parent", BEGUN.date() - timedelta(days=days_ago), agencies)
