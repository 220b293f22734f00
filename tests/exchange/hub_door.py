"""The partner door of a hub with one pulled source, served on loopback: real sign-in, policies, evidence, envelopes."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from school import MANIFEST, SCHOOL
from starlette.applications import Starlette

from hub.agent.hub_side import HubSide
from hub.audit.log import AuditLog, utc_now
from hub.audit.reader import EntryQuery
from hub.authentication.proofs import new_key_pair
from hub.authentication.tokens import Verifier
from hub.clients import desk_of
from hub.connectors.breaker import RetryBudget
from hub.connectors.envelopes import Envelopes, fetching
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest
from hub.connectors.pull.connector import Pull
from hub.connectors.sources import Sources
from hub.db.clients import ClientStore
from hub.db.exchange import ExchangeStore
from hub.db.register import RegisterStore
from hub.db.store import Store
from hub.domain.categories import Category
from hub.domain.clients import ClientState, PartnerClient
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.deadline import Deadline
from hub.domain.holding import Reviews
from hub.domain.people import LinkedPerson
from hub.domain.permits import Permit
from hub.domain.principals import Principal
from hub.domain.questions import Selection
from hub.exchange.partner_door import PartnerDoor
from hub.exchange.person_info import PersonInfoLimits
from hub.exchange.tokens import PATH as TOKEN_PATH
from hub.exchange.tokens import TokenLimits
from hub.keys import FileKeys, Signing
from hub.outbound import PartnerHttp, Reply
from hub.policy.policies import Policies, shipped_policies
from hub.services import Services
from tests.fixtures.loopback import Serve

CLIENT, RIVAL = "school-agent", "rival-agent"
WORKER = Principal("worker-7", "Sam Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))


class Hub:
    """A running door, and what a test does with it."""

    def __init__(self, url: str, door: PartnerDoor, services: Services, keys: Mapping[str, Any]) -> None:
        self.url, self.door, self.services, self.keys = url, door, services, keys
        self._envelopes = Envelopes(services.signing, url, utc_now)
        self.source = self.guarded(MANIFEST)

    def guarded(self, manifest: Manifest) -> GuardedSource:
        return GuardedSource(manifest, Pull(manifest, self.services.exchange), RetryBudget(), self._envelopes)

    def side(self, client: str = CLIENT) -> HubSide:
        return HubSide(self.url, SCHOOL, client, self.keys[client], 8)

    async def fetch(
        self,
        person: LinkedPerson,
        categories: frozenset[Category],
        seconds: float = 10.0,
        reviews: Reviews | None = None,
    ) -> Any:
        """One fetch as the corridor makes it, with a signed envelope."""
        deadline = Deadline.after(seconds)
        permit = Permit(
            purpose=PurposeCode.S47,
            policy_version="v",
            agreements={SCHOOL: "school@1"},
            selection=Selection(frozenset()),
            decide=lambda *_: {},
            asker=WORKER,
            request_id="question-1",
            reviews=reviews or {},
        )
        return await self.source.call(
            lambda: self.source.connector.fetch(person, categories, deadline, WORKER),
            deadline,
            fetching(categories, permit),
        )

    async def post(self, path: str, message: object, client: str = CLIENT, **sent: Any) -> Reply:
        """One request of a signed-in client, as it is written here."""
        side, http = self.side(client), PartnerHttp(self.url, max_bytes=1 << 20)
        try:
            await side.sign_in()
            headers = {**side._headers, **sent.pop("headers", {})}
            return await http.send("POST", path, json=message, headers=headers, **sent)
        finally:
            await side.close()
            await http.close()

    async def evidence(self, kind: str) -> list[tuple[str, tuple[str, ...]]]:
        """Outcome and reasons of every leaf of this kind."""
        page = await self.services.audit.entries(EntryQuery(), 500)
        return [(one.outcome, one.reasons) for one in page.entries if one.kind == kind]

    def suspend(self) -> None:
        """As a worker that has read it in the register."""
        suspended = self.guarded(msgspec.structs.replace(MANIFEST, state="SUSPENDED"))
        self.services.sources._guarded[SCHOOL] = suspended


@asynccontextmanager
async def hub_door(line: ExchangeStore, store: Store, keys: FileKeys, folder: Path, serve: Serve) -> AsyncIterator[Hub]:
    """A hub that knows two clients, of which one speaks for the school."""
    clients, private = ClientStore(store, keys), {}
    for name, agency, sources in ((CLIENT, Agency.EDUCATION, {SCHOOL}), (RIVAL, Agency.EDUCATION, set())):
        private[name], public = new_key_pair()
        await clients.enrol(client_of(name, agency, frozenset(sources), public))
    audit = await AuditLog.open(f"sqlite:///{folder}/audit.db", keys, patience=10)
    source = GuardedSource(MANIFEST, Pull(MANIFEST, line), RetryBudget())
    blank: dict[str, Any] = {field.name: None for field in dataclasses.fields(Services)}
    services = Services(
        **blank
        | {
            "audit": audit,
            "policies": Policies.load(shipped_policies(), None, ()),
            "sources": Sources((source,), keys.mac, utc_now),
            "clients": clients,
            "register": RegisterStore(store, keys),
            "signing": Signing(keys),
            "exchange": line,
            "keys": keys,
            "now": utc_now,
        }
    )
    door = PartnerDoor(TokenLimits(), PersonInfoLimits())
    url = await serve(Starlette(routes=door.routes))
    desk = desk_of(services, url, TOKEN_PATH)
    door.open(services, Verifier((), utc_now, own=desk.tokens), desk)
    try:
        yield Hub(url, door, services, private)
    finally:
        door.end()
        await audit.close()


def client_of(name: str, agency: Agency, sources: frozenset[Any], jwks: Mapping[str, Any]) -> PartnerClient:
    now = datetime.now(UTC)
    return PartnerClient(
        id=name,
        agency=agency,
        organisation="Derwent Schools",
        sources=sources,
        jwks=jwks,
        state=ClientState.ENROLLED,
        enrolled_by="ig-lead",
        enrolled_at=now,
        changed_at=now,
    )
