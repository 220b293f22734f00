"""A whole hub in one process: real policies, identity, network, redaction, evidence and schema.

Only the partners' systems and the stores are in memory; who is held where is set by the test, child by child.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from hub.audit.log import AuditLog
from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.connectors.sources import Sources
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, Urgency
from hub.domain.enquiries import Enquiry, FamilyAgreement
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.searching import SearchKey
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import FileKeys
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Services
from tests.fixtures.compiled import policies_over
from tests.fixtures.unjoined import nobody_joins

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CARE, CLINIC, YOUTH, JAIL, POLICE = map(SourceId, ("care", "clinic", "youth", "jail", "police"))
AGENCIES = {
    CARE: Agency.SOCIAL_CARE,
    CLINIC: Agency.HEALTH,
    YOUTH: Agency.YOUTH_JUSTICE,
    JAIL: Agency.PROBATION,
    POLICE: Agency.POLICE,
}
MARKS = {CLINIC: frozenset({Label.LOCATION_AT_RISK, Label.WITNESS_PROTECTION})}
KEYS = ((SearchKey.NHS_NUMBER,), (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE))
WORKER = Principal("worker-7", "Sam Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))
MANAGER = Principal("manager-1", "Max Manager", Agency.SOCIAL_CARE, frozenset({Role.MASH_MANAGER}))
ADVISER = Principal("adviser-3", "Ash Adviser", Agency.EARLY_HELP, frozenset({Role.EARLY_HELP_ADVISER}))
READER = Principal("auditor-2", "Ali Auditor", Agency.SOCIAL_CARE, frozenset({Role.AUDITOR}))
BEARERS = {one.id: one for one in (WORKER, MANAGER, ADVISER, READER)}
MATCHER = Matcher(shipped_model())
WIDE = DoorLimits(cost=1_000_000, depth=20, introspection=True)
Everybody = Mapping[SourceId, Mapping[LocalId, Held]]


def manifest(source: SourceId) -> Manifest:
    agency = AGENCIES[source]
    return Manifest(
        id=source,
        name=f"The {source}",
        agency=agency,
        kind="rest_json",
        endpoint="http://127.0.0.1",
        contact="the duty desk",
        coverage="Everybody.",
        search=KEYS,
        categories=frozenset(one for one in Category if one.decidable and one.agency in {None, agency}),
        marks_labels=MARKS.get(source, frozenset()),
    )


def agreement(source: SourceId) -> dict[str, Any]:
    """One that covers everything."""
    return {
        "id": source,
        "version": 1,
        "source": source,
        "source_agency": AGENCIES[source],
        "purposes": list(PurposeCode),
        "mode": "content",
        "tiers": ["T0", "T1", "T2", "T3", "T4"],
        "recipients": {"roles": list(Role)},
        "valid_from": "2026-01-01",
        "valid_until": "2027-12-31",
        "review_date": "2026-12-01",
        "signatories": [
            {"name": "A. Example", "role": "director", "organisation": "Example", "signed_on": "2025-12-01"}
        ],
    }


class Links:
    """Confirmed links, by subject and source."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Any] = {}

    async def for_subject(self, subject: str) -> tuple[Any, ...]:
        return tuple(link for (owner, _), link in self.kept.items() if owner == subject)

    async def put(self, subject: str, link: Any, how: str, by: str, at: datetime) -> None:
        self.kept[subject, link.source] = link

    async def remove(self, subject: str, source: str) -> None:
        self.kept.pop((subject, source), None)


class Undecided:
    """Nobody has decided about a match."""

    async def for_subject(self, subject: str) -> tuple[()]:
        return ()


class Enquiries:
    """Enquiries, by id."""

    def __init__(self) -> None:
        self.kept: dict[str, Enquiry] = {}

    async def get(self, enquiry_id: str) -> Enquiry | None:
        return self.kept.get(enquiry_id)


class Bearers:
    """A verifier for whom a token is the id of its bearer."""

    async def principal(self, token: str) -> Principal:
        return BEARERS[token]


class Hub:
    """Asks the door whole questions about one child after another."""

    def __init__(
        self,
        services: Services,
        door: GraphQLDoor,
        held: dict[SourceId, dict[LocalId, Held]],
        guarded: Any,
        links: Links,
    ) -> None:
        self.services, self.door, self.held = services, door, held
        self._guarded, self._links = {one.source.id: one for one in guarded}, links
        self._asked, self._left = 0, asyncio.Event()

    def hold(self, everybody: Everybody) -> None:
        """What every source holds from now on."""
        for source, people in self.held.items():
            people.clear()
            people.update(everybody.get(source, {}))

    @contextmanager
    def instead(self, source: SourceId, connector: Any) -> Iterator[None]:
        """Another connector at one source for a while; None leaves its own."""
        guarded = self._guarded[source]
        own = guarded.connector
        guarded.connector = connector or own
        try:
            yield
        finally:
            guarded.connector = own

    def forget(self) -> None:
        """No link is remembered."""
        self._links.kept.clear()

    def enquire(
        self, about: PersonReference, purpose: PurposeCode = PurposeCode.S47, by: Principal = WORKER
    ) -> Enquiry:
        """A new enquiry."""
        self._asked += 1
        agreed = FamilyAgreement("a parent", NOW.date() - timedelta(days=9), tuple(Agency))
        enquiry = Enquiry(
            id=f"enquiry-{self._asked}",
            purpose=purpose,
            reason="A test asks",
            urgency=Urgency.RED,
            about=about,
            opened_by=by,
            opened_at=NOW,
            expires_at=NOW + timedelta(hours=4),
            family_agreement=agreed if purpose is PurposeCode.EARLY_HELP else None,
        )
        self.services.enquiries.kept[enquiry.id] = enquiry
        return enquiry

    async def ask(self, query: str, by: Principal = WORKER, **variables: Any) -> dict[str, Any]:
        """The whole response, errors among it."""
        body, sent = [json.dumps({"query": query, "variables": variables}).encode()], []
        headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {by.id}".encode())]

        async def receive() -> dict[str, Any]:
            if body:
                return {"type": "http.request", "body": body.pop(), "more_body": False}
            await self._left.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.door({"type": "http", "method": "POST", "path": "/graphql", "headers": headers}, receive, send)
        return json.loads(b"".join(one.get("body", b"") for one in sent))


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Hub]:
    """A hub at work."""
    (folder / "agreements").mkdir()
    for source in AGENCIES:
        (folder / "agreements" / f"{source}.json").write_bytes(msgspec.json.encode(agreement(source)))
    keys = FileKeys.create(folder / "keys.json")
    audit = await AuditLog.open(f"sqlite:///{folder / 'audit.db'}", keys, clock=lambda: NOW)
    held: dict[SourceId, dict[LocalId, Held]] = {source: {} for source in AGENCIES}
    budget, links = RetryBudget(), Links()
    guarded = [GuardedSource(manifest(one), InMemory(KEYS, people), budget) for one, people in held.items()]
    sources = Sources(guarded, keys.mac, lambda: NOW)
    services = Services(
        audit=audit,
        policies=policies_over(sources.all, folder / "agreements"),
        people=People(sources, links, keys.mac, lambda: NOW, Undecided(), MATCHER),
        sources=sources,
        network=Network(AroundSources(guarded, keys.mac), MATCHER),
        enquiries=Enquiries(),
        decisions=Undecided(),
        keys=keys,
        now=lambda: NOW,
        **nobody_joins(),
    )
    door = GraphQLDoor(WIDE)
    door.open(services, Bearers())
    try:
        yield Hub(services, door, held, guarded, links)
    finally:
        await audit.close()
