"""A hub with the partner door open, over partners held in memory that keep the envelopes of what they are asked."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware

from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.authentication.issuers import Issuer
from hub.authentication.proofs import new_key_pair, token_request
from hub.authentication.tokens import Verifier
from hub.clients import ClientDesk, EnrolClient, desk_of, enrol_client
from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.envelopes import Envelopes
from hub.connectors.guarded import GuardedSource
from hub.connectors.in_memory import Held, InMemory
from hub.connectors.manifest import Manifest
from hub.connectors.sources import Sources
from hub.db.clients import ClientStore
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.links import LinkStore
from hub.db.store import Store
from hub.domain.answers import SourceFailed
from hub.domain.categories import Category
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import LocalId, SourceId
from hub.domain.principals import Principal
from hub.domain.searching import SearchKey
from hub.exchange.partner_door import PartnerDoor
from hub.exchange.person_info import PersonInfoLimits
from hub.exchange.tokens import PATH as TOKEN_PATH
from hub.exchange.tokens import TokenLimits
from hub.identity.matching.matcher import Matcher
from hub.identity.matching.model import shipped_model
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import FileKeys
from hub.middleware import RequestId
from hub.outbound import carried
from hub.services import Services
from tests.fixtures.compiled import policies_over
from tests.fixtures.unjoined import nobody_joins

HUB = "https://hub.derwent.example"
CARE, CLINIC = SourceId("care"), SourceId("clinic")
AGENCIES = {CARE: Agency.SOCIAL_CARE, CLINIC: Agency.HEALTH}
CONTACTS = {CARE: "Duty desk, 01632 960001 or duty@care.example", CLINIC: "Named nurse, 01632 960020"}
IG_LEAD = Principal("p-ig-lead", "Ivy Governance", Agency.SOCIAL_CARE, frozenset({Role.IG_LEAD}))
SEARCH = (
    (SearchKey.NHS_NUMBER,),
    (SearchKey.GIVEN_NAME, SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE),
    (SearchKey.FAMILY_NAME, SearchKey.BIRTH_DATE),
)


class Keeps(InMemory):
    """A partner that keeps the envelope of every call, and may fail."""

    def __init__(self, people: Mapping[LocalId, Held]) -> None:
        super().__init__(SEARCH, people)
        self.kept: list[str | None] = []
        self.failing: SourceFailed | None = None

    async def find(self, *asked: Any) -> Any:
        self.kept.append(carried())
        if self.failing is not None:
            raise self.failing
        return await super().find(*asked)

    async def fetch(self, *asked: Any) -> Any:
        self.kept.append(carried())
        return await super().fetch(*asked)


class Reply(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Hub:
    """The partner door of a hub, and what stands behind it."""

    def __init__(self, services: Services, desk: ClientDesk, partners: Mapping[SourceId, Keeps], now: Any) -> None:
        self.services, self.desk, self.partners, self.now = services, desk, partners, now
        self.held: dict[SourceId, dict[LocalId, Held]] = {one: partner._people for one, partner in partners.items()}
        issuer = Issuer(issuer="https://issuer.example", audience="hub", jwks={"keys": [_KEY.as_dict(private=False)]})
        self.verifier = Verifier([issuer], now, own=desk.tokens)
        door = PartnerDoor(TokenLimits(), PersonInfoLimits())
        self.app = Starlette(routes=door.routes, middleware=[Middleware(RequestId)])
        door.open(services, self.verifier, desk)

    async def enrolled(self, name: str = "health-system", **changes: Any) -> Mapping[str, Any]:
        """A system of a partner; gives its private key."""
        private, public = new_key_pair()
        told = {"agency": Agency.HEALTH, "organisation": "Derwent Health", "sources": frozenset({CLINIC})} | changes
        await enrol_client(IG_LEAD, EnrolClient(id=name, jwks=public, **told), self.services)
        return private

    async def token(self, key: Mapping[str, Any], name: str = "health-system") -> str:
        """An access token for a system."""
        reply = await self.post(TOKEN_PATH, token_request(name, key, HUB + TOKEN_PATH, self.now()))
        assert reply.status == 200, reply
        token: str = reply.json["access_token"]
        return token

    async def post(self, path: str, form: Mapping[str, str] | bytes, **headers: str) -> Reply:
        """Send a form."""
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        return await self.send("POST", path, body, {"content-type": "application/x-www-form-urlencoded"} | headers)

    async def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send anything."""
        sent, told = [{"type": "http.request", "body": body}], []
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": raw, "scheme": "http", "server": ("hub", 80), "client": ("1", 1), "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            return sent.pop(0) if sent else {"type": "http.disconnect"}

        async def keep(message: Any) -> None:
            told.append(message)

        await self.app(scope, receive, keep)
        names = {name.decode(): value.decode() for name, value in told[0]["headers"]}
        return Reply(told[0]["status"], names, b"".join(one.get("body", b"") for one in told[1:]))

    async def evidence(self, **query: Any) -> list[AuditEntry]:
        """What the log says, oldest first."""
        return list((await self.services.audit.entries(EntryQuery(**query), 200)).entries)


@asynccontextmanager
async def opened(folder: Path, store: Store, keys: FileKeys, now: Any) -> AsyncIterator[Hub]:
    """A hub over a store, with its log in a folder."""
    partners = {source: Keeps({}) for source in AGENCIES}
    envelopes, budget = Envelopes(keys.signing, HUB, now), RetryBudget()
    guarded = [GuardedSource(_manifest(one), partner, budget, envelopes) for one, partner in partners.items()]
    sources = Sources(guarded, keys.mac, now)
    matcher, decisions, links = Matcher(shipped_model()), DecisionStore(store, keys), LinkStore(store, keys)
    audit = await AuditLog.open(f"sqlite:///{folder / 'audit.db'}", keys, patience=10)
    services = Services(
        **nobody_joins() | {"clients": ClientStore(store, keys), "signing": keys.signing},
        audit=audit,
        policies=policies_over(sources.all, _agreements(folder)),
        people=People(sources, links, keys.mac, now, decisions, matcher),
        sources=sources,
        network=Network(AroundSources(guarded, keys.mac), matcher),
        enquiries=EnquiryStore(store, keys),
        decisions=decisions,
        keys=keys,
        now=now,
    )
    try:
        yield Hub(services, desk_of(services, HUB, TOKEN_PATH), partners, now)
    finally:
        await audit.close()


_KEY = ECKey.generate_key("P-256", {"kid": "people"})


def _manifest(source: SourceId) -> Manifest:
    return Manifest(
        id=source,
        name=f"The {source}",
        agency=AGENCIES[source],
        kind="rest_json",
        endpoint="memory:",
        contact=CONTACTS[source],
        coverage="All.",
        search=SEARCH,
        categories=frozenset(Category),
    )


def _agreements(folder: Path) -> Path:
    signed = folder / "agreements"
    signed.mkdir(exist_ok=True)
    for source, agency in AGENCIES.items():
        document = {
            "id": f"mash-{source}",
            "version": 2,
            "source": source,
            "source_agency": agency,
            "purposes": list(PurposeCode),
            "mode": "content",
            "tiers": ["T0", "T1", "T2", "T3"],
            "recipients": {"roles": ["partner_system", "mash_social_worker"], "agencies": ["health", "social-care"]},
            "valid_from": "2026-01-01",
            "valid_until": "2099-12-31",
            "review_date": "2099-10-01",
            "signatories": [
                {"name": "A. Example", "role": "director", "organisation": "Example", "signed_on": "2025-12-01"}
            ],
        }
        (signed / f"{source}.json").write_text(json.dumps(document))
    return signed


def person_token(now: datetime) -> str:
    """A token of the people's issuer, for a social worker."""
    at = int(now.timestamp())
    told = {
        "iss": "https://issuer.example", "aud": "hub", "sub": "worker", "jti": "1", "iat": at, "nbf": at,
        "exp": at + 600, "name": "Sam Worker", "agency": "social-care", "roles": ["mash_social_worker"],
    }  # fmt: skip
    return jwt.encode({"alg": "ES256", "kid": "people", "typ": "at+jwt"}, told, _KEY)
