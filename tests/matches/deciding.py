"""A hub whose partners are held in memory and can change their minds; everything else is the real thing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.connectors.sources import Sources
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.links import LinkStore
from hub.db.store import open_store
from hub.db.upgrade import upgrade
from hub.disclosure import Answered, find, view
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode, Role, Urgency
from hub.domain.identifiers import LocalId, SourceId, nhs_number
from hub.domain.people import Attributes, Candidate, PersonReference, SourceFind
from hub.domain.principals import Principal
from hub.domain.questions import EVERYTHING
from hub.domain.records import LifeEvent
from hub.domain.searching import SearchKey
from hub.enquiries import OpenEnquiry, open_enquiry
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import FileKeys
from hub.matches import DecideMatch, confirm_match, reject_match
from hub.services import Services
from tests.fixtures.compiled import policies_over
from tests.fixtures.unjoined import nobody_joins

CLINIC, CARE = SourceId("clinic"), SourceId("care")
AGENCIES = {CLINIC: Agency.HEALTH, CARE: Agency.SOCIAL_CARE}
BORN = date(2012, 4, 9)
NUMBER = nhs_number("999 100 0003")
ASKED = PersonReference(nhs_number=NUMBER, given_name="Rhys", family_name="Quillfeather", birth_date=BORN)
RHYS = Attributes(nhs_number=NUMBER, given_name="Rhys", family_name="Quillfeather", birth_date=BORN)
# Written otherwise, and without a number: probable, and not certain without a person.
MISSPELT = Attributes(given_name="Ryhs", family_name="Quillfeather", birth_date=BORN)
REASON = "CANARY REASON: his mother told me"


def worker(role: Role = Role.MASH_SOCIAL_WORKER, name: str = "worker-1") -> Principal:
    return Principal(name, "Oriole Worker", Agency.SOCIAL_CARE, frozenset({role}))


class Hub:
    """What somebody at the front door can do, and what partners tell."""

    def __init__(self, services: Services, held: dict[SourceId, dict[LocalId, Held]]) -> None:
        self.services, self.held, self.requests = services, held, 0

    def tell(self, source: SourceId, local_id: str, attributes: Attributes, *labels: Label) -> None:
        """Make a source hold somebody, with one event on their record."""
        agency = AGENCIES[source]
        category = Category.HEALTH_AE_ATTENDANCES if agency is Agency.HEALTH else Category.SOCIAL_CARE_MISSING
        event = LifeEvent(
            category=category, type="event", label=f"Event of {local_id}", at=datetime(2026, 1, 1, tzinfo=UTC)
        )
        self.held[source][LocalId(local_id)] = Held(attributes, (event,), frozenset(labels))

    async def open(self, about: PersonReference = ASKED, who: Principal | None = None, purpose: str = "S47") -> str:
        who, self.requests = who or worker(), self.requests + 1
        request = OpenEnquiry(PurposeCode(purpose), "why", Urgency.AMBER, about, f"key-{self.requests}")
        return (await open_enquiry(who, request, self.services)).id

    async def find(self, enquiry: str, source: SourceId = CARE, who: Principal | None = None, **how: Any) -> SourceFind:
        self.requests += 1
        asked = f"find-{self.requests}"
        answered = await find(who or worker(), enquiry, EVERYTHING, asked, self.services, **how)
        return answered.disclosure.finds[source]

    async def candidate(self, enquiry: str, local_id: str, source: SourceId = CARE) -> Candidate:
        """Somebody offered, or set aside, by the source's own id, which only a test knows."""
        found = await self.find(enquiry, source, widen=True)
        (one,) = [one for one in (*found.candidates, *found.rejected) if one.found.local_id == local_id]
        return one

    async def events(self, enquiry: str, who: Principal | None = None) -> list[str]:
        """What the combined view shows."""
        self.requests += 1
        answered = await view(who or worker(), enquiry, EVERYTHING, f"view-{self.requests}", self.services)
        return sorted(record.label for one in answered.disclosure.released for record in one.records)

    async def places(self, enquiry: str) -> list[str]:
        """Where the view says that anything happened."""
        self.requests += 1
        answered = await view(worker(), enquiry, EVERYTHING, f"view-{self.requests}", self.services)
        records = (record for one in answered.disclosure.released for record in one.records)
        return [place for record in records if (place := getattr(record, "location", None))]

    async def states(self, enquiry: str) -> dict[SourceId, str]:
        self.requests += 1
        answered = await view(worker(), enquiry, EVERYTHING, f"view-{self.requests}", self.services)
        return {
            one.source: f"{one.answer.state} {' '.join(one.answer.reasons)}".strip()
            for one in answered.disclosure.released
        }

    async def confirm(
        self, enquiry: str, candidate: str, who: Principal | None = None, reason: str = REASON
    ) -> Answered:
        self.requests += 1
        request = DecideMatch(enquiry, candidate, reason)
        return await confirm_match(who or worker(), request, f"decide-{self.requests}", self.services)

    async def reject(
        self, enquiry: str, candidate: str, who: Principal | None = None, reason: str = REASON
    ) -> Answered:
        self.requests += 1
        request = DecideMatch(enquiry, candidate, reason)
        return await reject_match(who or worker(), request, f"decide-{self.requests}", self.services)

    async def evidence(self, *kinds: str) -> list[AuditEntry]:
        page = await self.services.audit.entries(EntryQuery(), 500)
        return [one for one in page.entries if one.kind in kinds]


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Hub]:
    """A hub on stores in a folder; opened again on the same folder it remembers."""
    if not (folder / "keys.json").exists():
        FileKeys.create(folder / "keys.json")
    keys, held = FileKeys.read(folder / "keys.json"), {CLINIC: {}, CARE: {}}
    store = open_store(f"sqlite:///{folder / 'hub.db'}")
    audit = await AuditLog.open(f"sqlite:///{folder / 'audit.db'}", keys, patience=10)
    guarded = [_source(source, held[source]) for source in held]
    sources = Sources(guarded, keys.mac, _now)
    matcher, decisions = Matcher(shipped_model()), DecisionStore(store, keys)
    services = Services(
        audit=audit,
        policies=policies_over(sources.all, _agreements(folder)),
        people=People(sources, LinkStore(store, keys), keys.mac, _now, decisions, matcher),
        sources=sources,
        network=Network(AroundSources(guarded, keys.mac), matcher),
        enquiries=EnquiryStore(store, keys),
        decisions=decisions,
        keys=keys,
        now=_now,
        **nobody_joins(),
    )
    try:
        yield Hub(services, held)
    finally:
        await audit.close()
        await store.close()


def prepare(folder: Path) -> None:
    """Make the tables; outside a running loop."""
    upgrade(f"sqlite:///{folder / 'hub.db'}")


def _source(source: SourceId, people: dict[LocalId, Held]) -> GuardedSource:
    names = (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE)
    search = ((SearchKey.NHS_NUMBER,), names)
    manifest = Manifest(
        id=source,
        name=source.title(),
        agency=AGENCIES[source],
        kind="sql",
        endpoint="",
        contact="01632 960001",
        coverage="All.",
        search=search,
        categories=frozenset(Category),
    )
    return GuardedSource(manifest, InMemory(search, people), RetryBudget())


def _agreements(folder: Path) -> Path:
    signed = folder / "agreements"
    signed.mkdir(exist_ok=True)
    for source, agency in AGENCIES.items():
        document = {
            "id": source,
            "version": 1,
            "source": source,
            "source_agency": agency,
            "purposes": list(PurposeCode),
            "mode": "content",
            "tiers": ["T0", "T1", "T2", "T3"],
            "recipients": {"roles": list(Role)},
            "valid_from": "2026-01-01",
            "valid_until": "2099-12-31",
            "review_date": "2099-10-01",
            "signatories": [
                {"name": "A. Example", "role": "director", "organisation": "Example", "signed_on": "2025-12-01"}
            ],
        }
        (signed / f"{source}.json").write_bytes(msgspec.json.encode(document))
    return signed


def _now() -> datetime:
    return datetime.now(UTC)
