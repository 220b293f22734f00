"""Composition root: builds Services once from settings and wires the doors. Nothing happens at import."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from hub.audit.log import AuditLog, utc_now
from hub.authentication.tokens import Issuer, Verifier
from hub.connectors.adults import AroundSources
from hub.connectors.breaker import RetryBudget
from hub.connectors.connector import Connector
from hub.connectors.fhir_r4.connector import FhirR4
from hub.connectors.guarded import GuardedSource
from hub.connectors.manifest import Manifest, read_manifests
from hub.connectors.mapping import read_mapping
from hub.connectors.rest_json import RestJson
from hub.connectors.sources import Sources
from hub.connectors.sql import Sql
from hub.db.decisions import DecisionStore
from hub.db.enquiries import EnquiryStore
from hub.db.links import LinkStore
from hub.db.store import open_store
from hub.domain.codes import Urgency
from hub.errors import ConfigurationError
from hub.identity.matching.matcher import Matcher, Thresholds
from hub.identity.matching.model import read_model, shipped_model
from hub.identity.network.around import Network
from hub.identity.people import People
from hub.keys import FileKeys
from hub.logs import configure_logs
from hub.middleware import RequestId, SecurityHeaders
from hub.policy.policies import Policies, shipped_policies
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Limits, Services
from hub.settings import MatchingSettings, Settings
from hub.status import livez, readyz


@contextlib.asynccontextmanager
async def services_of(settings: Settings) -> AsyncIterator[Services]:
    """Open everything a hub works with, and close it again. Raises ConfigurationError."""
    keys = FileKeys.read(settings.keys)
    manifests = read_manifests(settings.manifests)
    policies = Policies.load(
        settings.policies or shipped_policies(), settings.agreements, [manifest.source for manifest in manifests]
    )
    async with contextlib.AsyncExitStack() as opened:
        store = open_store(settings.store)
        opened.push_async_callback(store.close)
        audit = await AuditLog.open(settings.audit, keys, patience=settings.limits.evidence_seconds)
        opened.push_async_callback(audit.close)
        budget = RetryBudget()
        guarded = [
            GuardedSource(manifest, connector_of(manifest, settings.manifests, settings.secrets), budget)
            for manifest in manifests
        ]
        sources = Sources(guarded, keys.mac, utc_now)
        opened.push_async_callback(sources.close)
        matcher, decisions = matcher_of(settings.matching), DecisionStore(store, keys)
        yield Services(
            audit=audit,
            policies=policies,
            people=People(sources, LinkStore(store, keys), keys.mac, utc_now, decisions, matcher),
            sources=sources,
            network=Network(AroundSources(guarded, keys.mac), matcher),
            enquiries=EnquiryStore(store, keys),
            decisions=decisions,
            keys=keys,
            now=utc_now,
            limits=_limits(settings),
        )


async def rehearse(settings: Settings) -> None:
    """Open everything once and close it again, so that what is missing is said in words before serving begins.

    Raises ConfigurationError, or another HubError that says what to mend.
    """
    _issuers(settings)
    async with services_of(settings) as services:
        await services.enquiries.get("rehearsal")


def connector_of(manifest: Manifest, beside: Path, secrets: Path) -> Connector:
    """The connector that speaks a manifest's kind. Raises ConfigurationError."""
    secret = _secret(manifest, secrets)
    if manifest.kind == "fhir_r4":
        return FhirR4(manifest, secret)
    if manifest.mapping is None:
        raise ConfigurationError(f"The manifest of {manifest.id} names no mapping; its kind needs one.")
    mapping = read_mapping(manifest.mapping, beside)  # type: ignore[arg-type]
    if manifest.kind == "sql":
        return Sql(manifest, mapping, secret)
    return RestJson(manifest, mapping, secret)


def matcher_of(matching: MatchingSettings) -> Matcher:
    """The matcher that people are recognised by. Raises ConfigurationError."""
    model = shipped_model() if matching.model is None else read_model(matching.model)
    return Matcher(model, Thresholds(matching.match, matching.potential))


def create_app(settings: Settings) -> Starlette:
    """The hub as an ASGI application."""
    configure_logs()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with services_of(settings) as services:
            verifier = Verifier(_issuers(settings), now=utc_now)
            app.state.services = services
            app.state.door.open(services, verifier)
            yield

    door = GraphQLDoor(_door_limits(settings))
    app = Starlette(
        routes=[
            Route("/graphql", door),
            Route("/livez", livez),
            Route("/readyz", readyz),
        ],
        middleware=[Middleware(RequestId), Middleware(SecurityHeaders)],
        lifespan=lifespan,
    )
    app.state.door = door
    return app


def _issuers(settings: Settings) -> list[Issuer]:
    """Whom we believe; at least one.

    People of every issuer but the first bear its name, so that none can pose as another's.
    """
    if not settings.issuers:
        raise ConfigurationError("The settings name no issuer of tokens, so nobody could sign in.")
    return [
        Issuer(
            issuer=one.issuer,
            audience=one.audience,
            algorithms=one.algorithms,
            jwks_url=one.jwks_url,
            namespace=f"{one.issuer}:" if place else "",
            email_domains=frozenset(domain.casefold() for domain in one.email_domains),
        )
        for place, one in enumerate(settings.issuers)
    ]


def _door_limits(settings: Settings) -> DoorLimits:
    ours = settings.limits
    return DoorLimits(
        body_seconds=ours.body_seconds,
        introspection=settings.introspection,
        executing=ours.concurrent_requests,
        request_seconds=ours.question_seconds + 6.0,  # a backstop: the question's own deadline comes first
    )


def _limits(settings: Settings) -> Limits:
    ours = settings.limits
    return Limits(
        question_seconds=ours.question_seconds,
        find_share=ours.find_share,
        ask_share=ours.ask_share,
        enquiry_hours=(
            (Urgency.RED, ours.red_hours),
            (Urgency.AMBER, ours.amber_hours),
            (Urgency.GREEN, ours.green_hours),
        ),
        glass_minutes=ours.glass_minutes,
    )


def _secret(manifest: Manifest, secrets: Path) -> str | None:
    name = manifest.authentication.secret
    if name is None:
        return None
    if "/" in name or name.startswith("."):
        raise ConfigurationError(f"The manifest of {manifest.id} names its secret by a path; give a plain name.")
    try:
        return (secrets / name).read_text().strip()
    except OSError as fault:
        raise ConfigurationError(
            f"The secret of {manifest.id} cannot be read; put it in the secrets folder."
        ) from fault
