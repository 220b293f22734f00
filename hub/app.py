"""Composition root: wires the doors over the services. Nothing happens at import."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from hub.audit.log import utc_now
from hub.authentication.tokens import Issuer, Verifier
from hub.clients import desk_of
from hub.errors import ConfigurationError
from hub.exchange.audit_export import PATH as EXPORT_PATH
from hub.exchange.audit_export import AuditExportDoor
from hub.exchange.log_door import LogDoor
from hub.exchange.partner_door import REFUSALS_RECORDED, PartnerDoor
from hub.exchange.person_info import PersonInfoLimits
from hub.exchange.tokens import PATH as TOKEN_PATH
from hub.exchange.tokens import TokenLimits
from hub.gate.sign_in import SignIn
from hub.logs import configure_logs
from hub.middleware import RequestId, SecurityHeaders
from hub.opening import public_url, services_of
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.settings import Settings
from hub.status import livez, readyz


def create_app(settings: Settings) -> Starlette:
    """The hub as an ASGI application."""
    configure_logs()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with services_of(settings) as services:
            desk = desk_of(services, public_url(settings), TOKEN_PATH)
            verifier = Verifier(_issuers(settings), now=utc_now, own=desk.tokens)
            app.state.services = services
            app.state.door.open(services, verifier)
            partners.open(services, verifier, desk)
            log.open(services)
            exports.open(services, SignIn(verifier, services, REFUSALS_RECORDED))
            yield

    door, partners = GraphQLDoor(_door_limits(settings)), PartnerDoor(TokenLimits(), _person_info_limits(settings))
    exports, log = AuditExportDoor(), LogDoor()
    app = Starlette(
        routes=[
            Route("/graphql", door),
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route(EXPORT_PATH, exports),
            *log.routes,
            *partners.routes,
        ],
        middleware=[Middleware(RequestId), Middleware(SecurityHeaders)],
        lifespan=lifespan,
    )
    app.state.door, app.state.partners = door, partners
    return app


async def rehearse(settings: Settings) -> None:
    """Open everything once and close it again, so that what is missing is said in words before serving begins.

    Raises ConfigurationError, or another HubError that says what to mend.
    """
    _issuers(settings)
    async with services_of(settings) as services:
        await services.enquiries.get("rehearsal")
        services.signing.jwks()


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


def _person_info_limits(settings: Settings) -> PersonInfoLimits:
    ours = settings.limits
    return PersonInfoLimits(body_seconds=ours.body_seconds, request_seconds=ours.question_seconds + 6.0)


def _door_limits(settings: Settings) -> DoorLimits:
    ours = settings.limits
    return DoorLimits(
        body_seconds=ours.body_seconds,
        introspection=settings.introspection,
        executing=ours.concurrent_requests,
        request_seconds=ours.question_seconds + 6.0,  # a backstop: the question's own deadline comes first
    )
